"""A late signature of somebody revoked: two persons accept it, and the lot is released."""

from __future__ import annotations

import pytest

from server.evidence.gather import evidence_pack
from server.ingest.projector import dump
from sync.keyring import read_keys
from sync.verify import verify
from tests.second import pack
from tests.second.notes import read_keys as second_keys
from tests.server.plant import Plant, Station, TestPerson
from tests.server.test_shift import played

pytestmark = pytest.mark.covers("T34", "A16")
WHY = "the badge was collected that morning; P-SUP signed the same work"


def late(plant: Plant) -> tuple[Station, str]:
    """A lot that is ready but for a signature that came after its signer was deactivated."""
    station, person = played(plant), TestPerson(plant, "P-OP")
    station.sign_in("P-OP")
    first = plant.parts.store.rows("records", job_order="JO-1")[0]["ref"]
    ref = station.signed("JO-1", (first,), person)
    assert plant.act("P-ADM", "/api/people/P-OP/deactivation").status_code == 200
    station.outbox.drain()
    assert "record-unsound" in reasons(plant)
    return station, ref


def reasons(plant: Plant) -> list[str]:
    return [one.code for one in plant.parts.quality.readiness("JO-1").reasons]


def test_quality_and_another_person_accept_it_and_the_pack_shows_it(plant: Plant) -> None:
    _, ref = late(plant)
    where = "/api/jobs/JO-1/concession"
    assert plant.act("P-SUP", where, record=ref, reason=WHY).status_code == 403
    assert plant.act("P-QA", where, record=ref, reason=" ").json()["code"] == "reason-needed"
    answer = plant.act("P-QA", where, record=ref, reason=WHY)
    assert (answer.status_code, answer.json()["granted"]) == (200, False), answer.text
    assert "record-unsound" in reasons(plant)
    assert plant.act("P-QA", where, record=ref).json()["code"] == "two-persons"
    refused = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released").json()
    assert refused["code"] == "not-ready"
    answer = plant.act("P-SUP", where, record=ref)
    assert (answer.json()["granted"], answer.json()["first"]) == (True, "P-QA"), answer.text
    assert reasons(plant) == []
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["status"] == "released", answer.text
    data = evidence_pack(plant.parts, "JO-1")
    keys = "".join(f"{line}\n" for line in plant.parts.reader.key_lines())
    found = verify(data, read_keys(keys))
    assert (found.sound, found.releases) == (True, 1), found.text("en")
    assert [(one.code, one.who) for one in found.conceded] == [("esign-revoked", "P-OP")]
    assert pack.complaints(data, second_keys(keys)) == []
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before
    answer = plant.act("P-SUP", where, record=ref)
    assert answer.json()["code"] == "bad-request", "the lot is decided"


def test_only_an_unsound_record_of_the_job_can_be_accepted_so(plant: Plant) -> None:
    late(plant)
    sound = plant.parts.store.rows("records", job_order="JO-1")[0]["ref"]
    for record, code in ((sound, "bad-request"), ("ab" * 32, "not-found")):
        answer = plant.act("P-QA", "/api/jobs/JO-1/concession", record=record, reason=WHY)
        assert answer.json()["code"] == code
