from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.framing import BadFrame
from sync.journal import Journal
from sync.journal_restore import put_back
from sync.keeper import Keeper
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.messages import Head
from sync.outbox import Outbox
from sync.sqlite import Database, open_database
from sync.tail import TAIL_LEAVES, TAIL_LIMIT, Tail, pack_tail, unpack_tail
from sync.testing import ManualClock, MemoryServer
from sync.witness import Witness
from tests.sync.plant import ORIGIN

LEAVES = tuple(leaf_hash(bytes([n])) for n in range(60))


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint("log", size, root_of(LEAVES[:size]))


@pytest.fixture
def keeper(database: Database) -> Keeper:
    return Keeper(database)


def test_tails_are_kept_and_given_back_from_where_they_are_wanted(keeper: Keeper) -> None:
    for start, stop, upto in ((0, 10, 25), (10, 25, 25), (25, 40, 40)):
        keeper.keep(Tail(LEAVES[start:stop], b"box %d" % start), checkpoint(upto))
    assert keeper.size == 40
    assert [tail.box for tail in keeper.from_(0)] == [b"box 0", b"box 10", b"box 25"]
    assert [(tail.start, tail.box) for tail in keeper.from_(12)] == [
        (10, b"box 10"),
        (25, b"box 25"),
    ]
    assert list(keeper.from_(40)) == []


@pytest.mark.covers("A08")
def test_leaves_that_do_not_lead_to_the_checkpoint_are_thrown_away(keeper: Keeper) -> None:
    keeper.keep(Tail(LEAVES[:10], b"a"), checkpoint(10))
    with pytest.raises(Fault, match="server-log-forked"):
        keeper.keep(Tail((LEAVES[11],), b"b"), checkpoint(11))
    assert keeper.size == 0
    with pytest.raises(Fault, match="answer-not-understood"):
        keeper.keep(Tail(LEAVES[:10], b"a"), checkpoint(9))


def test_the_oldest_go_when_the_budget_is_spent(database: Database) -> None:
    keeper = Keeper(database, 25)
    for start in (0, 10, 20, 30):
        keeper.keep(Tail(LEAVES[start : start + 10], b"x" * 10), checkpoint(start + 10))
    assert keeper.size == 40
    assert [tail.start for tail in keeper.from_(0)] == [20, 30]


@given(st.integers(1, 60), st.binary(min_size=1, max_size=50))
def test_a_tail_is_read_back(count: int, box: bytes) -> None:
    assert unpack_tail(pack_tail(LEAVES[:count], box)) == Tail(LEAVES[:count], box)


@given(st.binary(max_size=100))
def test_bytes_are_a_tail_or_refused(data: bytes) -> None:
    try:
        tail = unpack_tail(data)
    except BadFrame:
        return
    assert pack_tail(tail.hashes, tail.box) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        pack_tail([], b"box"),
        pack_tail(LEAVES, b""),
        pack_tail([LEAVES[0]] * (TAIL_LEAVES + 1), b"box"),
        b"x" * (TAIL_LIMIT + 1),
    ],
)
def test_what_is_no_tail(data: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_tail(data)


class Put(MemoryServer):
    """A server that was put back: it holds ``log`` leaves, and says what it knows it signed."""

    log = signed = -1
    recovery = keep = False

    def head(self, origin: str, saved: int = 0) -> Head:
        found = super().head(origin, saved)
        return Head(
            found.size, found.root, found.server_time, found.receipt, found.note,
            log=self.log, signed=self.signed, recovery=self.recovery, keep=self.keep,
        )  # fmt: skip


@pytest.fixture
def lost(clock: ManualClock, station: TestSigner) -> Put:
    server = Put(TestSigner("lotbook.test/S1/log", "server"), clock)
    server.enrol(Verifier.of(station))
    server.keep = True
    return server


@pytest.fixture
def outbox(
    journal: Journal, lost: Put, database: Database, station: TestSigner, clock: ManualClock,
    keeper: Keeper,
) -> Outbox:  # fmt: skip
    verifier = Verifier.of(lost.signer)
    witness = Witness(database, verifier, station, clock)
    return Outbox(journal, lost, verifier, witness=witness, keeper=keeper)


@pytest.mark.covers("A10", "F41")
def test_the_station_shows_what_it_saw_before_it_sends_anything(
    journal: Journal, lost: Put, outbox: Outbox, keeper: Keeper
) -> None:
    journal.append_many([("test.entry", {"n": n}) for n in range(1_500)])
    outbox.drain()
    whole = keeper.size
    assert whole == len(lost.global_leaves) == journal.size
    journal.append("test.entry", {})
    lost.restore(ORIGIN, 3)
    lost.log, lost.signed, lost.recovery = 3, 3, True
    with pytest.raises(Fault, match="server-recovery"):
        outbox.drain()
    assert len(lost.presented) == 1
    assert lost.given == [b"box 0", b"box 1000"]
    assert len(lost.logs[ORIGIN]) == 3, "nothing was pushed"
    counts = journal.counts()
    assert (counts.accepted, counts.witnessed) == (3, 3), "no more is claimed than is so"
    lost.signed = whole
    with pytest.raises(Fault, match="server-recovery"):
        outbox.drain()
    assert len(lost.presented) == 1, "it knows already"
    lost.log = lost.signed = whole
    lost.recovery = False
    outbox.drain()
    assert journal.counts().accepted == journal.size


def test_a_server_that_gives_no_tail_is_not_understood(
    journal: Journal, lost: Put, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "tail", lambda *_: b"no tail")
    with pytest.raises(Fault, match="answer-not-understood"):
        outbox.drain()
    assert journal.counts().witnessed == 0


@pytest.mark.covers("F41")
def test_the_same_entries_make_the_same_log_again(
    journal: Journal, station: TestSigner, clock: ManualClock
) -> None:
    early = journal.size
    journal.append_many([("test.entry", {"n": n}) for n in range(5)])
    entries = [(one.index, one.data) for one in journal.entries(0, journal.size)]
    older = open_database(":memory:")
    copy = Journal(older, ORIGIN, station, clock)
    assert copy.size == early
    if copy.entries(0, 1)[0].data != entries[0][1]:
        with pytest.raises(Fault, match="journal-damaged"):
            put_back(copy, [(early, entries[0][1])])
    assert put_back(copy, entries[early:][::-1]) == 5
    assert put_back(copy, entries) == 0
    copy.verify()
    assert [one.data for one in copy.entries(early, 6)] == [data for _, data in entries[early:]]
    with pytest.raises(Fault, match="journal-damaged"):
        put_back(copy, [(6, b"{}")])
    with pytest.raises(Fault, match="journal-damaged"):
        put_back(copy, [(7, entries[-1][1])])
    older.close()
