"""``python -m tests.crash.campaign [MILLIONS]``: at least two million power cuts, on all cores.

Each worker records the programs of the CI tests again and draws other states from them, with a
seed of its own and a limit that grows round by round. A line shows how far it is; the report is
``out/campaign/power-cuts.json``. The exit code is 1 if anything stood against any state.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.crash import glance_server, glance_station, server, station
from tests.crash.recorded import image_of, record
from tests.crash.states import Effort, states
from tests.crash.sweep import memory, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORT = Path(__file__).resolve().parents[2] / "out" / "campaign" / "power-cuts.json"
STATION, SERVER = ("captures", "checkpoints", "photos", "restarts"), "server"
RANDOM, SERVER_RANDOM = 1_200, 400
"""States drawn by chance at each cut; the systematic ones come on top in the first round."""


class Round(NamedTuple):
    """What one piece of the campaign found."""

    program: str
    seed: int
    states: int
    whole: int
    against: dict[str, int]


def one_round(program: str, seed: int) -> Round:
    """Record ``program``, draw states with ``seed``, look at all of them."""
    with memory() as folder, memory() as aside:
        systematic = 1_000 if seed == 0 else 0
        if program == SERVER:
            server.prepare(folder)
            start = image_of(folder)
            calls = record("tests.crash.server:work", folder, aside / "log")
            drawn = states(calls, Effort(systematic // 5, SERVER_RANDOM), seed, start)
            found = sweep(drawn, glance_server.glance, server.check, whole_every=40)
        else:
            calls = record(f"tests.crash.station:{program}", folder / "data", aside / "log")
            drawn = states(calls, Effort(systematic, RANDOM), seed)
            found = sweep(drawn, glance_station.glance, station.check, whole_every=20)
    return Round(program, seed, found.states, found.whole, dict(found.against))


def _rounds() -> Iterator[tuple[str, int]]:
    for seed in count():
        yield from ((program, seed) for program in (*STATION, SERVER))


def main(millions: float) -> int:
    """Round after round until so many states were looked at."""
    goal, begun, done = int(millions * 1_000_000), time.monotonic(), list[Round]()
    rounds, workers = _rounds(), os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(one_round, *next(rounds)) for _ in range(workers)}
        while waiting:
            finished = next(as_completed(waiting))
            waiting.remove(finished)
            done.append(finished.result())
            seen = sum(one.states for one in done)
            wrong = sum(sum(one.against.values()) for one in done)
            _line(f"{seen:,} of {goal:,} states, {wrong} violations")
            _report(done, goal, time.monotonic() - begun)
            if seen < goal:
                waiting.add(pool.submit(one_round, *next(rounds)))
    _line(f"\n{REPORT}\n")
    return 1 if any(one.against for one in done) else 0


def _line(text: str) -> None:
    sys.stdout.write(f"\rpower cuts: {text}")
    sys.stdout.flush()


def _report(done: list[Round], goal: int, seconds: float) -> None:
    """Renewed after every round, so that a campaign that is stopped has one too."""
    against: Counter[str] = Counter()
    for one in done:
        against.update(one.against)
    report = {
        "goal": goal,
        "states": sum(one.states for one in done),
        "opened_whole": sum(one.whole for one in done),
        "by_program": {
            name: sum(one.states for one in done if one.program == name)
            for name in (*STATION, SERVER)
        },
        "seeds": max(one.seed for one in done) + 1,
        "against": against,
        "seconds": round(seconds),
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 2.0))
