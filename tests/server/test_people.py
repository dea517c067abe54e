"""People and stations: enrolled by two, locked out, revoked by index."""

from __future__ import annotations

import pytest

from server.ingest.projector import dump
from sync.faults import Fault
from sync.protocol import Enrolment, SessionRequest, encode
from tests.server.plant import PREFIX, SECRETS, Plant, Station, credentials


@pytest.mark.covers("A22", "T12")
def test_one_person_cannot_enrol_a_station(plant: Plant) -> None:
    station = plant.station(approve=False)
    with pytest.raises(Fault, match="station-not-enrolled"):
        station.service.head(station.origin)
    first = plant.act("P-ADM", "/api/stations/ST-01/approvals")
    assert first.json()["status"] == "requested"
    again = plant.act("P-ADM", "/api/stations/ST-01/approvals")
    assert again.json()["code"] == "two-persons"
    assert plant.act("P-SUP", "/api/stations/ST-01/approvals").status_code == 403
    second = plant.act("P-QA", "/api/stations/ST-01/approvals")
    assert second.json()["status"] == "enrolled"
    assert station.service.head(station.origin).size == 0


@pytest.mark.covers("A17")
def test_a_revoked_station_is_refused_above_the_cut_off(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    answer = plant.act("P-QA", "/api/stations/ST-01/revocation", valid_to=2, reason="stolen")
    assert answer.json()["status"] == "revoked"
    kept = plant.parts.store.count("entries", origin=station.origin)
    station.sign_in("P-SUP")
    with pytest.raises(Fault, match="station-revoked"):
        station.outbox.drain()
    assert plant.parts.store.count("entries", origin=station.origin) == kept
    with pytest.raises(Fault, match="station-not-enrolled"):
        station.service.work_pack("")


@pytest.mark.covers("A31")
def test_an_epoch_never_goes_back(plant: Plant) -> None:
    plant.station(epoch=3)
    for epoch, status in ((1, 409), (2, 409), (4, 202)):
        back = Station(plant, f"{PREFIX}/ST-01/{epoch}", "ST-01", word="wiped")
        asked = encode(Enrolment.make("ST-01", back.origin, back.signer))
        answer = plant.client().post("/enrolments", content=asked)
        assert answer.status_code == status, answer.text
        back.close()


def test_an_enrolment_needs_proof_of_the_key_and_its_own_origin(plant: Plant) -> None:
    client = plant.client()
    bad = {"station": "ST-09", "origin": "lotbook.test/S1/ST-09/1", "public_key": "AAAA",
           "signature": "AAAA", "answer": "enrolment"}  # fmt: skip
    assert client.post("/enrolments", json=bad).json()["code"] == "key-refused"
    assert client.post("/enrolments", content=b"\xff").status_code == 400
    station = plant.station(approve=False)
    with pytest.raises(Fault, match="request-refused"):
        station.service.enrol("ST-02")


def test_a_session_ends_when_idle_and_when_signed_out(plant: Plant) -> None:
    client = plant.client("P-QA")
    assert client.get("/api/me").json()["name"] == "钱安"
    for wait in (10, 25, 14 * 60, 14 * 60):  # not every request is written down, and none is lost
        plant.clock.pass_(wait)
        assert client.get("/api/me").status_code == 200
    plant.clock.pass_(15 * 60)
    assert client.get("/api/me").status_code == 401
    plant.tokens.clear()
    client = plant.client("P-QA")
    assert client.delete("/api/sessions").status_code == 204
    assert client.get("/api/me").status_code == 401


def test_a_cookie_from_another_site_cannot_act(plant: Plant) -> None:
    client = plant.client()
    client.post("/api/sessions", json=credentials("P-QA"))
    assert client.cookies.get("lotbook")
    assert client.get("/api/me").status_code == 200
    body = {**credentials("P-QA"), "item": "TUB-1", "lot": "T1", "reason": "x"}
    foreign = client.post("/api/holds", json=body, headers={"origin": "http://evil.example"})
    assert foreign.json()["code"] == "wrong-token"
    own = client.post("/api/holds", json=body, headers={"origin": "http://server"})
    assert own.status_code == 201


@pytest.mark.covers("A21")
def test_an_act_needs_the_components_of_the_person_signed_in(plant: Plant) -> None:
    client = plant.client("P-QA")
    body = {"item": "TUB-1", "lot": "T1", "reason": "x"}
    assert client.post("/api/holds", json=body).status_code == 400
    other = client.post("/api/holds", json={**body, **credentials("P-OP")})
    assert other.json()["code"] == "sign-in-failed"


def new_person(**change: object) -> dict[str, object]:
    body: dict[str, object] = {
        "id": "P-NEW", "name": "Nia New", "classes": ["operator"], "badge": "LB:ID:NEW",
        "secret": "new-secret", "document": "passport", "checked_by": "P-ADM",
        "first": credentials("P-ADM"), "second": credentials("P-QA"),
    }  # fmt: skip
    return body | change


def test_a_person_is_enrolled_by_two_and_can_sign_in(plant: Plant) -> None:
    client = plant.client("P-ADM")
    alone = client.post("/api/people", json=new_person(second=credentials("P-ADM")))
    assert alone.json()["code"] == "two-persons"
    made = client.post("/api/people", json=new_person())
    assert made.status_code == 201
    assert "wrapped_key" not in made.json()
    assert client.post("/api/people", json=new_person()).json()["code"] == "exists"
    taken = client.post("/api/people", json=new_person(id="P-OTHER"))
    assert taken.json()["code"] == "badge-used"
    given = {"badge": "LB:ID:NEW", "secret": "new-secret"}
    assert plant.client().post("/api/sessions", json=given).status_code == 200
    assert "P-NEW" in str(plant.folder.keys())
    plant.act("P-ADM", "/api/people/P-NEW/deactivation")
    assert plant.client().post("/api/sessions", json=given).status_code == 401
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


def test_secrets_and_wrapped_keys_are_in_no_leaf(plant: Plant) -> None:
    leaves = b"".join(bytes(row["data"]) for row in plant.parts.store.rows("leaves"))
    for secret in SECRETS.values():
        assert secret.encode() not in leaves
    assert b"lotbook-person-key" not in leaves


def test_a_challenge_is_good_once_and_for_a_short_time(plant: Plant) -> None:
    station = plant.station()
    client = plant.client()
    url = "/station-sessions/challenge"
    nonce = client.get(url, params={"origin": station.origin}).json()["nonce"]
    asked = SessionRequest.make(station.origin, nonce, station.signer)
    body = {"origin": asked.origin, "nonce": nonce, "signature": asked.signature,
            "answer": "session-request"}  # fmt: skip
    assert client.post("/station-sessions", json=body).status_code == 200
    assert client.post("/station-sessions", json=body).json()["code"] == "proof-wrong"
    nonce = client.get(url, params={"origin": station.origin}).json()["nonce"]
    plant.clock.pass_(200)
    late = SessionRequest.make(station.origin, nonce, station.signer)
    body |= {"nonce": nonce, "signature": late.signature}
    assert client.post("/station-sessions", json=body).json()["code"] == "proof-wrong"
    assert client.get(url, params={"origin": "nobody"}).status_code == 403
