"""A lot from scan to release over the real protocol, and what must be true afterwards."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from forms.release import basis
from server.fsck import examine
from server.ingest.projector import dump
from sync.esign import covers_root
from sync.faults import Fault
from sync.keys import TestSigner
from sync.merkle import leaf_hash, verify_inclusion
from tests.server.plant import Plant, Station


def played(plant: Plant) -> Station:
    station = plant.station()
    station.work("JO-1")
    station.sign_off("JO-1")
    station.outbox.drain()
    return station


@pytest.mark.covers("F32")
def test_a_lot_goes_from_scan_to_release(plant: Plant) -> None:
    station = played(plant)
    counts = station.journal.counts()
    assert counts.accepted == counts.saved
    ready = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()
    assert ready["reasons"] == []
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "released"
    assert examine(plant.parts) == []


def test_where_used_lists_the_finished_lot_and_its_serials(plant: Plant) -> None:
    played(plant)
    client = plant.client("P-AUD")
    used = client.get("/api/trace/where-used", params={"item": "TUB-1", "lot": "T1"}).json()
    assert used["finished"] == [["SET-1", "L1", ["S001", "S002"]]]
    assert used["uses"][0]["quantity"] == "3.0"
    came = client.get("/api/trace/where-from", params={"item": "SET-1", "lot": "L1"}).json()
    assert came["finished"] == [["TUB-1", "T1", []]]


def test_a_rebuild_gives_identical_tables(plant: Plant) -> None:
    played(plant)
    plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="smells odd")
    before = dump(plant.parts.store)
    count = plant.parts.projections.rebuild()
    assert count == plant.parts.book.size
    assert dump(plant.parts.store) == before


def test_release_is_refused_with_every_reason_while_work_is_open(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.kit("JO-1", "T1")
    station.outbox.drain()
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.status_code == 409
    assert answer.json()["code"] == "not-ready"
    reasons = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert {"operation-open", "units-missing"} <= {one["code"] for one in reasons}


def test_an_expired_lot_stays_as_evidence_and_blocks_release(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    clear = station.kit
    station.scan("JO-1", "T2", date(2020, 6, 30))
    clear("JO-1", "T1")
    station.outbox.drain()
    records = plant.client("P-QA").get("/api/jobs/JO-1/records").json()
    refused = [one for one in records if one["effective"] is False]
    assert refused
    assert refused[0]["reasons"]


def test_a_hold_anywhere_upstream_blocks_release(plant: Plant) -> None:
    played(plant)
    hold = plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="leaks").json()["hold"]
    reasons = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert "lot-held" in {one["code"] for one in reasons}
    assert plant.act("P-QA", f"/api/holds/{hold}/lift", reason="tested, tight").status_code == 200
    assert plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()["ready"] is True


def test_proofs_of_a_record_hold_in_both_logs(plant: Plant) -> None:
    station = played(plant)
    reader = plant.parts.reader
    data = reader.batch("JO-1")
    head = data.heads[station.origin]
    checkpoint = reader.newest_checkpoint()
    for record in data.records:
        leaf = bytes.fromhex(record.ref)
        path = reader.inclusion_station(record.origin, record.index, head.size)
        assert verify_inclusion(leaf, record.index, head.size, path, bytes.fromhex(head.root))
        in_log = leaf_hash(reader.leaf(record.global_index))
        proof = reader.inclusion_global(record.global_index, checkpoint.size)
        root = bytes.fromhex(checkpoint.root)
        assert verify_inclusion(in_log, record.global_index, checkpoint.size, proof, root)
    assert reader.checkpoint().cosignatures


def asked(station: Station, job: str = "JO-1") -> dict[str, Any]:
    """What the station is told about readiness."""
    answer: dict[str, Any] = json.loads(station.service.ask(f"/jobs/{job}/readiness"))
    return answer


@pytest.mark.covers("T32")
def test_a_station_asks_whether_the_lot_is_ready_and_that_is_audited(plant: Plant) -> None:
    station = played(plant)
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    assert asked(station) == {
        "job": "JO-1",
        "ready": True,
        "reasons": [],
        "records": len(state.records),
        "records_root": covers_root(basis(state)),
    }
    newest = plant.parts.trail.newest(1)[0]
    assert newest["person"] == station.origin
    assert newest["route"] == "GET /jobs/{job}/readiness"
    plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="smells odd")
    told = asked(station)
    assert not told["ready"]
    assert ["lot-held", {"lot": "T1", "reason": "smells odd"}] in told["reasons"]
    with pytest.raises(Fault, match="request-refused"):
        asked(station, "JO-404")


def test_a_revoked_station_is_told_nothing(plant: Plant) -> None:
    station = played(plant)
    size = station.journal.counts().saved
    plant.act("P-QA", "/api/stations/ST-01/revocation", valid_to=size, reason="lost")
    with pytest.raises(Fault):
        asked(station)


@pytest.mark.covers("P11-10j")
def test_a_signed_acceptance_is_verified_and_touches_no_job(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    before = plant.parts.jobs.state("JO-1")
    good = station.accept("P-SUP")
    station.sign_off("JO-1")
    station.outbox.drain()
    assert asked(station)["ready"]
    bad = station.accept("P-SUP", signer=TestSigner("P-SUP", "stranger"))
    station.outbox.drain()
    rows = {row["ref"]: row for row in plant.parts.store.rows("signatures", job="")}
    assert {ref: rows[ref]["sound"] for ref in (good, bad)} == {good: 1, bad: 0}
    state = plant.parts.jobs.state("JO-1")
    assert before is not None
    assert state is not None
    assert not {good, bad} & set(state.by_ref)
    told = asked(station)
    assert not told["ready"], "a forged promise of one who worked on the lot: quality looks first"
    assert [code for code, _ in told["reasons"]] == ["record-unsound"]
