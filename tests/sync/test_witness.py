from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sync.checkpoint import Checkpoint, cosigned_at, open_note
from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.merkle import consistency_proof, leaf_hash, root_of, subtrees_of
from sync.sqlite import Database
from sync.testing import ManualClock
from sync.witness import Witness

SERVER = TestSigner("lotbook.test/S1/log", "server")
LEAVES = [leaf_hash(bytes([n])) for n in range(20)]
OTHER = [leaf_hash(b"other"), *LEAVES[1:]]


def note(leaves: list[bytes], origin: str = "lotbook.test/S1/log") -> str:
    return Checkpoint(origin, len(leaves), root_of(leaves)).sign(SERVER)


def proof(first: int, second: int) -> tuple[bytes, ...]:
    return tuple(consistency_proof(subtrees_of(LEAVES[:second]), first, second))


@pytest.fixture
def witness(database: Database, station: TestSigner, clock: ManualClock) -> Witness:
    return Witness(database, Verifier.of(SERVER), station, clock)


def test_a_growing_log_is_cosigned(
    witness: Witness, station: TestSigner, clock: ManualClock
) -> None:
    assert witness.newest() is None
    assert witness.needs_proof(note([])) is None
    witness.observe(note([]))
    assert witness.needs_proof(note(LEAVES[:7])) is None
    cosigned = witness.observe(note(LEAVES[:7]))
    assert cosigned_at(cosigned, Verifier.of(station)) == int(clock.now.timestamp())
    assert open_note(cosigned, Verifier.of(SERVER)).size == 7
    assert witness.needs_proof(note(LEAVES[:7])) is None
    witness.observe(note(LEAVES[:7]))
    assert witness.needs_proof(note(LEAVES[:12])) == (7, 12)
    witness.observe(note(LEAVES[:12]), proof(7, 12))
    seen = witness.seen()
    assert seen is not None
    assert seen.size == 12


@pytest.mark.covers("A45")
def test_a_clock_before_1970_dates_nothing(
    witness: Witness, station: TestSigner, clock: ManualClock
) -> None:
    """A dead battery and a zone east of Greenwich: found by the simulator."""
    clock.now = datetime(1969, 12, 31, 20, 0, tzinfo=UTC)
    assert cosigned_at(witness.observe(note(LEAVES)), Verifier.of(station)) == 0


@pytest.mark.covers("A08", "A10", "TC17", "TC33")
def test_a_log_that_was_changed_or_rolled_back_is_an_alarm(witness: Witness) -> None:
    witness.observe(note(LEAVES[:7]))
    assert witness.needs_proof(note(LEAVES[:6])) is None
    cases = [
        ("server-log-rolled-back", note(LEAVES[:6]), ()),
        ("server-log-forked", note(OTHER[:7]), ()),
        ("server-log-forked", note(OTHER[:12]), proof(7, 12)),
        ("server-log-forked", note(LEAVES[:12]), ()),
        ("server-log-forked", note(LEAVES[:7], "lotbook.test/S2/log"), ()),
        ("server-key-unknown", note(LEAVES[:12]).replace("S1", "S2"), ()),
    ]
    for code, text, hashes in cases:
        with pytest.raises(Fault, match=code):
            witness.observe(text, hashes)
    seen = witness.seen()
    assert seen is not None
    assert seen.root == root_of(LEAVES[:7])


def test_a_log_that_goes_on_before_any_checkpoint_was_seen_leaves_none_behind(
    witness: Witness,
) -> None:
    witness.succeed(note(LEAVES), b"told")
    assert witness.newest() == note(LEAVES)
    assert witness.before() == []
    witness.succeed(note(LEAVES[:3], "lotbook.test/S1/log/2"), b"told again")
    assert witness.before() == [(note(LEAVES), b"told again")]
