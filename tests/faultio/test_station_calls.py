"""A station whose process is killed, or whose disk fails, at each single call of its work."""

from __future__ import annotations

import errno

import pytest

from sync.faults import FAULTS
from tests.faultio.shim import Fault, Plan
from tests.faultio.sweep import sweep

PROGRAMS = ("Capture", "FirstStart")
SAID = {f"refused {code}" for code in (
    "disk-full", "disk-read-only", "write-failed", "database-unreadable",
)}  # fmt: skip
"""What a person may be told when the disk fails: each has words for what to do."""


ERRORS = [
    Plan(Fault.ERROR, error=error, sticky=sticky)
    for error in (errno.EIO, errno.ENOSPC, errno.EROFS)
    for sticky in (False, True)
]
HALVES = [Plan(Fault.SHORT), Plan(Fault.SHORT, sticky=True), Plan(Fault.GATE)]


@pytest.mark.timeout(300)
@pytest.mark.covers("F01", "F02", "F19", "A35", "A36")
@pytest.mark.parametrize("program", PROGRAMS)
def test_killed_at_any_call_it_has_all_that_was_told(program: str) -> None:
    plans = [Plan(Fault.KILL), *[Plan(Fault.TEAR, argument=n) for n in (1, 511, 700, 4095)]]
    found = sweep(f"tests.faultio.station:{program}", plans)
    assert not found.troubles
    assert found.runs == len(plans) * found.calls
    assert found.calls > 20


@pytest.mark.timeout(300)
@pytest.mark.covers("F06", "F07", "F08", "F09", "F10", "A37")
@pytest.mark.parametrize("program", PROGRAMS)
def test_an_error_at_any_call_is_said_and_nothing_is_claimed(program: str) -> None:
    """Errors, half written writes, and an fsync that fails, drops the data, and then "succeeds"."""
    found = sweep(f"tests.faultio.station:{program}", [*ERRORS, *HALVES])
    assert not found.troubles
    assert set(found.told) <= SAID
    assert all(said.split()[1] in FAULTS for said in found.told)
    assert found.told
