"""A server loses power while it takes pushes, and while it is founded."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.crash import server
from tests.crash.glance_server import glance
from tests.crash.recorded import image_of, record
from tests.crash.states import Effort, states
from tests.crash.sweep import memory, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "tests.crash.server"
LEAST = 4_000
"""Distinct states of the pushes."""


@pytest.fixture
def founded() -> Iterator[Path]:
    """A server's folder, and what a station has to say, in memory."""
    with memory() as folder:
        server.prepare(folder)
        yield folder


@pytest.mark.timeout(900)
@pytest.mark.covers("F03", "F04", "F20", "A36")
def test_all_that_has_a_receipt_survives(founded: Path, tmp_path: Path) -> None:
    start = image_of(founded)
    calls = record(f"{HERE}:work", founded, tmp_path / "log")
    found = sweep(
        states(calls, Effort(systematic=80, random=250), start=start),
        glance,
        server.check,
        whole_every=40,
    )
    assert not found.against
    assert found.states >= LEAST


@pytest.mark.covers("F04")
def test_a_photo_taken_without_waiting_for_the_disk_is_found_out(
    founded: Path, tmp_path: Path
) -> None:
    """The enumeration has teeth: this is what the server once did."""
    start = image_of(founded)
    calls = record(f"{HERE}:unsynced", founded, tmp_path / "log")
    found = sweep(
        states(calls, Effort(systematic=5, random=5), start=start),
        glance,
        server.check,
        whole_every=40,
    )
    assert any("attachments" in kind or "photo" in kind for kind in found.against), found.against


@pytest.mark.timeout(600)
@pytest.mark.covers("F19", "F03", "F20")
def test_a_founding_is_whole_or_can_be_done_again(tmp_path: Path) -> None:
    with memory() as folder:
        (folder / "data").mkdir()
        calls = record(f"{HERE}:found", folder / "data", tmp_path / "log")
    drawn = islice(states(calls, Effort(systematic=2, random=2)), 0, None, 3)
    found = sweep(drawn, server.check_founded, server.check_founded)
    assert not found.against
    assert found.states >= 60
