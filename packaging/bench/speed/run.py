"""All parts in one run: prints the table, writes ``out/bench/sync.json``."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from append import append
from drain import drain, filled, live
from figures import Figure, rounded, written
from limits import limits
from peers import peers
from proofs import heads, proofs
from serving import served
from where import where

OUT = Path("out/bench/sync.json")
RECORDS = 100_000


def main(arguments: list[str]) -> int:
    """Measure; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="of the backlog drained")
    parser.add_argument("--no-peers", action="store_true", help="leave the npm peers out")
    given = parser.parse_args(arguments)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(dir=OUT.parent) as name:  # on a disk, not in memory
        folder = Path(name)
        figures = measured(folder, given.records)
        beside, words = peers(folder, 20_000) if not given.no_peers else ({}, "left out")
        _add(figures, beside)
        lines = where(folder) if any(one.met is False for one in figures) else []
    notes = {
        "load before": [rounded(one) for one in before], "cores": os.cpu_count(),
        "python": platform.python_version(), "records": given.records, "npm peers": words,
        "where the time goes": lines,
    }  # fmt: skip
    print(f"load of the machine before the run: {before[0]:.1f} on {os.cpu_count()} cores")
    for figure in figures:
        print(figure.line())
    print(f"npm peers: {words}")
    print("\n".join(lines))
    written(figures, OUT, notes)
    return 0 if all(figure.met is not False for figure in figures) else 1


def measured(folder: Path, count: int) -> list[Figure]:
    """Every figure of ours, and the limits of the machine."""
    figures = append(folder)
    with served(folder / "server") as running:
        figures += live(folder, running)
        figures += drain(folder, running, count)
    figures += heads(folder) + proofs(folder)
    sample = filled(folder, "ST-09-limits", 2_000).batch(1).entries
    figures += [
        Figure(id="", what=what, value=rounded(value), unit="")
        for what, value in limits(folder, sample * 20).items()
    ]
    return figures


def _add(figures: list[Figure], beside: dict[str, float]) -> None:
    for figure in figures:
        if figure.id == "P2":
            figure.peers |= beside
