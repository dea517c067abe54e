"""Anybody may ask for a station to be enrolled: what that must not do before two persons agree."""

from __future__ import annotations

import pytest

from server.people.station_sessions import MOST_OF_ONE
from server.people.stations import MOST_WAITING
from sync.faults import Fault
from sync.keys import TestSigner
from sync.protocol import Enrolment, encode
from tests.server.plant import PREFIX, Plant


def asked(plant: Plant, station: str, epoch: int = 1) -> tuple[int, str]:
    """Status and code of a stranger's request, with a key of their own."""
    signer = TestSigner(f"{PREFIX}/{station}/{epoch}", f"a stranger's {station}")
    body = encode(Enrolment.make(station, signer.name, signer))
    answer = plant.client().post("/enrolments", content=body)
    return answer.status_code, str(answer.json().get("code", ""))


@pytest.mark.covers("T07", "A23")
@pytest.mark.parametrize("valid_to", [0, None])
def test_a_strangers_request_does_not_stand_between_a_station_and_its_revocation(
    plant: Plant, valid_to: int | None
) -> None:
    """It asks for the next epoch: whoever revokes the station means the one that records."""
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    assert asked(plant, "ST-01", 2)[0] == 202
    body = {"reason": "stolen"} | ({} if valid_to is None else {"valid_to": valid_to})
    answer = plant.act("P-ADM", "/api/stations/ST-01/revocation", **body)
    assert answer.status_code == 200, answer.text
    assert plant.parts.stations.by_origin(station.origin).status == "revoked"
    station.sign_in("P-SUP")
    with pytest.raises(Fault, match="station-revoked"):
        station.outbox.drain()
    assert plant.parts.stations.newest("ST-01").status == "requested"
    assert plant.act("P-ADM", "/api/stations/ST-01/revocation", **body).status_code == 200
    assert plant.parts.stations.newest("ST-01").status == "requested", "the cut-off said again"
    down = plant.act("P-ADM", "/api/stations/ST-01/revocation", **body, epoch=2)
    assert (down.json()["origin"], down.json()["status"]) == (f"{PREFIX}/ST-01/2", "revoked")
    none = plant.act("P-ADM", "/api/stations/ST-01/revocation", **body, epoch=3)
    assert none.json()["code"] == "not-found"


@pytest.mark.covers("T07", "A31")
def test_a_strangers_request_hides_no_continuity_break(plant: Plant) -> None:
    """It was turned down, so the next epoch but one goes on from the log that there was."""
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    asked(plant, "ST-01", 2)
    body = {"valid_to": 0, "reason": "unknown"}
    assert plant.act("P-ADM", "/api/stations/ST-01/revocation", **body, epoch=2).status_code == 200
    fresh = plant.station(epoch=3)
    found = plant.client("P-QA").get("/api/breaks").json()
    assert [(one["origin"], one["next"]) for one in found] == [(station.origin, fresh.origin)]


@pytest.mark.covers("T07")
def test_a_request_alone_can_be_turned_down(plant: Plant) -> None:
    assert asked(plant, "ST-09")[0] == 202
    answer = plant.act("P-ADM", "/api/stations/ST-09/revocation", valid_to=0, reason="unknown")
    assert answer.json()["status"] == "revoked"


@pytest.mark.covers("T07")
def test_nobody_asks_in_the_offices_name(plant: Plant) -> None:
    """Every release looks at its pack."""
    plant.station().work("JO-1")
    readiness = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()
    assert asked(plant, "OFFICE", 2)[0] == 409
    assert plant.client("P-QA").get("/api/jobs/JO-1/readiness").json() == readiness


@pytest.mark.covers("T07")
def test_strangers_do_not_make_the_log_grow_without_end(plant: Plant) -> None:
    size = plant.parts.book.size
    found = [asked(plant, f"X-{n}") for n in range(MOST_WAITING + 20)]
    assert found.count((202, "")) == MOST_WAITING
    assert set(found[MOST_WAITING:]) == {(429, "stations-waiting")}
    assert plant.parts.book.size < size + 2 * MOST_WAITING + 5, "itself, and that it was asked"
    assert asked(plant, "X-0") == (202, ""), "again is the same"
    assert asked(plant, "ST-02") == (202, ""), "one that was planned is always heard"
    plant.act("P-ADM", "/api/stations/X-0/revocation", valid_to=0, reason="unknown")
    plant.act("P-ADM", "/api/stations/X-1/revocation", valid_to=0, reason="unknown")
    assert asked(plant, "X-NEW") == (202, "")


@pytest.mark.covers("T07")
def test_challenges_asked_for_without_end_are_few_and_the_station_gets_in(plant: Plant) -> None:
    """Anybody may ask for one in a station's name; each is kept until it is used, or late."""
    station, other = plant.station(), plant.station("ST-02")
    sessions, store = plant.parts.station_sessions, plant.parts.store
    for _ in range(MOST_OF_ONE + 50):
        sessions.challenge(station.origin)
    assert store.count("nonces", origin=station.origin) == MOST_OF_ONE
    other.sign_in("P-OP")
    assert other.outbox.drain().pushed > 0
    station.sign_in("P-SUP")
    assert station.outbox.drain().pushed > 0
    plant.clock.pass_(180)
    sessions.challenge(other.origin)
    assert store.count("nonces") == 1, "those that are late are gone"
