"""How often one may try, what happens beside a slow derivation, and what is swept away."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from forms.lockout import MOST_WRONG
from server.app import application
from server.people.gate import MOST_CLIENTS, Gate
from server.words import Refusal
from server.workers import Workers
from sync.faults import Fault
from tests.server.plant import Plant, badge, credentials


class Wall:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_client_that_tries_too_often_waits_and_others_do_not() -> None:
    wall = Wall()
    gate = Gate(wall, most=3, within=timedelta(seconds=60))
    for _ in range(3):
        gate.attempt("10.0.0.1")
        wall.now += timedelta(seconds=10)
    with pytest.raises(Refusal) as refused:
        gate.attempt("10.0.0.1")
    assert (refused.value.code, refused.value.retry_after) == ("too-many", 31)
    gate.attempt("10.0.0.2")
    wall.now += timedelta(seconds=31)
    gate.attempt("10.0.0.1")
    wall.now -= timedelta(days=1)
    gate.attempt("10.0.0.1")  # a clock set back locks nobody out


def test_addresses_cannot_fill_the_memory() -> None:
    wall = Wall()
    gate = Gate(wall)
    for number in range(MOST_CLIENTS):
        gate.attempt(f"c{number}")
    wall.now += timedelta(hours=1)
    gate.attempt("one more")
    assert len(gate._seen) == 1


@pytest.mark.covers("T33")
def test_sign_in_is_limited_per_client_with_a_time_to_wait(plant: Plant) -> None:
    client = plant.client()
    for number in range(30):
        body = {"badge": f"LB:ID:NOBODY{number}", "secret": "guess-guess"}
        assert client.post("/api/sessions", json=body).status_code == 401
    answer = client.post("/api/sessions", json=credentials("P-QA"))
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many")
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert answer.headers["retry-after"] in answer.json()["hint"]
    page = client.get("/console/sign-in").text
    token = page.split('name="csrf" value="')[1][:64]
    form = {"csrf": token, **credentials("P-QA")}
    same = {"origin": "http://server"}
    answer = client.post("/console/sign-in", data=form, headers=same)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    plant.clock.pass_(61)
    assert client.post("/api/sessions", json=credentials("P-QA")).status_code == 200


def test_a_locked_badge_says_how_long_to_wait(plant: Plant) -> None:
    client = plant.client()
    for _ in range(5):
        client.post("/api/sessions", json={"badge": badge("P-OP"), "secret": "not that"})
    answer = client.post("/api/sessions", json=credentials("P-OP"))
    assert 50 < int(answer.headers["retry-after"]) <= 60


def test_sessions_that_are_over_are_swept(plant: Plant) -> None:
    station = plant.station()
    station.service.head(station.origin)
    plant.client("P-QA")
    store = plant.parts.store
    assert store.count("sessions", kind="person") >= 1
    assert store.count("sessions", kind="station") == 1
    plant.clock.pass_(16 * 60)
    plant.tokens.clear()
    plant.client("P-AUD")
    assert [row["who"] for row in store.rows("sessions", kind="person")] == ["P-AUD"]
    assert store.count("sessions", kind="station") == 1, "stations' sessions last longer"
    plant.clock.pass_(8 * 3600)
    plant.tokens.clear()
    plant.client("P-AUD")
    assert store.count("sessions") == 1


class Held(Workers):
    """Workers whose derivations wait until the test lets them go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.full, self.waiting = asyncio.Event(), asyncio.Event(), 0

    async def derive(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        self.waiting += 1
        if self.waiting == MOST_WRONG:
            self.full.set()
        await self.go.wait()
        return await super().derive(work)


def test_stations_are_answered_while_a_secret_is_derived(plant: Plant) -> None:
    station = plant.station()
    station.service.head(station.origin)
    bearer = {"authorization": f"Bearer {station.service._token}"}

    async def story() -> None:
        held = Held()
        app = application(replace(plant.parts, workers=held))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            wrong = {"badge": badge("P-OP"), "secret": "not that one"}
            tries = [asyncio.create_task(client.post("/api/sessions", json=wrong))
                     for _ in range(8)]  # fmt: skip
            await held.full.wait()
            head = await client.get(f"/logs/{station.origin}/head", headers=bearer)
            assert head.status_code == 200
            assert not any(one.done() and one.result().status_code == 401 for one in tries)
            held.go.set()
            statuses = sorted([(await one).status_code for one in tries])
            assert statuses == [401] * 5 + [429] * 3, "side by side gives no more guesses"
            assert (await client.post("/api/sessions", json=credentials("P-OP"))).json()[
                "code"
            ] == "locked"

    asyncio.run(story())


def test_workers_are_other_threads() -> None:
    async def threads() -> set[int]:
        workers = Workers()
        here = threading.get_ident
        return {await workers.derive(here), await workers.render(here)}

    assert threading.get_ident() not in asyncio.run(threads())


def test_a_large_file_is_looked_through_after_everybody_elses_work() -> None:
    def nice() -> tuple[int, int]:
        thread = threading.get_native_id()
        return thread, os.getpriority(os.PRIO_PROCESS, thread) if sys.platform == "linux" else 19

    def hurt() -> None:
        raise Fault("database-corrupt", "page 7")

    async def story() -> None:
        workers, before = Workers(), nice()
        thread, yields = await workers.check(nice)
        assert (thread != before[0], yields) == (True, 19)
        assert nice() == before
        with pytest.raises(Fault, match="page 7"):
            await workers.check(hurt)
        until = threading.Event()
        task = asyncio.create_task(workers.check(until.wait))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        until.set()

    asyncio.run(story())
