"""``python -m tests.crash.campaign``: at least two million power cuts, on all cores.

Each worker records the programs of the CI tests again and draws other states from them, with a
seed of its own. A line shows how far it is; the report is ``out/campaign/power-cuts.json``, and a
campaign that was stopped goes on from it (``--anew``: from nothing). ``--millions``, ``--jobs``.
The exit code is 1 if anything stood against any state.
"""

from __future__ import annotations

import argparse
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

from sync import files
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
    """What one piece of the campaign found, and in how many seconds."""

    program: str
    seed: int
    states: int
    whole: int
    against: dict[str, int]
    seconds: float


def one_round(program: str, seed: int) -> Round:
    """Record ``program``, draw states with ``seed``, look at all of them."""
    begun = time.monotonic()
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
    taken = round(time.monotonic() - begun, 1)
    return Round(program, seed, found.states, found.whole, dict(found.against), taken)


def _rounds(done: list[Round]) -> Iterator[tuple[str, int]]:
    """What is to be done next, without what was."""
    known = {(one.program, one.seed) for one in done}
    for seed in count():
        yield from ((name, seed) for name in (*STATION, SERVER) if (name, seed) not in known)


def main(given: list[str]) -> int:
    """Round after round until so many states were looked at."""
    asked = _asked(given)
    goal, done = int(asked.millions * 1_000_000), [] if asked.anew else _kept()
    rounds = _rounds(done)
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(one_round, *next(rounds)) for _ in range(asked.jobs)}
        while waiting:
            finished = next(as_completed(waiting))
            waiting.remove(finished)
            done.append(finished.result())
            seen = sum(one.states for one in done)
            wrong = sum(sum(one.against.values()) for one in done)
            _line(f"{seen:,} of {goal:,} states, {wrong} violations")
            _report(done, goal)
            if seen < goal:
                waiting.add(pool.submit(one_round, *next(rounds)))
    _line(f"\n{REPORT}\n")
    return 1 if any(one.against for one in done) else 0


def _asked(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.campaign", description=__doc__)
    parser.add_argument("--millions", type=float, default=2.0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--anew", action="store_true")
    return parser.parse_args(given)


def _kept() -> list[Round]:
    """The rounds of a campaign that was stopped."""
    if not REPORT.exists():
        return []
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    return [Round(*row) for row in report["rounds"]] if report["states"] < report["goal"] else []


def _line(text: str) -> None:
    sys.stdout.write(f"\rpower cuts: {text}")
    sys.stdout.flush()


def _report(done: list[Round], goal: int) -> None:
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
        "core_seconds": round(sum(one.seconds for one in done)),
        "rounds": done,
    }
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    files.replace(REPORT, (json.dumps(report, indent=1) + "\n").encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
