"""No wrong value from 100,000 faulty frames over all drivers; 5 million in the campaign."""

from __future__ import annotations

import pytest

from devices.sim.kits import KITS
from tests.devices.faulty import Trial

FRAMES = 100_000
CAMPAIGN = 5_000_000
EVERY = pytest.mark.parametrize("name", KITS)


@EVERY
@pytest.mark.covers("F56", "F57", "F59", "F65", "T21")
def test_no_faulty_frame_becomes_a_wrong_value(name: str) -> None:
    _demand_none_wrong(name, -(-FRAMES // len(KITS)), seed=1)


@EVERY
@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.covers("F56", "F57", "F59", "F65", "T21")
def test_nor_does_one_of_five_million(name: str) -> None:
    _demand_none_wrong(name, -(-CAMPAIGN // len(KITS)), seed=2)


def _demand_none_wrong(name: str, frames: int, seed: int) -> None:
    trial = Trial(KITS[name], seed)
    trial.run(frames)
    assert trial.wrong == []
    assert trial.counts["faulty"] >= frames
    assert trial.counts["accepted"] > frames // 100, "the good frames in between are read"
    assert trial.counts["garbled"] > frames // 100
