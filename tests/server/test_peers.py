"""One address cannot take the server: requests, connections, bytes in hand, turns."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from server.api.guard import Guard
from server.api.peers import BURST_S, FREE_BYTES, MOST_PEERS, Budget, Limits, Rate, peer_of
from server.app import application
from server.ingest.intake import Intake, Waiting
from server.ingest.lanes import Lanes
from server.uvicorn_config import bounded_config
from server.words import Refusal
from sync.protocol import SessionRequest, encode
from tests.server.plant import InProcess, Plant
from tests.server.served import serving

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("host", "peer"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("a socket", "a socket"),
    ],
)
def test_whom_an_address_stands_for(host: str, peer: str) -> None:
    assert peer_of(host) == peer


@pytest.mark.covers("T16")
def test_requests_of_one_address_are_bounded_and_others_go_on() -> None:
    rate = Rate(2)
    for _ in range(2 * BURST_S):
        rate.ask("a", 100.0)
    waits = set()
    for _ in range(8):
        with pytest.raises(Refusal) as refused:
            rate.ask("a", 100.0)
        assert refused.value.status == 429
        waits.add(refused.value.retry_after)
    assert len(waits) == 8, "a herd that was turned away does not come back in step"
    rate.ask("b", 100.0)
    rate.ask("a", 100.5)
    with pytest.raises(Refusal, match="Too many requests"):
        rate.ask("a", 100.5)
    with pytest.raises(Refusal, match="Too many requests"):
        rate.ask("a", 1.0)  # a clock that went back refills nothing


def test_addresses_do_not_fill_the_memory_and_who_asks_much_is_remembered() -> None:
    rate = Rate(1)
    for _ in range(BURST_S):
        rate.ask("busy", 0.0)
    for number in range(3 * MOST_PEERS):
        rate.ask(f"once {number}", number / MOST_PEERS)
        assert len(rate._left) <= MOST_PEERS
        assert number > MOST_PEERS or "busy" in rate._left
    full = Rate(1)
    for number in range(MOST_PEERS):
        full.ask(str(number), 0.0)
    full.ask("one more", 0.0)
    assert len(full._left) <= MOST_PEERS


class Slow:
    """A body that comes in parts of 1 MiB and waits before its end until told."""

    def __init__(self, client: str, size: int) -> None:
        self.client, self.left, self.end = client, size, asyncio.Event()
        self.answers: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if self.left == 0:
            await self.end.wait()
            return {"type": "http.request", "body": b"", "more_body": False}
        part = min(MIB, self.left)
        self.left -= part
        return {"type": "http.request", "body": bytes(part), "more_body": True}

    async def send(self, message: Any) -> None:  # noqa: ANN401 - ASGI
        self.answers.append(dict(message))

    def through(self, guard: Guard) -> Awaitable[None]:
        scope = {
            "type": "http", "method": "POST", "path": "/logs/x/entries", "query_string": b"",
            "headers": [(b"host", b"x")], "client": (self.client, 1),
        }  # fmt: skip
        return guard(scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"]) if self.answers else 0

    @property
    def wait(self) -> bytes:
        return dict(self.answers[0]["headers"])[b"retry-after"]  # type: ignore[no-any-return]


async def fine(_scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.covers("T16", "A37")
def test_many_slow_large_bodies_do_not_take_the_memory_and_live_ones_go_through() -> None:
    guard = Guard(fine, limits=Limits(body_bytes=8 * MIB))

    async def played() -> None:
        slow = [Slow(f"10.0.0.{n % 4}", 3 * MIB) for n in range(20)]
        tasks = [asyncio.ensure_future(one.through(guard)) for one in slow]
        for _ in range(30):
            await asyncio.sleep(0)
        turned = [one for one in slow if one.status]
        assert {one.status for one in turned} == {503}
        assert guard._budget._total <= 8 * MIB
        assert len({one.wait for one in turned}) > 4
        held = [one for one in slow if not one.status]
        assert 1 <= len(held) <= 2
        live = Slow("10.0.0.1", FREE_BYTES)
        live.end.set()
        await live.through(guard)
        assert live.status == 200
        for one in held:
            one.end.set()
        await asyncio.gather(*tasks)
        assert {one.status for one in held} == {200}
        assert (guard._budget._total, guard._budget._by) == (0, {})

    asyncio.run(played())


def test_one_address_gets_half_of_the_budget() -> None:
    budget = Budget(10)
    with budget.holding("a") as one, budget.holding("b") as other:
        one.grown(FREE_BYTES + 5)
        with pytest.raises(Refusal, match="more in hand"):
            one.grown(FREE_BYTES + 6)
        other.grown(FREE_BYTES + 5)
        with pytest.raises(Refusal), budget.holding("c") as third:
            third.grown(FREE_BYTES + 1)
    assert budget._total == 0


@pytest.mark.covers("T16")
def test_one_connection_too_many_of_an_address_is_closed(tmp_path: Path) -> None:
    def configured(plant: Plant) -> Any:  # noqa: ANN401 - uvicorn's
        limits = Limits(connections=3)
        return bounded_config(application(plant.parts), "127.0.0.1", 0, None, limits)

    with serving(tmp_path, configured) as port:
        lines = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(3)]
        for line in lines:
            assert asked(line) == 200
        with socket.create_connection(("127.0.0.1", port), 5) as fourth:
            assert asked(fourth) == 0
        lines.pop().close()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.create_connection(("127.0.0.1", port), 5) as again:
                if asked(again):
                    break
        else:
            raise AssertionError("the place of a closed connection is not given again")
        for line in lines:
            assert asked(line) == 200
            line.close()


def asked(line: socket.socket) -> int:
    """The status of one request; 0 if the connection is closed."""
    try:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        with HTTPResponse(line) as answer:
            answer.begin()
            answer.read()
            return answer.status
    except OSError:
        return 0


@pytest.mark.covers("F37", "F33")
def test_sessions_and_heads_wait_for_a_turn_as_pushes_do(plant: Plant) -> None:
    station = plant.station()
    station.outbox.drain()
    none = Intake[Any](plant.parts.book.unit, Lanes[Waiting[Any]](most_live=0))
    parts = replace(plant.parts, intake=none)
    transport = InProcess(application(parts), plant.transport._runner)
    client = replace(plant, transport=transport).client()
    token = {"authorization": f"Bearer {station.service._token}"}
    request = SessionRequest(origin=station.origin, nonce="x", signature="x")
    asks: list[Callable[[], Any]] = [
        lambda: client.get("/station-sessions/challenge", params={"origin": station.origin}),
        lambda: client.post("/station-sessions", content=encode(request)),
        lambda: client.get(f"/logs/{station.origin}/head", headers=token),
    ]
    waits = set()
    for ask in asks:
        answer = ask()
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        waits.add(answer.headers["retry-after"])
    assert len(waits) == len(asks)


@pytest.mark.covers("F37")
def test_a_wrong_proof_undoes_none_of_those_it_came_with(plant: Plant) -> None:
    station = plant.station()
    station.outbox.drain()
    units: list[str] = []

    @contextmanager
    def unit() -> Iterator[None]:
        units.append("begun")
        with plant.parts.book.unit():
            yield
        units.append("durable")

    app = application(replace(plant.parts, intake=Intake[Any](unit)))
    token = {"authorization": f"Bearer {station.service._token}"}
    proof = encode(SessionRequest(origin=station.origin, nonce="x", signature="x"))

    async def together() -> tuple[httpx.Response, httpx.Response]:
        line = httpx.ASGITransport(app=cast("Any", app))
        async with httpx.AsyncClient(transport=line, base_url="http://server") as client:
            return await asyncio.gather(
                client.get(f"/logs/{station.origin}/head", headers=token),
                client.post("/station-sessions", content=proof),
            )

    head, refused = plant.transport.run(together())
    assert head.status_code == 200
    assert refused.json()["code"] == "proof-wrong"
    assert units == ["begun", "durable"]
