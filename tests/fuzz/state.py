"""How far a long run is, in a file: stopped at any time, it goes on from there."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sync import files
from tests.fuzz.run import Tally


class State(msgspec.Struct):
    """What was asked, and what came of the slices done so far, in the order of the plan."""

    inputs: int
    seed: int
    target: str
    slices: int = 0
    seconds: float = 0.0
    """Of all parts of the run together."""
    tallies: dict[str, Tally] = {}

    def count(self, tally: Tally) -> None:
        """The next slice is done."""
        self.tallies.setdefault(tally.target, Tally(tally.target)).add(tally)
        self.slices += 1

    def save(self, path: Path) -> None:
        """Whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, msgspec.json.encode(self))


def resumed(path: Path | None, asked: State) -> State:
    """The state kept at ``path`` if it is of the same run, else the one asked for."""
    if path is None or not path.exists():
        return asked
    kept = msgspec.json.decode(path.read_bytes(), type=State)
    same = (kept.inputs, kept.seed, kept.target) == (asked.inputs, asked.seed, asked.target)
    return kept if same else asked
