"""The plain door for tracing and the route behind it answer alike, and leave the same leaf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from server.api.pieces import PART, parts
from server.api.trace_door import MOST, TraceDoor
from sync.faults import Fault
from tests.server.plant import BOTH, InProcess, Plant

ROUTES = ("where-used", "where-from", "recall", "origins")
LOT = {"item": "TUB-1", "lot": "T1"}
ODD = {"odd": "1"}
"""What no route knows is not plain: the door passes it on, and the route does not look at it."""
ASKED: tuple[dict[str, str], ...] = (
    LOT,
    {"serial": "S001"},
    LOT | {"true_at": "2001-01-01", "known_at": "3"},
    LOT | {"lot": "nobody"},
    LOT | {"lot": ""},
    LOT | {"serial": "S001"},
    LOT | {"true_at": "soon"},
    LOT | {"lot": "x" * (MOST + 1)},
    {"serial": "S999"},
)


def without_known(answer: httpx.Response) -> tuple[Any, ...]:
    """An answer but for how long the log was: each question makes it longer."""
    body = answer.json()
    if isinstance(body, dict):
        body = {name: said for name, said in body.items() if name not in {"known", "known_at"}}
    headers = {name: text for name, text in answer.headers.items() if name != "content-length"}
    return answer.status_code, headers, body


@pytest.fixture
def worked(plant: Plant) -> Iterator[Plant]:
    """A plant with a lot that went somewhere."""
    with closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        yield plant


def leaf(plant: Plant) -> dict[str, Any]:
    """The newest event of the trail, but for where and when."""
    return {n: v for n, v in plant.parts.trail.newest(1)[0].items() if n not in {"idx", "at"}}


@pytest.mark.covers("T28", "P11-10e")
@BOTH
def test_both_answer_alike_and_leave_the_same_leaf(worked: Plant) -> None:
    clients = [worked.client(one) for one in ("P-QA", "P-OP")]
    clients += [worked.client(), httpx.Client(transport=worked.transport, base_url="http://server")]
    clients[-1].cookies.set("lotbook", worked.tokens["P-QA"])
    found = set()
    cells = [("recall", asked, clients[0]) for asked in ASKED]
    cells += [(route, LOT, client) for route in ROUTES for client in clients]
    for route, asked, client in cells:
        at_the_door = client.get(f"/api/trace/{route}", params=asked)
        said = leaf(worked)
        behind = client.get(f"/api/trace/{route}", params=asked | ODD)
        assert without_known(at_the_door) == without_known(behind), (route, asked)
        assert leaf(worked) == said, (route, asked)
        found.add(at_the_door.status_code)
    assert found == {200, 400, 401, 403, 404}


@pytest.mark.covers("P11-10e")
def test_every_answer_of_the_door_has_its_leaf_before_it(worked: Plant) -> None:
    client = worked.client("P-QA")
    for route in ROUTES:
        size = worked.parts.book.size
        answer = client.get(f"/api/trace/{route}", params=LOT).json()
        assert worked.parts.book.size == size + 1
        assert leaf(worked)["route"] == f"GET /api/trace/{route}"
        assert answer.get("known", answer.get("known_at")) == size


class Behind:
    """The application behind a door; it notes what was passed on to it."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self.passed = app, list[str]()
        self.state, self.exception_handlers = app.state, app.exception_handlers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        self.passed.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        await self._app(scope, receive, send)


def test_only_what_is_plain_is_answered_at_the_door(worked: Plant) -> None:
    app: Any = worked.transport._inner.app
    while not isinstance(app, FastAPI):
        app = app._app
    behind = Behind(app)
    door = InProcess(TraceDoor(cast("FastAPI", behind)), worked.transport._runner)
    client = httpx.Client(transport=door, base_url="http://server")
    client.headers["authorization"] = worked.client("P-QA").headers["authorization"]
    path, asked = "/api/trace/recall", "item=TUB-1&lot=T1"
    assert client.get(f"{path}?{asked}").status_code == 200
    assert client.get(f"{path}?serial=S001&true_at=2100-01-01").status_code == 200
    assert client.get(f"{path}?item=TUB-1&lot=nobody").status_code == 404
    assert behind.passed == []
    for method, url, content, status in (
        ("POST", f"{path}?{asked}", b"", 405),
        ("GET", f"{path}/?{asked}", b"", 404),
        ("GET", f"/api/trace/nothing?{asked}", b"", 404),
        ("GET", f"{path}?item=TUB-1&lot=nobody&lot=T1", b"", 200),
        ("GET", f"{path}?{asked}&odd=1", b"", 200),
        ("GET", f"{path}?{asked}&serial={'x' * (MOST + 1)}", b"", 400),
        ("GET", f"{path}?{asked}", b"{", 400),
    ):
        answer = client.request(method, url, content=content)
        assert (answer.status_code, behind.passed.pop()) == (status, f"{method} {url}")
    assert behind.passed == []


@pytest.mark.covers("T28")
def test_who_is_signed_out_is_refused_at_once(worked: Plant) -> None:
    client = worked.client("P-QA")
    assert client.get("/api/trace/recall", params=LOT).status_code == 200
    worked.parts.sessions.end("P-QA")
    answer = client.get("/api/trace/recall", params=LOT)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


@pytest.mark.covers("T28", "A41")
def test_who_is_deactivated_is_refused_at_once(worked: Plant) -> None:
    client = worked.client("P-AUD")
    assert client.get("/api/trace/recall", params=LOT).status_code == 200
    assert worked.act("P-QA", "/api/people/P-AUD/deactivation").status_code < 300
    assert client.get("/api/trace/recall", params=LOT).status_code == 401


@pytest.mark.covers("A37")
def test_a_disk_that_refuses_is_said_by_both(worked: Plant, monkeypatch: Any) -> None:  # noqa: ANN401
    client = worked.client("P-QA")

    def full(*_: object, **__: object) -> None:
        raise Fault("disk-full")

    monkeypatch.setattr(worked.parts.trail, "note", full)
    for asked in (LOT, LOT | ODD):
        answer = client.get("/api/trace/recall", params=asked)
        assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")


@pytest.mark.parametrize("sizes", [[], [0], [1, 2], [PART], [PART - 1, 1, 5], [3 * PART, 7]])
def test_parts_are_the_pieces_again(sizes: list[int]) -> None:
    pieces = [bytes([place % 256]) * size for place, size in enumerate(sizes)]
    found = list(parts([memoryview(one) for one in pieces]))
    assert b"".join(found) == b"".join(pieces)
    assert all(len(one) >= PART for one in found[:-1])
