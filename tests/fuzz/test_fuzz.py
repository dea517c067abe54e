"""The harness itself, a short run of every door, and the inputs that once broke one.

The long run (``make fuzz``, part of ``make test``) is a program of its own: the tracing of branch
coverage would only slow it down.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.regressions import REGRESSIONS
from tests.fuzz.run import Finding, door, fingerprint, plan, run_slice
from tests.fuzz.state import State, resumed
from tests.fuzz.target import Differs, Target
from tests.fuzz.targets import TARGETS

SHORT = 20_000


@pytest.mark.covers("A41", "A42", "A44", "T17", "T21", "T22")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_door_takes_hostile_bytes_calmly(target: Target) -> None:
    for name, number, count in plan(SHORT):
        if name == target.name:
            tally = run_slice(name, 3, number, count)
            assert not tally.findings, tally.findings[0].problem + tally.findings[0].repro()
            assert tally.inputs == count > 0


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_seed_gives_the_same_inputs_again(target: Target) -> None:
    assert fingerprint(target.name, 5, 20) == fingerprint(target.name, 5, 20)
    assert fingerprint(target.name, 5, 20) != fingerprint(target.name, 6, 20)


def test_a_run_that_was_stopped_goes_on_and_another_begins_anew(tmp_path: Path) -> None:
    path, names = tmp_path / "state", list(plan(SHORT))[:3]
    state = State(SHORT, 3, "")
    for name, number, _ in names:
        state.count(run_slice(name, 3, number, 5))
    state.tallies[names[0][0]].findings.append(Finding(names[0][0], "odd", b"\xff\x00", 3, 0))
    state.save(path)
    assert resumed(path, State(SHORT, 3, "")) == state
    for other in (State(SHORT, 4, ""), State(SHORT + 1, 3, ""), State(SHORT, 3, "notes")):
        assert resumed(path, other).slices == 0
    assert resumed(tmp_path / "none", State(SHORT, 3, "")).slices == 0


@pytest.mark.parametrize("name", sorted({name for name, _ in REGRESSIONS}))
def test_what_once_broke_a_door_breaks_it_no_more(name: str) -> None:
    for data in (data for one, data in REGRESSIONS if one == name):
        door(name)(data)


def test_a_run_deals_out_at_least_the_inputs_asked_for() -> None:
    assert sum(count for _, _, count in plan(1_600_000)) >= 1_600_000
    assert {name for name, _, _ in plan(1)} == {target.name for target in TARGETS}


def test_a_door_that_breaks_is_a_finding_with_its_repro(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> bool:
        raise Differs(f"{len(data)} bytes")

    monkeypatch.setattr("tests.fuzz.run.door", lambda _: broken)
    tally = run_slice("envelope", 1, 0, 10)
    assert tally.inputs == 10
    assert "Differs" in tally.findings[0].problem
    assert tally.findings[0].repro().startswith("python -m tests.fuzz --target envelope --hex ")


def test_a_door_that_hangs_is_a_finding_and_not_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(data: bytes) -> bool:
        while True:
            pass

    signal.setitimer(signal.ITIMER_REAL, 0)  # this test's own limit would watch instead
    monkeypatch.setattr("tests.fuzz.run.door", lambda _: hanging)
    monkeypatch.setattr("tests.fuzz.run.HUNG_S", 0.05)
    tally = run_slice("envelope", 1, 0, 2)
    assert tally.inputs == 2
    assert ["Hung" in one.problem for one in tally.findings] == [True, True]


def test_the_program_reports_and_repeats(tmp_path: Path, repository: Path) -> None:
    out = tmp_path / "fuzz.json"
    run = [sys.executable, "-m", "tests.fuzz", "--target", "verifier-keys"]
    done = subprocess.run(
        [*run, "--inputs", "50", "--out", str(out)], cwd=repository, capture_output=True, check=True
    )
    assert b"0 findings" in done.stdout
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["inputs"] == report["targets"]["verifier-keys"]["inputs"] == 50
    again = subprocess.run([*run, "--hex", "00ff"], cwd=repository, capture_output=True, check=True)
    assert again.stdout == b"refused\n"
