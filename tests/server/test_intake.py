"""Group commit: one transaction for many pushes, and each is answered for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import pytest

from server.ingest.intake import Intake, Waiting
from server.ingest.lanes import Lanes
from server.words import Refusal
from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.protocol import Message, Received
from sync.receipt import open_receipt
from tests.server.plant import Plant

Outcome = str | BaseException


class Ledger:
    """A unit that keeps what was written in it only if it ended well."""

    def __init__(self) -> None:
        self.kept: list[list[str]] = []
        self.fresh: list[str] = []

    @contextmanager
    def unit(self) -> Iterator[None]:
        self.fresh = []
        yield
        self.kept.append(self.fresh)

    def write(self, name: str, error: Exception | None = None) -> Callable[[], str]:
        def work() -> str:
            self.fresh.append(name)
            if error is not None:
                raise error
            return f"{name} kept"

        return work


def played(works: list[Coroutine[None, None, str]]) -> list[Outcome]:
    async def all_at_once() -> list[Outcome]:
        return await asyncio.gather(*works, return_exceptions=True)

    return asyncio.run(all_at_once())


def intake(ledger: Ledger, most_backlog: int = 8) -> Intake[str]:
    return Intake(ledger.unit, Lanes[Waiting[str]](most_backlog=most_backlog))


class Killed(BaseException):
    """Not an Exception: what ends a program."""


def test_nobody_waits_for_ever_when_the_end_comes() -> None:
    ledger = Ledger()

    def die() -> str:
        raise Killed

    taking = intake(ledger)
    found = played([taking.take("A", 1, die), taking.take("B", 1, ledger.write("b"))])
    assert [type(one) for one in found] == [Killed, Killed]
    assert ledger.kept == []
    assert played([taking.take("C", 1, ledger.write("c"))]) == ["c kept"]


@pytest.mark.covers("F37")
def test_what_came_together_shares_a_transaction() -> None:
    ledger = Ledger()
    doors = intake(ledger)
    found = played([doors.take(name, 1, ledger.write(name)) for name in "abc"])
    assert found == ["a kept", "b kept", "c kept"]
    assert ledger.kept == [["a", "b", "c"]]


@pytest.mark.covers("T16")
def test_one_bad_push_is_refused_and_the_others_are_kept() -> None:
    ledger = Ledger()
    doors = intake(ledger)
    bad = Refusal("push-unsound", why="damaged")
    found = played([
        doors.take("a", 1, ledger.write("a")),
        doors.take("b", 1, ledger.write("b", bad)),
        doors.take("c", 1, ledger.write("c")),
    ])  # fmt: skip
    assert found == ["a kept", bad, "c kept"]
    assert len(ledger.kept) == 1


@pytest.mark.covers("T16")
@pytest.mark.parametrize("error", [Refusal("server-recovery"), RuntimeError("a mistake of ours")])
def test_what_nobody_foresaw_undoes_the_transaction_and_hurts_no_other(error: Exception) -> None:
    ledger = Ledger()
    doors, calls = intake(ledger), []

    def sound() -> str:
        calls.append("sound")
        return "kept"

    found = played([doors.take("a", 1, sound), doors.take("b", 1, ledger.write("b", error))])
    assert found == ["kept", error]
    assert ledger.kept == []
    assert calls == ["sound", "sound"], "once undone with the other, once by itself"


def test_a_disk_that_refuses_is_said_to_all_and_not_tried_again() -> None:
    ledger = Ledger()
    doors, full = intake(ledger), Fault("disk-full")
    works = [doors.take("a", 1, ledger.write("a")), doors.take("b", 1, ledger.write("b", full))]
    assert played(works) == [full, full]
    assert ledger.fresh == ["a", "b"]


@pytest.mark.covers("F37", "A50")
def test_a_full_lane_is_said_at_once_and_the_rest_is_taken() -> None:
    ledger = Ledger()
    doors = intake(ledger, most_backlog=2)
    found = played([doors.take(name, 400, ledger.write(name)) for name in "abcd"])
    assert found[:2] == ["a kept", "b kept"]
    assert [getattr(one, "code", "") for one in found[2:]] == ["busy", "busy"]
    assert ledger.kept == [["a", "b"]]


def test_who_waits_no_more_spoils_nothing() -> None:
    ledger = Ledger()
    doors = intake(ledger)

    async def leave() -> str:
        gone = asyncio.ensure_future(doors.take("a", 1, ledger.write("a")))
        stays = asyncio.ensure_future(doors.take("b", 1, ledger.write("b")))
        await asyncio.sleep(0)
        gone.cancel()
        return await stays

    assert asyncio.run(leave()) == "b kept"


@pytest.mark.covers("F37", "A50", "A33")
def test_each_of_a_group_has_its_own_receipt_under_one_checkpoint(plant: Plant) -> None:
    """Real book: pushes of three stations, each sent twice; nothing is there twice."""
    parts = plant.parts
    names = [f"lotbook.test/S1/ST-{n:02}/1" for n in range(11, 14)]

    def push(signer: TestSigner) -> Received:
        entries = [f"{signer.name} {n}".encode() for n in range(3)]
        root = root_of(leaf_hash(one) for one in entries)
        note = Checkpoint(signer.name, 3, root).sign(signer)
        answer: Message = parts.ingest.push(Verifier.of(signer), 0, entries, note)
        assert isinstance(answer, Received)
        return answer

    doors: Intake[Received] = Intake(parts.book.unit)

    async def herd() -> list[Received]:
        signers = [TestSigner(name) for name in names]
        works = [doors.take(s.name, 3, lambda s=s: push(s)) for s in signers]  # type: ignore[misc]
        return await asyncio.gather(*works)

    before = parts.store.count("checkpoints")
    first, again = asyncio.run(herd()), asyncio.run(herd())
    assert parts.store.count("checkpoints") == before + 1
    assert [one.receipt for one in first] == [one.receipt for one in again]
    receipts = [open_receipt(one.receipt, parts.verifier) for one in first]
    assert [one.origin for one in receipts] == names
    spans = [(one.global_start, one.global_stop) for one in receipts]
    assert [stop - start for start, stop in spans] == [3, 3, 3]
    assert spans[0][1] == spans[1][0]
    assert spans[1][1] == spans[2][0]
    assert [parts.ingest.head(name).size for name in names] == [3, 3, 3]
