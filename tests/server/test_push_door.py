"""The plain door for pushes and the route behind it answer alike."""

from __future__ import annotations

import httpx
import pytest

from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.merkle import leaf_hash, root_of
from sync.protocol import pack_push
from tests.server.plant import Plant, Station
from tests.server.test_ingest import bytes_of

PLAIN, ODD = "from={}&saved={}", "saved={1}&from={0}"
"""The second spelling is not the door's: the route answers it."""


def ask(station: Station, query: str, start: int, stop: int, **headers: str) -> httpx.Response:
    """A push of some entries in one spelling of the query."""
    entries = bytes_of(station)[:stop]
    root = root_of(leaf_hash(one) for one in entries)
    note = Checkpoint(station.origin, stop, root).sign(station.signer)
    path = f"/logs/{station.origin}/entries?{query.format(start, stop)}"
    station.service.head(station.origin)
    token = {"authorization": f"Bearer {station.service._token}"}
    client = station.plant.client()
    body = pack_push(entries[start:], note)
    return client.post(path, content=body, headers=token | headers)


@pytest.mark.covers("A33", "A24")
def test_both_answer_alike(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    first = ask(station, PLAIN, 0, 2)
    again = ask(station, ODD, 0, 2)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["receipt"] == again.json()["receipt"]
    for query in (PLAIN, ODD):
        gap = ask(station, query, 4, 6)
        assert (gap.status_code, gap.json()["have"]) == (409, 2)
        assert gap.headers["content-type"] == "application/json"
        assert gap.headers["x-content-type-options"] == "nosniff"
        stranger = ask(station, query, 2, 4, authorization="Bearer nobody")
        assert (stranger.status_code, stranger.json()["code"]) == (401, "sign-in-needed")


@pytest.mark.covers("A14")
def test_both_refuse_another_log_and_a_hurt_body(plant: Plant) -> None:
    station, other = plant.station(), plant.station("ST-02")
    station.service.head(station.origin)
    token = {"authorization": f"Bearer {station.service._token}"}
    for query in ("from=0&saved=1", "saved=1&from=0"):
        path = f"/logs/{other.origin}/entries?{query}"
        answer = plant.client().post(path, content=b"", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        path = f"/logs/{station.origin}/entries?{query}"
        answer = plant.client().post(path, content=b"hurt", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (422, "push-unsound")


@pytest.mark.covers("A37")
def test_a_disk_that_refuses_is_said_by_both(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    station = plant.station()
    station.sign_in("P-OP")

    def full(*_: object) -> None:
        raise Fault("disk-full")

    monkeypatch.setattr(plant.parts.ingest, "push", full)
    for query in (PLAIN, ODD):
        answer = ask(station, query, 0, 2)
        assert (answer.status_code, answer.json()["code"]) == (507, "disk-full")


@pytest.mark.covers("A24")
def test_a_stations_push_leaves_no_leaf_of_a_request(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    for query in (PLAIN, ODD):
        before = plant.parts.store.count("audit")
        assert ask(station, query, 4, 6).status_code == 409
        assert plant.parts.store.count("audit") == before, query
