"""A station loses power: at any call, with any part of its unsynced writes lost, torn or spoilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash import station
from tests.crash.glance_station import glance
from tests.crash.recorded import lay_out, record
from tests.crash.states import Effort, states
from tests.crash.sweep import Found, memory, sweep

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.crash.log import Call
    from tests.crash.states import State

HERE = "tests.crash.station"
SHIFTS = {"captures": 1_700, "checkpoints": 600, "photos": 1_220, "restarts": 1_150}
"""What is recorded, and how many states are drawn by chance at each cut."""
LEAST = {"shift": 24_000, "recovery": 4_000}
"""Distinct states of each shift, and of all recoveries."""


def recorded(program: str, folder: Path) -> list[Call]:
    """The write log of a program of ``tests.crash.station`` that begins with nothing."""
    return record(f"{HERE}:{program}", folder / "data", folder / "log")


def look(found: Iterable[State]) -> Found:
    """Every state by the quick look, every tenth by the whole product."""
    return sweep(found, glance, station.check)


@pytest.mark.timeout(900)
@pytest.mark.covers("F03", "F04", "A36")
@pytest.mark.parametrize("program", SHIFTS)
def test_all_that_was_shown_as_saved_survives(tmp_path: Path, program: str) -> None:
    calls = recorded(program, tmp_path)
    found = look(states(calls, Effort(systematic=1_000, random=SHIFTS[program])))
    assert not found.against
    assert found.states >= LEAST["shift"]


@pytest.mark.timeout(900)
@pytest.mark.covers("F05", "F03", "A36")
def test_a_second_cut_while_the_first_is_recovered_from(tmp_path: Path) -> None:
    """Every hundredth or so of the disks left behind is started on, recorded, and cut again."""
    calls = recorded("checkpoints", tmp_path)
    left = list(states(calls, Effort(systematic=6, random=2), seed=7))
    found = Found()
    with memory() as folder:
        for number, state in enumerate(left[:: len(left) // 12]):
            begin = state.image
            lay_out(begin, folder / "data")
            log = folder / f"log{number}"
            again = record(f"{HERE}:recovery", folder / "data", log)
            found += look(promised_too(states(again, Effort(12, 120), start=begin), state))
    assert not found.against
    assert found.states >= LEAST["recovery"]


def promised_too(found: Iterable[State], before: State) -> Iterable[State]:
    """What was promised before the first cut is owed after the second as well."""
    for state in found:
        yield state._replace(promised=(*before.promised, *state.promised))


@pytest.mark.covers("F03")
@pytest.mark.parametrize("program", ["normal", "too_early"])
def test_a_promise_made_before_the_disk_kept_it_is_found_out(tmp_path: Path, program: str) -> None:
    """The enumeration has teeth: these two are wrong, and it says so."""
    (tmp_path / "data").mkdir()
    found = look(states(recorded(program, tmp_path), Effort(systematic=200, random=10)))
    lost = [kind for kind in found.against if "records" in kind]
    assert lost, found.against


@pytest.mark.covers("F04")
def test_a_photo_and_the_record_that_names_it_are_both_there_or_neither(tmp_path: Path) -> None:
    """Every state of one photo's capture, each opened by the whole product."""
    calls = recorded("photos", tmp_path)
    first = next(at for at, call in enumerate(calls) if call.path.startswith("photo"))
    found = sweep(states(calls[: first + 20], Effort(4, 4)), station.check, station.check)
    assert not found.against
    assert found.states > 200
