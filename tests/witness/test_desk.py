from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sync.checkpoint import Checkpoint, cosign, cosigned_at, open_note, sign_note
from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.merkle import EMPTY_ROOT, root_of
from sync.sqlite import DatabaseError, open_database
from sync.tlog_witness import BODY_LIMIT, SIZE_TYPE, AddCheckpoint
from tests.witness.plant import LOG, ORIGIN, WITNESS, Box, asked, leaves, note, proof
from witness.desk import MOST_UNPROVED
from witness.memory import Memory


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    one = Box(tmp_path)
    yield one
    one.database.close()


@pytest.mark.covers("A08")
def test_a_growing_log_is_cosigned(box: Box) -> None:
    both = ""
    for old, size in ((0, 3), (3, 7), (7, 7), (7, 12)):
        answer = box.desk.add_checkpoint(asked(old, size))
        assert answer.status == 200
        both = note(size) + answer.body.decode()
        assert cosigned_at(both, Verifier.of(WITNESS)) == int(box.clock.now.timestamp())
        assert open_note(both, Verifier.of(LOG)).size == size
    kept = box.desk.newest(ORIGIN)
    assert kept.body.decode() == both
    assert "cosigned lotbook.test/S1/LOG/1 12" in box.said[-1]
    assert box.desk.newest("lotbook.test/S2/LOG/1").status == 404


@pytest.mark.covers("A08", "A09", "A10", "TC33")
@pytest.mark.parametrize(
    ("body", "status", "size"),
    [
        (asked(5, 12), 409, 7),
        (asked(0, 12), 409, 7),
        (asked(7, 7, 3), 409, 7),
        (asked(7, 12, 3), 422, None),
        (AddCheckpoint(7, (), note(12)).text().encode(), 422, None),
        (AddCheckpoint(7, proof(7, 12)[:-1], note(12)).text().encode(), 422, None),
        (AddCheckpoint(7, (*proof(7, 12), bytes(32)), note(12)).text().encode(), 422, None),
        (AddCheckpoint(7, proof(6, 12), note(12)).text().encode(), 422, None),
        (AddCheckpoint(7, (bytes(32),), note(7)).text().encode(), 422, None),
        (AddCheckpoint(8, (), note(7)).text().encode(), 400, None),
    ],
)
def test_what_does_not_continue_is_refused(
    box: Box, body: bytes, status: int, size: int | None
) -> None:
    assert box.desk.add_checkpoint(asked(0, 7)).status == 200
    answer = box.desk.add_checkpoint(body)
    assert answer.status == status
    if size is not None:
        assert (answer.type, answer.body) == (SIZE_TYPE, b"7\n")
    seen = box.memory.seen(ORIGIN)
    assert seen is not None
    assert seen.root == root_of(leaves(7))
    assert box.said[-1].split()[1:3] == ["REFUSED", str(status)]


@pytest.mark.covers("A09", "TC33")
def test_a_second_history_is_kept_as_proof(box: Box) -> None:
    box.desk.add_checkpoint(asked(0, 7))
    for _ in range(2):
        box.desk.add_checkpoint(asked(7, 12, 3))
    (kept,) = (box.folder / "refused").iterdir()
    found = open_note(kept.read_text(encoding="utf-8"), Verifier.of(LOG))
    assert (found.size, found.root) == (12, root_of(leaves(12, 3)))


@pytest.mark.covers("A09", "A12")
def test_there_is_room_for_a_contradiction_however_much_lacks_a_proof(box: Box) -> None:
    box.desk.add_checkpoint(asked(0, 7))
    refused = box.folder / "refused"
    refused.mkdir()
    for number in range(MOST_UNPROVED):
        (refused / f"{number}.note").touch()
    assert box.desk.add_checkpoint(asked(7, 12, 3)).status == 422
    assert sum(1 for _ in refused.iterdir()) == MOST_UNPROVED
    assert box.desk.add_checkpoint(asked(7, 7, 3)).status == 409
    assert sum(1 for _ in refused.iterdir()) == MOST_UNPROVED + 1


@pytest.mark.covers("A12")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n", 400),
        (b"old 00\n\n" + note(3).encode(), 400),
        (b"old -1\n\n" + note(3).encode(), 400),
        (b"old 0 \n\n" + note(3).encode(), 400),
        (b"new 0\n\n" + note(3).encode(), 400),
        (b"old 0\r\n\r\n" + note(3).encode(), 400),
        (b"old 0\n\n" + note(3).replace("\n", "\r\n").encode(), 400),
        (b"old 0\n\n" + note(3).replace("\n3\n", "\n03\n").encode(), 400),
        (b"old 0\n\n\xff" + note(3).encode(), 400),
        (b"old 0\nAAAA\n\n" + note(3).encode(), 400),
        (b"old 0\n" + base64.b64encode(bytes(32)) * 2 + b"\n\n" + note(3).encode(), 400),
        (b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + note(3).encode(), 400),
        (b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 63 + b"\n" + note(3).encode(), 422),
        (b"x" * (BODY_LIMIT + 1), 400),
        (b"old 0\n\n" + Checkpoint("other", 0, EMPTY_ROOT).sign(LOG).encode(), 404),
        (b"old 0\n\n" + sign_note(f"{ORIGIN}\n1\n", LOG).encode(), 400),
        (b"old 0\n\n" + note(3).replace("\n3\n", "\n4\n").encode(), 403),
        (b"old 0\n\n" + Checkpoint(ORIGIN, 0, bytes(32)).sign(LOG).encode(), 422),
        (
            b"old 0\n\n" + Checkpoint(ORIGIN, 3, bytes(32)).sign(TestSigner(ORIGIN, "x")).encode(),
            403,
        ),
    ],
)
def test_what_is_malformed_or_unknown_is_refused(box: Box, body: bytes, status: int) -> None:
    assert box.desk.add_checkpoint(body).status == status
    assert box.memory.newest(ORIGIN) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_no_bytes_make_it_stumble(data: bytes, box: Box) -> None:
    assert 400 <= box.desk.add_checkpoint(data).status < 500


def test_lines_of_others_are_ignored_and_not_passed_on(box: Box) -> None:
    other = TestSigner("other.test/w", "other")
    foreign = cosign(note(3), other, 5)
    answer = box.desk.add_checkpoint(AddCheckpoint(0, (), foreign).text().encode())
    assert answer.status == 200
    assert b"other.test" not in box.desk.newest(ORIGIN).body


@pytest.mark.covers("A09")
def test_of_two_requests_judged_by_one_old_size_one_loses(box: Box) -> None:
    box.desk.add_checkpoint(asked(0, 7))
    first, second = (Checkpoint(ORIGIN, n, root_of(leaves(n))) for n in (12, 9))
    assert box.memory.advance(7, first, note(12))
    assert not box.memory.advance(7, second, note(9))
    assert box.desk.add_checkpoint(asked(7, 9)).body == b"12\n"


def test_the_memory_never_goes_back_even_by_hand(box: Box) -> None:
    box.desk.add_checkpoint(asked(0, 7))
    for statement in (
        "UPDATE log SET size = 6",
        "UPDATE log SET root = zeroblob(32)",
        "DELETE FROM log",
    ):
        with pytest.raises((Fault, DatabaseError)), box.database.write() as connection:
            connection.execute(statement)
        if box.database.dropped:
            box.database.reopen()
    assert box.memory.seen(ORIGIN) == Checkpoint(ORIGIN, 7, root_of(leaves(7)))


def test_it_remembers_over_a_restart_and_after_a_failed_write(tmp_path: Path) -> None:
    one = Box(tmp_path)
    one.desk.add_checkpoint(asked(0, 7))
    one.database.close()
    again = Memory(open_database(tmp_path / "witness.db"))
    assert again.seen(ORIGIN) == Checkpoint(ORIGIN, 7, root_of(leaves(7)))
    again._database._drop()
    assert again.seen(ORIGIN) == Checkpoint(ORIGIN, 7, root_of(leaves(7)))
    again._database.close()


class TwoHistories(RuleBasedStateMachine):
    """Whatever a log asks in whatever order: all that was cosigned is one history."""

    def __init__(self) -> None:
        super().__init__()
        self.held = tempfile.TemporaryDirectory()
        self.box = Box(Path(self.held.name), ":memory:")
        self.cosigned: list[tuple[int, int | None]] = []

    @rule(old=st.integers(0, 9), size=st.integers(0, 9), branch=st.sampled_from([None, 0, 2, 5]))
    def ask(self, old: int, size: int, branch: int | None) -> None:
        if old <= size and self.box.desk.add_checkpoint(asked(old, size, branch)).status == 200:
            self.cosigned.append((size, branch))

    @invariant()
    def one_history(self) -> None:
        sizes = [size for size, _ in self.cosigned]
        assert sizes == sorted(sizes)
        for (small, one), (large, other) in pairwise(self.cosigned):
            assert leaves(large, other)[:small] == leaves(small, one)

    def teardown(self) -> None:
        self.box.database.close()
        self.held.cleanup()


TestTwoHistories = TwoHistories.TestCase
