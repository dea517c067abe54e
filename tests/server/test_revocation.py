"""Revocation by index: below it all is valid, above it nothing is; and it never moves up again."""

from __future__ import annotations

import hashlib

import pytest

from forms.entries import Inspected
from forms.terms import Attachment
from server.ingest.projector import dump
from sync.faults import Fault
from sync.protocol import Received
from tests.server.plant import Plant, Station
from tests.server.test_branches import codes
from tests.server.test_ingest import bytes_of, pushed

PATH = "/api/stations/ST-01/revocation"


def distrusted(plant: Plant, station: Station) -> list[int]:
    rows = plant.parts.store.rows("objections", origin=station.origin)
    return [row["idx"] for row in rows]


@pytest.mark.covers("A23", "T07")
def test_an_unknown_date_distrusts_all_that_nobody_else_had_witnessed(plant: Plant) -> None:
    station, other = plant.station(), plant.station("ST-02")
    station.sign_in("P-OP")
    station.outbox._observer = None
    station.outbox.drain()
    other.outbox.drain()  # cosigns a checkpoint over what ST-01 sent so far
    witnessed = plant.parts.ingest.head(station.origin).size
    station.sign_in("P-SUP")
    station.sign_in("P-OP")
    station.outbox.drain()
    size = plant.parts.ingest.head(station.origin).size
    assert size > witnessed
    done = plant.act("P-QA", PATH, reason="key found on a memory stick")
    assert done.status_code == 200, done.text
    assert done.json()["valid_to"] == witnessed
    assert distrusted(plant, station) == [
        index for index in range(witnessed, size)
        if plant.parts.store.one("records", origin=station.origin, idx=index) is not None
    ]  # fmt: skip
    assert plant.parts.store.count("entries", origin=station.origin) == size, "nothing is deleted"
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("A23")
def test_valid_records_that_a_revoked_station_never_sent_are_not_known(plant: Plant) -> None:
    """No answer about lots is whole without them; what lies above the index counts for nothing."""

    def missing() -> list[tuple[str, int]]:
        found = plant.parts.genealogy.not_known()
        return [(one.about, one.count) for one in found if one.code == "records-missing"]

    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    size = station.journal.size
    station.service.head(station.origin, size + 5)
    assert missing() == [], "it is enrolled, and may send them"
    done = plant.act("P-QA", PATH, reason="stolen", valid_to=size + 3)
    assert done.status_code == 200, done.text
    assert missing() == [(station.origin, 3)]


@pytest.mark.covers("A23")
def test_its_own_cosignature_witnesses_nothing(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    done = plant.act("P-QA", PATH, reason="stolen")
    assert done.json()["valid_to"] == 0


@pytest.mark.covers("A17", "TC31")
def test_a_cut_off_never_moves_up_and_only_a_new_enrolment_goes_on(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    size = plant.parts.ingest.head(station.origin).size
    assert plant.act("P-QA", PATH, valid_to=2, reason="stolen").status_code == 200
    assert distrusted(plant, station) == list(range(2, size))
    up = plant.act("P-ADM", PATH, valid_to=size + 10, reason="it was not")
    assert up.json()["code"] == "wrong-state"
    assert plant.act("P-ADM", PATH, valid_to=1, reason="earlier").status_code == 200
    again = plant.act("P-ADM", "/api/stations/ST-01/approvals")
    assert again.json()["code"] == "wrong-state"
    station.service.enrol("ST-01")
    assert plant.parts.stations.by_origin(station.origin).status == "revoked"
    body = {"id": "ST-01", "epoch": 1, "origin": station.origin, "work_units": []}
    plant.parts.book.state("station.enrolled", body)
    assert plant.parts.stations.by_origin(station.origin).status == "revoked"
    with pytest.raises(Fault, match="station-revoked"):
        station.outbox.drain()
    fresh = plant.station(epoch=2)
    fresh.sign_in("P-OP")
    assert fresh.outbox.drain().pushed > 0
    assert "revoked-key-used" not in codes(plant)


@pytest.mark.covers("A43", "F51")
def test_a_photo_that_a_record_names_must_be_there_before_release(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    photo = b"a photo"
    digest = hashlib.sha256(photo).hexdigest()
    context = station.context("JO-1", "OP10", "CLEAR")
    attachment = Attachment(sha256=digest, size=len(photo), media_type="image/png")
    station.append(
        Inspected(context=context, characteristic="C1", sample=1, outcome="pass", photo=attachment)
    )
    entries = bytes_of(station)
    assert isinstance(pushed(station, 0, entries, entries), Received)
    quality = plant.client("P-QA")

    def reasons() -> set[str]:
        found = quality.get("/api/jobs/JO-1/readiness").json()["reasons"]
        return {one["code"] for one in found}

    assert "attachment-missing" in reasons()
    with pytest.raises(Fault, match="batch-refused"):
        station.service.put_piece(digest, 13, 0, b"another photo")
    assert "attachment-missing" in reasons(), "other bytes are not taken for it"
    for _ in range(2):
        station.service.put_piece(digest, len(photo), 0, photo)
    assert "attachment-missing" not in reasons()
    assert plant.parts.store.count("attachments") == 1
