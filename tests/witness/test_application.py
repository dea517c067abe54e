from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from sync.faults import Fault
from sync.tlog_witness import BODY_LIMIT
from tests.witness.plant import ORIGIN, Box, asked, note
from witness.application import application

Headers = list[tuple[str, str]]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Starlette]:
    box = Box(tmp_path)
    yield application(box.desk, 0.2)
    box.database.close()


def ask(
    app: Starlette,
    content: bytes | AsyncIterator[bytes] = b"",
    headers: Headers | None = None,
    target: str = "POST /add-checkpoint",
) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://w") as client:
            method, path = target.split()
            return await client.request(method, path, content=content, headers=headers)

    return asyncio.run(once())


def test_a_checkpoint_goes_in_and_comes_back(app: Starlette) -> None:
    answer = ask(app, asked(0, 3))
    assert answer.status_code == 200
    assert answer.text.startswith("— witness.test/w1 ")
    newest = ask(app, target=f"GET /checkpoint?origin={ORIGIN}")
    assert newest.content.decode() == note(3) + answer.content.decode()
    conflict = ask(app, asked(0, 5))
    assert (conflict.status_code, conflict.text) == (409, "3\n")
    assert conflict.headers["content-type"] == "text/x.tlog.size"


@pytest.mark.covers("T31")
def test_what_is_odd_or_endless_is_refused(app: Starlette) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 4_096

    async def slow() -> AsyncIterator[bytes]:
        yield b"old 0\n"
        await asyncio.sleep(5)

    async def gone() -> AsyncIterator[bytes]:
        yield asked(0, 3)

    assert ask(app, b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert ask(app, endless()).status_code == 413
    assert ask(app, slow()).status_code == 408
    assert ask(app, asked(0, 3), [("host", "a"), ("host", "b")]).status_code == 400
    many = [(f"x-{n}", "1") for n in range(70)]
    assert ask(app, asked(0, 3), many).status_code == 400
    smuggled = [("content-length", "4"), ("transfer-encoding", "chunked")]
    assert ask(app, gone(), smuggled).status_code == 400
    assert ask(app, target="GET /add-checkpoint").status_code == 405
    assert ask(app, target="GET /checkpoint?origin=x").status_code == 404


def test_a_sender_that_goes_away_leaves_nothing(tmp_path: Path) -> None:
    box = Box(tmp_path)
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/add-checkpoint", "query_string": b"",
        "headers": [(b"host", b"w")],
    }  # fmt: skip
    asyncio.run(application(box.desk)(scope, receive, send))
    assert sent[0]["status"] == 400
    box.database.close()


def test_what_cannot_be_remembered_is_not_cosigned(tmp_path: Path) -> None:
    box = Box(tmp_path)

    def broken(old: int, now: object, note: str) -> bool:
        raise Fault("disk-full")

    box.memory.advance = broken  # type: ignore[method-assign]
    answer = ask(application(box.desk), asked(0, 3))
    assert (answer.status_code, answer.text) == (503, "disk-full\n")
    box.database.close()
