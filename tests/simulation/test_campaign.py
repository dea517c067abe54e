"""The campaign's own arithmetic, on two processes and a handful of plant-days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.simulation import campaign
from tests.simulation.plant import Outcome, play


def test_a_small_campaign_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = 4
    code = campaign.main(
        ["--years", str(days / campaign.DAYS), "--jobs", "2", "--out", str(tmp_path)]
    )
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["violations"] == {}
    assert found["seeds"] == [campaign.FIRST_SEED, campaign.FIRST_SEED + days - 1]
    assert found["station_shifts"] == 3 * days
    assert found["records"] > 0
    assert code == bool(found["never_happened"]), "a kind that never happened proves nothing"
    written = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert f"{found['records']} records shown as saved" in written
    assert "4 seeds" in capsys.readouterr().err


def test_a_violation_is_named_with_its_seed() -> None:
    good = play(campaign.FIRST_SEED)
    tally = campaign.Tally()
    tally.add(type(good)(**{**vars(good), "violations": ("lost a record",)}))
    found = campaign.figures(tally, 365, 2.0, 1)
    assert found["violations"] == {str(campaign.FIRST_SEED): ["lost a record"]}
    assert f"make simulate SEED={campaign.FIRST_SEED}" in campaign.written(found)
    assert "1 violations" in campaign.line(tally, 365, 2.0)


def _broken(seed: int) -> Outcome:
    if seed == campaign.FIRST_SEED:
        raise RuntimeError("the plant burnt down")
    return play(seed)


def test_a_seed_that_breaks_the_play_fails_and_the_campaign_goes_on() -> None:
    seeds = range(campaign.FIRST_SEED, campaign.FIRST_SEED + 2)
    tally = campaign.run(seeds, 2, lambda _: None, _broken)
    assert tally.seeds == 2
    assert "the plant burnt down" in tally.failures[campaign.FIRST_SEED][0]
    assert list(tally.failures) == [campaign.FIRST_SEED]
    assert tally.records > 0
