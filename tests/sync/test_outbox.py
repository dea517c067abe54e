from __future__ import annotations

from pathlib import Path

import pytest

from sync import envelope
from sync.backoff import Backoff
from sync.checkpoint import cosigned_at
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox, Progress
from sync.protocol import Fork, Gap, Received
from sync.receipt import Receipt
from sync.sqlite import Database, DatabaseError, open_database
from sync.testing import ManualClock, MemoryServer, Trouble
from sync.witness import Witness
from tests.sync.plant import ORIGIN


@pytest.fixture
def witness(
    database: Database, server: MemoryServer, station: TestSigner, clock: ManualClock
) -> Witness:
    return Witness(database, Verifier.of(server.signer), station, clock)


@pytest.fixture
def outbox(journal: Journal, server: MemoryServer, witness: Witness) -> Outbox:
    return Outbox(journal, server, Verifier.of(server.signer), witness=witness)


def fill(journal: Journal, count: int) -> None:
    journal.append_many([("test.entry", {"n": n}) for n in range(count)])


@pytest.mark.covers("F10", "A37")
def test_a_write_refused_while_nobody_works_stops_nothing(
    database: Database, journal: Journal, outbox: Outbox, server: MemoryServer
) -> None:
    """The disk refused what is not the journal's (a work pack, a checkpoint): found by the
    simulator, which saw the next rounds fail until somebody recorded something."""
    fill(journal, 5)
    server.trouble = ["lose-reply"]
    with pytest.raises(Fault, match="disk-full"), database.write():
        raise DatabaseError("database or disk is full")
    assert database.dropped
    drain_or_wait(outbox)
    outbox.drain()
    assert same(journal, server)
    assert journal.counts().witnessed == journal.counts().saved


def drain_or_wait(outbox: Outbox) -> None:
    try:
        outbox.drain()
    except Fault as fault:
        if fault.kind == "permanent":
            raise


def same(journal: Journal, server: MemoryServer) -> bool:
    return tuple(server.logs[ORIGIN]) == tuple(
        entry.data for entry in journal.entries(0, journal.size)
    )


@pytest.mark.covers("F36")
def test_everything_is_sent_once_receipted_and_witnessed(
    journal: Journal, server: MemoryServer, outbox: Outbox, station: TestSigner
) -> None:
    fill(journal, 4_500)
    digest = journal.attachments.put(b"photo")
    seen: list[Progress] = []
    done = outbox.drain(seen.append)
    assert same(journal, server)
    assert journal.size == 4_502  # with the opening and one time beacon
    assert (done.pushed, done.attachments, done.accepted, done.stopped) == (4_502, 1, 4_502, False)
    counts = journal.counts()
    assert (counts.saved, counts.sent, counts.accepted, counts.witnessed) == (4_502,) * 4
    assert counts.oldest_unsent is None
    assert server.files[digest] == b"photo"
    assert [one.accepted for one in seen] == sorted(one.accepted for one in seen)
    assert cosigned_at(server.cosigned[-1], Verifier.of(station)) > 0
    kinds = [envelope.check(entry.data).kind for entry in journal.entries(0, journal.size)]
    assert kinds.count("sync/beacon") == 1
    again = outbox.drain()
    assert again.pushed == 0
    assert same(journal, server)


@pytest.mark.covers("A33", "F27", "F28")
@pytest.mark.parametrize("trouble", ["lose-request", "lose-reply", "twice"])
def test_one_lost_or_doubled_message_anywhere_changes_nothing(
    journal: Journal, server: MemoryServer, outbox: Outbox, trouble: Trouble
) -> None:
    fill(journal, 10)
    for at in range(8):
        server.trouble = [*([None] * at), trouble]
        for _ in range(2):
            drain_or_wait(outbox)
        server.trouble = []
        outbox.drain()
        assert same(journal, server)
        assert journal.counts().witnessed == journal.size
        assert len(server.global_leaves) == journal.size
        fill(journal, 3)


def test_a_drain_can_be_stopped(journal: Journal, server: MemoryServer, outbox: Outbox) -> None:
    fill(journal, 10)
    journal.attachments.put(b"photo")
    assert outbox.drain(stop=lambda: True).stopped
    assert server.logs[ORIGIN] == []
    assert journal.counts().sent == 0


@pytest.mark.covers("F33")
def test_a_batch_that_is_too_large_becomes_smaller(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    server.most_entries = 7
    fill(journal, 100)
    outbox.drain()
    assert same(journal, server)
    server.most_entries = 0
    fill(journal, 1)
    with pytest.raises(Fault, match="batch-too-large"):
        outbox.drain()
    assert journal.counts().sent == journal.size - 1, "what was refused unread was not sent"


@pytest.mark.covers("F33", "F51", "A38")
def test_a_file_that_is_refused_stays_to_be_sent(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 3)
    digest = journal.attachments.put(b"photo")
    real = server.put_piece

    def refuse(sha256_: str, size: int, start: int, piece: bytes) -> int:
        if sha256_ == digest:
            raise Fault("request-refused", "status 403")
        return real(sha256_, size, start, piece)

    server.put_piece = refuse  # type: ignore[method-assign]
    other = journal.attachments.put(b"another photo")
    with pytest.raises(Fault, match="request-refused"):
        outbox.drain()
    assert journal.attachments.waiting() == 1
    assert server.files[other] == b"another photo", "it holds up no other"
    assert same(journal, server), "and no record"
    server.put_piece = real  # type: ignore[method-assign]
    outbox.drain()
    assert journal.attachments.waiting() == 0
    assert server.files[digest] == b"photo"


@pytest.mark.covers("F41", "A10")
def test_a_server_back_from_a_backup_is_fed_again(
    journal: Journal, server: MemoryServer, outbox: Outbox, database: Database
) -> None:
    fill(journal, 10)
    outbox.drain()
    fill(journal, 10)
    outbox.drain()
    kept = journal.size
    server.restore(ORIGIN, 12)
    # The global log has grown on elsewhere, so its checkpoint is consistent; this log is not whole.
    assert outbox.drain().pushed == kept - 12
    assert same(journal, server)
    counts = journal.counts()
    assert (counts.accepted, counts.witnessed) == (kept, kept)


def test_nothing_more_is_claimed_than_the_server_has(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 10)
    outbox.drain()
    server.restore(ORIGIN, 0)
    server.trouble = [None, "lose-request"]
    with pytest.raises(Fault, match="server-unreachable"):
        outbox.drain()
    counts = journal.counts()
    assert (counts.accepted, counts.witnessed) == (0, 0)


@pytest.mark.covers("A25", "T09")
def test_an_old_copy_that_wrote_nothing_is_locked(
    tmp_path: Path, journal: Journal, server: MemoryServer, outbox: Outbox, station: TestSigner
) -> None:
    fill(journal, 10)
    outbox.drain()
    old = open_database(tmp_path / "old.db")
    fresh = Journal(old, ORIGIN, station, ManualClock())
    with pytest.raises(Fault, match="journal-rolled-back"):
        Outbox(fresh, server, Verifier.of(server.signer)).drain()
    assert server.evidence == {}
    for again in (fresh, Journal(old, ORIGIN, station, ManualClock())):
        with pytest.raises(Fault, match="journal-rolled-back"):
            fill(again, 1)
    assert same(journal, server)
    old.close()


@pytest.mark.covers("A26", "A05")
@pytest.mark.parametrize("written", [3, 40])
def test_a_fork_is_handed_over_whole_and_freezes_the_station(
    tmp_path: Path,
    journal: Journal,
    server: MemoryServer,
    outbox: Outbox,
    station: TestSigner,
    written: int,
) -> None:
    """The old copy went on: with fewer and with more records than the server has."""
    fill(journal, 10)
    outbox.drain()
    old = open_database(tmp_path / "old.db")
    fresh = Journal(old, ORIGIN, station, ManualClock())
    fill(fresh, 4)
    fresh.append_many([("test.other", {"n": n}) for n in range(written)])
    again = Outbox(fresh, server, Verifier.of(server.signer))
    again._handover._most_entries = 7
    server.trouble = [*[None] * 8, "lose-reply"]
    with pytest.raises(Fault, match=r"answer-lost|journal-forked"):
        again.drain()
    server.trouble = []
    for _ in range(2):
        with pytest.raises(Fault, match="journal-forked"):
            again.drain()
    kept = [entry.data for entry in fresh.entries(5, fresh.size)]
    assert server.evidence[ORIGIN] == [(5, kept)]
    assert same(journal, server), "the first branch is as it was"
    with pytest.raises(Fault, match="journal-forked"):
        fill(fresh, 1)
    assert fresh.size == 5 + written, "nothing is deleted"
    old.close()


@pytest.mark.covers("T08", "T07", "A17")
@pytest.mark.parametrize(
    ("standing", "limit", "code"),
    [
        ("forked", None, "journal-forked"),
        ("replaced", None, "station-replaced"),
        ("revoked", 5, "station-revoked"),
        ("copied", None, "station-copied"),
    ],
)
def test_a_station_in_bad_standing_hands_everything_over_first(
    journal: Journal,
    server: MemoryServer,
    outbox: Outbox,
    standing: str,
    limit: int | None,
    code: str,
) -> None:
    fill(journal, 10)
    server.standing[ORIGIN] = (standing, limit)
    with pytest.raises(Fault, match=code):
        outbox.drain()
    entries = [entry.data for entry in journal.entries(0, journal.size)]
    taken = server.logs[ORIGIN] + server.evidence.get(ORIGIN, [(0, [])])[0][1]
    assert taken == entries[: len(taken)]
    assert len(taken) >= 11, "all that was recorded is there"
    if standing != "forked" and limit is not None:
        assert len(server.logs[ORIGIN]) == limit
    counts = journal.counts()
    assert counts.accepted == len(server.logs[ORIGIN])
    with pytest.raises(Fault, match=code):
        fill(journal, 1)


@pytest.mark.covers("A32")
def test_the_server_is_told_what_is_saved_before_it_gets_it(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 5)
    server.trouble = [None, "lose-request"]
    with pytest.raises(Fault, match="server-unreachable"):
        outbox.drain()
    assert server.logs[ORIGIN] == []
    assert server.saved[ORIGIN] == journal.size
    outbox.drain()
    assert len(server.logs[ORIGIN]) == server.saved[ORIGIN] == journal.size


def test_two_clones_at_once_are_a_fork(
    tmp_path: Path, journal: Journal, server: MemoryServer, outbox: Outbox, station: TestSigner
) -> None:
    fill(journal, 3)
    outbox.drain()
    clone_file = open_database(tmp_path / "clone.db")
    clone = Journal(clone_file, ORIGIN, station, ManualClock())
    fill(clone, 30)
    head = clone.batch(0)
    answer = server.push(ORIGIN, 0, head.entries, head.head)
    assert not isinstance(answer, Received | Gap)
    assert len(server.forks) == 1
    clone_file.close()


@pytest.mark.covers("A34")
def test_a_fork_seen_by_the_server_is_a_fault(
    tmp_path: Path, journal: Journal, server: MemoryServer, outbox: Outbox, station: TestSigner
) -> None:
    """The other clone pushes between this one's question and its push."""
    other_file = open_database(tmp_path / "other.db")
    other = Journal(other_file, ORIGIN, station, ManualClock())
    other.append("test.entry", {"clone": True})
    fill(journal, 10)
    real = server.head

    def head_then_push(origin: str, saved: int) -> object:
        answer = real(origin, saved)
        batch = other.batch(0)
        server.push(origin, 0, batch.entries, batch.head)
        return answer

    server.head = head_then_push  # type: ignore[method-assign, assignment]
    with pytest.raises(Fault, match="journal-forked"):
        outbox.drain()
    assert server.evidence[ORIGIN][0][1] == [e.data for e in journal.entries(1, journal.size)]
    other_file.close()


@pytest.mark.covers("F30")
def test_a_receipt_of_another_key_or_for_less_is_no_receipt(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 10)
    real = server.push
    wrong = MemoryServer(TestSigner(server.signer.name, "impostor"), server.clock)
    server.push = lambda *_: Received(  # type: ignore[method-assign]
        Receipt(ORIGIN, 1, journal.root_at(1), "2026-03-02T08:00:00+00:00", 0, 1)
        .sign(wrong.signer)
        .note,
        server.clock.wall(),
    )
    with pytest.raises(Fault, match="receipt-wrong"):
        outbox.drain()
    assert journal.counts().accepted == 0
    server.push = lambda *_: Received(  # type: ignore[method-assign]
        Receipt(ORIGIN, 1, journal.root_at(1), "2026-03-02T08:00:00+00:00", 0, 1)
        .sign(server.signer)
        .note,
        server.clock.wall(),
    )
    with pytest.raises(Fault, match="receipt-wrong"):
        outbox.drain()
    server.push = real  # type: ignore[method-assign]
    outbox.drain()
    assert same(journal, server)


@pytest.mark.covers("A24")
def test_gaps_are_resumed_but_not_for_ever(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 3)
    gap = Gap(0, "00" * 32)
    server.push = lambda *_: gap  # type: ignore[method-assign]
    with pytest.raises(Fault, match="server-error"):
        outbox.drain()


@pytest.mark.covers("F37", "T16")
def test_batches_are_smaller_while_the_server_is_busy(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    fill(journal, 4_000)
    real, sizes, busy = server.push, list[int](), [True] * 6

    def push(
        origin: str, from_: int, entries: tuple[bytes, ...], head: str, saved: int = 0
    ) -> Received | Gap | Fork:
        sizes.append(len(entries))
        if busy and busy.pop():
            raise Fault("server-busy", retry_after_s=3)
        return real(origin, from_, entries, head, saved)

    server.push = push  # type: ignore[method-assign]
    for _ in range(6):
        with pytest.raises(Fault, match="server-busy"):
            outbox.drain()
    assert sizes == [2_000, 1_000, 500, 250, 125, 125]
    outbox.drain()
    assert sizes[6:11] == [125, 250, 500, 1_000, 2_000]
    assert same(journal, server)


def test_the_wait_grows_and_is_never_in_step() -> None:
    waits = Backoff(lambda: 1.0)
    fault = Fault("server-unreachable")
    assert [waits.failed(fault) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    waits.succeeded()
    assert waits.failed(fault) == 1
    assert Backoff(lambda: 0.0).failed(fault) == 0.5
    assert waits.failed(Fault("server-busy", retry_after_s=30)) == 45
    assert Backoff(lambda: 0.0).failed(Fault("server-busy", retry_after_s=30)) == 30
    assert waits.failed(Fault("server-busy", retry_after_s=10**9)) == 5_400


def test_what_is_new_is_pushed_without_asking_until_something_is_odd(
    outbox: Outbox, journal: Journal, server: MemoryServer
) -> None:
    fill(journal, 3)
    assert not outbox.send_new(), "nothing is known of the server before the first drain"
    outbox.drain()
    fill(journal, 2)
    moves: list[Progress] = []
    assert outbox.send_new(moves.append)
    assert moves[-1].accepted == journal.size
    assert same(journal, server)
    server.trouble = ["lose-reply"]
    fill(journal, 1)
    with pytest.raises(Fault, match="answer-lost"):
        outbox.send_new()
    assert journal.counts().sent == journal.size
    assert not outbox.send_new(), "after a doubt the server's head is asked"
    outbox.drain()
    server.restore(ORIGIN, 2)
    fill(journal, 1)
    assert not outbox.send_new(), "a gap: a drain is due"
    outbox.drain()
    assert same(journal, server)


def test_a_photo_waits_for_a_drain(outbox: Outbox, journal: Journal) -> None:
    outbox.drain()
    journal.attachments.put(b"photo")
    fill(journal, 1)
    assert not outbox.send_new()
    assert outbox.drain().attachments == 1
