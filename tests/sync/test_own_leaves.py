from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.outbox import Outbox
from sync.own_leaves import OwnLeaves, in_a_row
from sync.receipt import Receipt
from sync.sqlite import Database
from sync.succession import after
from sync.testing import ManualClock, MemoryServer
from sync.witness import Witness
from tests.sync.plant import ORIGIN


@pytest.fixture
def outbox(
    journal: Journal, server: MemoryServer, database: Database, station: TestSigner,
    clock: ManualClock,
) -> Outbox:  # fmt: skip
    verifier = Verifier.of(server.signer)
    return Outbox(journal, server, verifier, witness=Witness(database, verifier, station, clock))


def push(outbox: Outbox) -> None:
    """Records alone: nothing is witnessed."""
    head = outbox._resume()
    outbox._push_all(head, head.size, lambda _: None, lambda: False)


@pytest.mark.covers("A10", "TC14")
@pytest.mark.parametrize("trick", ["other leaf", "other order", "dropped", "other time"])
def test_a_receipt_without_its_leaves_is_found_and_work_goes_on(
    trick: str, journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    """A server that signs for records and leaves them out of its log."""
    journal.append_many([("test.entry", {"n": n}) for n in range(4)])
    outbox.drain()
    before = journal.counts().witnessed
    keep = server._keep

    def lie(origin: str, verdict: object) -> Receipt:
        start = len(server.global_leaves)
        receipt = keep(origin, verdict)  # type: ignore[arg-type]
        leaves = server.global_leaves[start:]
        if trick == "other leaf":
            leaves[-1] = leaf_hash(b"other")
        elif trick == "other order":
            leaves.reverse()
        elif trick == "dropped":
            leaves = [leaf_hash(b"filler")] * len(leaves)
        if trick != "other time":
            server.global_leaves[start:] = leaves
            return receipt
        later = Receipt(
            receipt.origin, receipt.size, receipt.root, "2026-03-02T09:00:00.000+00:00",
            receipt.global_start, receipt.global_stop,
        ).sign(server.signer)  # fmt: skip
        server.receipts[origin][-1] = later
        return later

    server._keep = lie  # type: ignore[method-assign]
    journal.append_many([("test.entry", {"n": n}) for n in range(3)])
    with pytest.raises(Fault, match="server-log-misses-entries"):
        outbox.drain()
    counts = journal.counts()
    assert (counts.accepted, counts.witnessed) == (journal.size, before)
    assert journal.append("test.entry", {"n": 9}).index == journal.size - 1


def moved(server: MemoryServer) -> Checkpoint:
    """The server's log as another came to hold it: every leaf one place further, receipts too."""
    server.receipts[ORIGIN] = [
        Receipt(
            one.origin, one.size, one.root, one.time,
            one.global_start + 1, one.global_stop + 1,
        ).sign(server.signer)
        for one in server.receipts[ORIGIN]
    ]  # fmt: skip
    server.global_leaves.insert(0, leaf_hash(b"the decision"))
    name = server.signer.name
    size = len(server.global_leaves)
    return Checkpoint(after(name, name), size, root_of(server.global_leaves))


def own_leaves(journal: Journal, server: MemoryServer) -> OwnLeaves:
    return OwnLeaves(journal, server, Verifier.of(server.signer), lambda work: work())


@pytest.mark.covers("TB10")
def test_where_the_log_was_gone_on_with_receipts_are_asked_for_anew(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    """A station that was promised places and had seen no checkpoint yet."""
    for count in (3, 2):
        journal.append_many([("test.entry", {"n": n}) for n in range(count)])
        push(outbox)
    goes_on = moved(server)
    own_leaves(journal, server).prove(goes_on)
    assert journal.counts().witnessed == journal.size
    assert journal.counts().accepted == journal.size


@pytest.mark.covers("A10")
def test_a_log_that_goes_on_without_the_records_is_found(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    journal.append_many([("test.entry", {"n": n}) for n in range(3)])
    push(outbox)
    goes_on = moved(server)
    server.global_leaves[2] = leaf_hash(b"another")
    without = Checkpoint(goes_on.origin, goes_on.size, root_of(server.global_leaves))
    with pytest.raises(Fault, match="server-log-misses-entries"):
        own_leaves(journal, server).prove(without)
    assert journal.counts().witnessed == 0


def test_under_its_own_name_the_log_moves_nothing(
    journal: Journal, server: MemoryServer, outbox: Outbox
) -> None:
    journal.append_many([("test.entry", {"n": n}) for n in range(3)])
    push(outbox)
    goes_on = moved(server)
    same = Checkpoint(server.signer.name, goes_on.size, goes_on.root)
    with pytest.raises(Fault, match="server-log-misses-entries"):
        own_leaves(journal, server).prove(same)


def test_a_receipt_that_was_lost_is_asked_for_again(
    journal: Journal, server: MemoryServer, outbox: Outbox, database: Database
) -> None:
    for count in (3, 2, 4):
        journal.append_many([("test.entry", {"n": n}) for n in range(count)])
        push(outbox)
    with database.write() as connection:
        connection.execute("DELETE FROM receipt WHERE size < 8")
    outbox.drain()
    assert journal.counts().witnessed == journal.size
    assert len(journal.receipts()) > 2


@pytest.mark.covers("A14")
def test_a_receipt_for_something_else_is_refused(
    journal: Journal,
    server: MemoryServer,
    outbox: Outbox,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        journal.append("test.entry", {})
        push(outbox)
    with database.write() as connection:
        connection.execute("DELETE FROM receipt WHERE size < 3")
    for note in (server.receipts[ORIGIN][-1].note, "no note"):
        monkeypatch.setattr(server, "receipt", lambda *_, note=note: note)
        with pytest.raises(Fault, match="receipt-wrong"):
            outbox.drain()


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(0, 1)), max_size=8),
    st.integers(1, 12),
)
def test_receipts_proved_together_follow_each_other(
    runs: list[tuple[int, int, int]], most: int
) -> None:
    receipts, size, at = [], 0, 0
    for count, gap, hole in runs:
        size, at = size + count + hole, at + gap + count
        receipts.append(Receipt(ORIGIN, size, bytes(32), "t", at - count, at))
    taken = in_a_row(receipts, most)
    assert taken == receipts[: len(taken)]
    assert bool(taken) == bool(receipts)
    if taken:
        leaves = taken[-1].global_stop - taken[0].global_start
        assert leaves == taken[-1].size - taken[0].start == sum(r.size - r.start for r in taken)
        assert leaves <= most or len(taken) == 1


def test_proofs_are_asked_for_once(journal: Journal, server: MemoryServer, outbox: Outbox) -> None:
    asked: list[tuple[int, int, int]] = []
    inclusion = server.inclusion

    def count(start: int, stop: int, size: int) -> tuple[bytes, ...]:
        asked.append((start, stop, size))
        return inclusion(start, stop, size)

    server.inclusion = count  # type: ignore[method-assign]
    journal.append_many([("test.entry", {"n": n}) for n in range(4_500)])
    outbox.drain()
    outbox.drain()
    assert asked == [(0, journal.size, journal.size)] or sum(b - a for a, b, _ in asked) == (
        journal.size
    )
    assert journal.counts().witnessed == journal.size
