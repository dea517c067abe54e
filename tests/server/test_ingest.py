"""What a push may do to the log: once, never over anything, never lost."""

from __future__ import annotations

import pytest

from server.fsck import examine
from server.ingest.projector import dump
from server.log.book import Book
from server.store.protocol import AlreadyThere
from server.words import Refusal
from sync.checkpoint import Checkpoint
from sync.clock import Timekeeper
from sync.envelope import seal
from sync.faults import Fault
from sync.merkle import leaf_hash, root_of
from sync.protocol import Fork, Gap, Received, open_receipt
from tests.server.engines import spoil
from tests.server.plant import BOTH, Plant, Station, TestPerson


def pushed(station: Station, start: int, entries: list[bytes], all_: list[bytes]) -> object:
    """Push raw entries with an honest head over ``all_``."""
    root = root_of(leaf_hash(one) for one in all_)
    note = Checkpoint(station.origin, len(all_), root).sign(station.signer)
    return station.service.push(station.origin, start, tuple(entries), note)


def bytes_of(station: Station) -> list[bytes]:
    return [one.data for one in station.journal.entries(0, station.journal.size)]


@pytest.mark.covers("A33", "A34")
@BOTH
def test_the_same_again_gets_the_same_receipt_and_changes_nothing(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    entries = bytes_of(station)
    first = pushed(station, 0, entries, entries)
    size, tables = plant.parts.book.size, dump(plant.parts.store)
    again = pushed(station, 0, entries, entries)
    assert isinstance(first, Received)
    assert isinstance(again, Received)
    assert first.receipt == again.receipt
    assert plant.parts.book.size == size
    assert dump(plant.parts.store) == tables


@pytest.mark.covers("A24")
@BOTH
def test_a_gap_is_answered_with_what_the_server_has(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.sign_in("P-SUP")
    entries = bytes_of(station)
    answer = pushed(station, 2, entries[2:], entries)
    assert isinstance(answer, Gap)
    assert answer.have == 0
    found = plant.parts.genealogy.not_known()
    assert ("records-outstanding", 3) in [(one.code, one.count) for one in found]


@pytest.mark.covers("A26", "A39")
@BOTH
def test_a_fork_keeps_both_branches_freezes_the_lots_and_alarms(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    other = Station(plant, station.origin, station.name)  # a clone of the key on an empty disk
    other.refresh()
    plant.clock.pass_(60)
    other.sign_in("P-SUP")
    entries = bytes_of(other)
    answer = pushed(other, 0, entries, entries)
    assert isinstance(answer, Fork)
    store = plant.parts.store
    assert [bytes(row["data"]) for row in store.rows("branches")] == entries[1:]
    codes = [row["code"] for row in plant.parts.alarms.all(only_open=True)]
    assert "fork" in codes
    held = {(row["item"], row["lot"]) for row in store.rows("holds")}
    assert {("TUB-1", "T1"), ("SET-1", "L1")} <= held
    reasons = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert {"lot-held", "log-gap"} <= {one["code"] for one in reasons}
    assert isinstance(pushed(other, 0, entries, entries), Fork)
    assert store.count("branch_heads") == 1
    before = dump(store)
    plant.parts.projections.rebuild()
    assert dump(store) == before


@BOTH
def test_a_fork_of_heads_alone_freezes_what_the_log_touched(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    entries = bytes_of(station)
    lie = [*entries[:-1], entries[-1] + b" "]
    assert isinstance(pushed(station, len(entries), [], lie), Fork)
    held = {(row["item"], row["lot"]) for row in plant.parts.store.rows("holds")}
    assert ("TUB-1", "T1") in held


@pytest.mark.covers("A42", "A38")
@BOTH
def test_what_cannot_be_read_is_kept_verbatim_and_blocks_nobody(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    entries = bytes_of(station)
    all_ = [*entries, b"\x00 not an entry"]
    assert isinstance(pushed(station, 0, all_, all_), Received)
    assert station.service.pull(station.origin, 0, 10) == tuple(all_)
    assert plant.parts.store.rows("quarantine")[0]["idx"] == len(entries)
    assert "entry-quarantined" in [row["code"] for row in plant.parts.alarms.all()]
    second = plant.station("ST-02")
    second.sign_in("P-OP")
    assert second.outbox.drain().pushed >= 2
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@BOTH
def test_an_unknown_kind_is_accepted_and_blocks_release_only(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    entries = bytes_of(station)
    stamp = Timekeeper(plant.clock).stamp()
    body = {"context": {"job_order": "JO-1"}, "news": "from a later version"}
    entries.append(seal("future.kind", station.origin, len(entries), stamp, body))
    assert isinstance(pushed(station, 0, entries, entries), Received)
    reasons = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert "unread-kind" in {one["code"] for one in reasons}
    assert "unread" in {one.code for one in plant.parts.genealogy.not_known()}


@pytest.mark.covers("A15", "A16")
@BOTH
def test_a_forged_signature_is_stored_unsound_with_an_alarm(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    liar = TestPerson(plant, "P-OP")
    liar.name = "Sam Supervisor"
    station.sign_in("P-SUP")
    station.signed("JO-1", tuple(one.ref for one in state.records), liar)
    station.outbox.drain()
    assert plant.parts.store.rows("signatures")[0]["sound"] == 0
    assert "record-disputed" in [row["code"] for row in plant.parts.alarms.all()]


@pytest.mark.covers("A13", "A14")
@BOTH
def test_another_key_or_another_origin_is_refused(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    entries = bytes_of(station)
    root = root_of(leaf_hash(one) for one in entries)
    forged = Checkpoint(station.origin, len(entries), root).sign(
        Station(plant, station.origin, "ST-01", word="other").signer
    )
    with pytest.raises(Fault, match="batch-refused"):
        station.service.push(station.origin, 0, tuple(entries), forged)
    with pytest.raises(Fault, match="request-refused"):
        station.service.head("lotbook.test/S1/ST-02/1")
    assert plant.parts.store.count("entries", origin=station.origin) == 0


@BOTH
def test_the_receipt_names_the_global_leaves(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    entries = bytes_of(station)
    answer = pushed(station, 0, entries, entries)
    assert isinstance(answer, Received)
    receipt = open_receipt(answer.receipt, plant.parts.verifier)
    assert receipt.size == len(entries)
    rows = plant.parts.store.rows("entries", origin=station.origin)
    assert [row["global_index"] for row in rows] == list(
        range(receipt.global_start, receipt.global_stop)
    )


@pytest.mark.covers("T13")
def test_truth_cannot_be_changed_or_deleted(plant: Plant) -> None:
    store = plant.parts.store
    connection = store._connection  # type: ignore[attr-defined]
    for verb in ("DELETE FROM leaves", "UPDATE leaves SET kind = 'x'"):
        with pytest.raises(connection.IntegrityError, match="append-only"):
            connection.execute(verb)
    with pytest.raises(AlreadyThere):
        store.remove("leaves")


@pytest.mark.covers("A07", "TC01")
@BOTH
def test_fsck_names_the_entry_that_was_changed(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    spoil(plant.parts.store, "entries", "UPDATE entries SET data = ? WHERE idx = 1", b"{}")
    found = examine(plant.parts)
    assert any("lotbook.test/S1/ST-01/1 #1" in one and "changed" in one for one in found)


@pytest.mark.covers("A10")
@BOTH
def test_a_database_from_a_backup_is_noticed_and_nothing_is_signed(plant: Plant) -> None:
    station = plant.station()
    memory = plant.folder.path / "checkpoint.last"
    size, root = memory.read_text().split()
    memory.write_text(f"{int(size) + 5} {root}\n")
    book = plant.parts.book
    restored = Book(
        store=book.store, signer=plant.parts.signer, origin=book.origin, clock=book.clock,
        projector=plant.parts.projections, memory=book.memory,
    )  # fmt: skip
    assert restored.recovery
    with pytest.raises(Refusal, match="recovery"):
        restored.state("audit", {})
    plant.parts.book.recovery = True
    station.sign_in("P-OP")
    with pytest.raises(Fault, match="server-recovery"):
        station.outbox.drain()
    assert station.journal.counts().accepted == 0


@pytest.mark.covers("A08", "A10")
@BOTH
def test_no_checkpoint_is_signed_that_contradicts_the_last_one(plant: Plant) -> None:
    """Somebody put a checkpoint into the database that is not of this log."""
    book = plant.parts.book
    before = book.size
    other = {"size": before + 1, "root": "00" * 32, "note": "x", "signed_at": "2026-03-02"}

    def contradict() -> None:
        with book.unit():
            book.alarm("fork", "x")
            book.alarm("fork", "y")
            book.store.add("checkpoints", other)

    with pytest.raises(Refusal, match="recovery"):
        contradict()
    assert book.recovery
    assert book.size == before


@BOTH
def test_a_failed_unit_leaves_nothing(plant: Plant) -> None:
    book, before = plant.parts.book, plant.parts.book.size
    with pytest.raises(KeyError), book.unit():
        book.store.rows("leaves", nonsense=book.alarm("fork", "x"))
    assert book.size == before
    assert examine(plant.parts) == []
    book.alarm("fork", "x")
    assert examine(plant.parts) == []


@BOTH
def test_a_cosignature_is_kept_only_for_our_own_checkpoints(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    assert plant.parts.store.rows("cosignatures")[0]["name"] == station.origin
    with pytest.raises(Fault, match="request-refused"):
        station.service.cosign("nonsense")
