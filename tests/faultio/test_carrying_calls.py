"""Sending and taking, killed or refused by the disk at each single call."""

from __future__ import annotations

import errno

import pytest

from server.words import SAYINGS
from sync.faults import FAULTS
from tests.faultio.shim import Fault, Plan
from tests.faultio.sweep import sweep

DEATHS = [Plan(Fault.KILL), *[Plan(Fault.TEAR, argument=bytes_) for bytes_ in (1, 700)]]
REFUSALS = [
    *[Plan(Fault.ERROR, error=errno.EIO, sticky=sticky) for sticky in (False, True)],
    Plan(Fault.ERROR, error=errno.ENOSPC, sticky=True),
    Plan(Fault.SHORT),
    Plan(Fault.GATE),
]


@pytest.mark.timeout(600)
@pytest.mark.covers("F01", "F02", "F06", "F07", "F08", "F09", "A35", "A37")
def test_a_station_that_sends_claims_no_more_than_the_server_has() -> None:
    found = sweep("tests.faultio.carrying:Send", [*DEATHS, *REFUSALS])
    assert not found.troubles
    assert found.calls >= 5
    assert all(said.split()[1] in FAULTS for said in found.told)


@pytest.mark.timeout(600)
@pytest.mark.covers("F20", "F01", "F02", "F06", "F08", "F09", "A35", "A37")
@pytest.mark.parametrize("plans", [DEATHS, REFUSALS], ids=["killed", "refused"])
def test_a_server_that_takes_keeps_all_it_gave_receipts_for(plans: list[Plan]) -> None:
    found = sweep("tests.faultio.carrying:Take", plans, every=2)
    assert not found.troubles
    assert found.calls > 12
    assert all(said.split()[1] in {*FAULTS, *SAYINGS} for said in found.told)
