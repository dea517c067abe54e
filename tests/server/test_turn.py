"""Who serves answers only in its own term, and believes only its peers whose request it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest

from server.app import application
from server.hop import HEADER, Hop, HopKey
from server.store.protocol import Store
from server.turn import STANDS_NS, InTurn, Term
from server.words import Refusal
from sync.faults import Fault
from tests.server.plant import PREFIX, Plant

KEY = HopKey(b"k" * 32)


class Asked:
    """A store that confirms as told."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers: Iterator[Exception | None] = iter(answers)
        self.asked, self.number = 0, 7

    def term(self) -> int:
        return self.number

    def confirm(self) -> None:
        self.asked += 1
        answer = next(self.answers, None)
        if answer is not None:
            raise answer


class Ticks:
    """A monotonic clock by hand."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


async def echo(scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401
    """Answers who is believed to ask, and what headers of a hop are left."""
    left = [name for name, _ in scope["headers"] if name == HEADER]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['client']} {left}".encode()})


def ask(app: InTurn, hops: list[bytes], target: str = "/x?y=1") -> httpx.Response:
    async def carry() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=("10.0.0.2", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://s") as client:
            headers = [(HEADER, one) for one in hops] + [(b"accept-language", b"zh")]
            return await client.get(target, headers=headers)

    return asyncio.run(carry())


def in_turn(store: Asked, key: HopKey | None = KEY, ticks: Ticks | None = None) -> InTurn:
    return InTurn(echo, Term(cast("Store", store), ticks or Ticks()), key)


@pytest.mark.covers("F43", "T14")
def test_the_address_is_believed_of_a_peer_only() -> None:
    good = KEY.seal(Hop(7, "192.168.1.5"), "GET", b"/x?y=1")
    assert ask(in_turn(Asked()), [good]).text == "('192.168.1.5', 5) []", "the line's own port"
    assert ask(in_turn(Asked()), []).text == "('10.0.0.2', 5) []"
    nobody = KEY.seal(Hop(7, ""), "GET", b"/x?y=1")
    assert ask(in_turn(Asked()), [nobody]).text == "None []"
    for hops in ([good, good], [b"7;192.168.1.5;00"], [good[:-1] + b"x"]):
        answer = ask(in_turn(Asked()), hops)
        assert (answer.status_code, answer.json()["code"]) == (403, "hop-unproved")
        assert answer.headers["x-frame-options"] == "DENY"
    assert ask(in_turn(Asked(), key=None), [good]).status_code == 403
    assert ask(in_turn(Asked()), [good], "/x?y=2").status_code == 403


@pytest.mark.covers("F43", "F37")
def test_stations_at_one_address_have_each_a_request_in_hand(plant: Plant) -> None:
    """Passed on at the same moment, as after a fault behind one balancer: none is told to wait."""
    front = InTurn(application(plant.parts), Term(cast("Store", Asked()), Ticks()), KEY)
    origin = f"{PREFIX}/ST-01/1"
    target = f"/station-sessions/challenge?origin={quote(origin, safe='')}"
    header = (HEADER, KEY.seal(Hop(7, "10.1.1.1"), "GET", target.encode()))

    async def one(port: int) -> int:
        line = httpx.ASGITransport(app=front, client=("10.0.0.2", port))
        async with httpx.AsyncClient(transport=line, base_url="http://s") as client:
            return (await client.get(target, headers=[header])).status_code

    async def both() -> list[int]:
        return list(await asyncio.gather(one(5), one(6)))

    with closing(plant.station()):
        assert plant.transport.run(both()) == [200, 200]


@pytest.mark.covers("F43")
def test_who_takes_over_lets_the_other_ones_confirmation_pass() -> None:
    passed: list[float] = []
    Term(cast("Store", Asked()), Ticks()).outlast(passed.append)
    assert passed == [STANDS_NS / 1e9]
    alone = Asked()
    alone.number = 0
    Term(cast("Store", alone), Ticks()).outlast(passed.append)
    assert len(passed) == 1, "a database in a file had nobody before"


@pytest.mark.covers("F43")
def test_a_peer_of_another_term_is_sent_away() -> None:
    for term in (6, 8):
        store = Asked()
        answer = ask(in_turn(store), [KEY.seal(Hop(term, ""), "GET", b"/x?y=1")])
        assert (answer.status_code, answer.json()["code"]) == (503, "stands-by")
        assert answer.headers["retry-after"] == "1"
        assert not store.asked


@pytest.mark.covers("F43")
@pytest.mark.parametrize(
    ("end", "code"),
    [
        (Fault("database-taken-over"), "stands-by"),
        (Fault("database-away"), "database-away"),
        (Fault("database-busy"), "database-away"),
        (Refusal("in-use"), "stands-by"),
        (Refusal("database-standby"), "database-standby"),
    ],
)
def test_who_may_not_serve_any_more_answers_nothing(end: Fault | Refusal, code: str) -> None:
    store, ticks = Asked(None, end, end), Ticks()
    app = in_turn(store, ticks=ticks)
    assert ask(app, []).status_code == 200
    ticks.now += STANDS_NS - 1
    assert ask(app, []).status_code == 200
    assert store.asked == 1, "a confirmation stands for a moment"
    ticks.now += 1
    for _ in range(2):  # and a failure does not
        answer = ask(app, [])
        assert (answer.status_code, answer.json()["code"]) == (503, code)
    lost = end.code == "database-taken-over"  # by then the lock may be this one's again
    assert (store.asked, ask(app, []).status_code) == ((2, 503) if lost else (3, 200))


def test_what_is_no_request_goes_through() -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401
        seen.append(scope["type"])

    term = Term(cast("Store", Asked(Fault("database-away"))), Ticks())
    asyncio.run(InTurn(app, term, KEY)({"type": "lifespan"}, cast("Any", None), cast("Any", None)))
    assert seen == ["lifespan"]
