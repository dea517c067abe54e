"""One seed, one outcome: to the last event, in any process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation import __main__, replay
from tests.simulation.plant import Outcome, play
from tests.simulation.world import HOUR

SEED = 9


def test_the_same_seed_gives_the_same_events() -> None:
    first, second = play(SEED, 2 * HOUR), play(SEED, 2 * HOUR)
    assert first.digest == second.digest
    assert first == second
    assert first.digest != play(SEED + 1, 2 * HOUR).digest


def test_another_process_gives_the_same_events(repository: Path) -> None:
    """Not even the order of hashes may matter."""
    printed = subprocess.run(
        [sys.executable, "-m", "tests.simulation", str(SEED)],
        cwd=repository,
        env=os.environ | {"PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    outcome = play(SEED)
    assert printed.splitlines() == list(replay.report(outcome))
    assert len(outcome.last) == 50


def test_a_failure_is_shown_with_the_shortest_shift(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = play(SEED, HOUR // 4)

    def fails_after_an_hour(seed: int, span_ns: int = 8 * HOUR) -> Outcome:
        broken = ("something broke",) if span_ns > HOUR else ()
        return Outcome(**{**vars(good), "seed": seed, "violations": broken})

    monkeypatch.setattr(replay, "play", fails_after_an_hour)
    monkeypatch.setattr(__main__, "play", fails_after_an_hour)
    assert __main__.main(["77"]) == 1
    printed = capsys.readouterr().out
    assert "fails after 75 min of chaos" in printed
    assert "VIOLATION something broke" in printed
    assert "seed 77: FAILED" in printed
    assert __main__.main([]) == 2


def test_a_good_seed_has_nothing_to_shorten() -> None:
    with pytest.raises(ValueError, match="does not fail"):
        replay.shrink(SEED)
