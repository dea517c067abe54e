"""``make campaign``: factory-years of plant-days over all cores, with a live line and a report.

A factory-year is 365 plant-days (see the package's text). The report is written to
``out/campaign/report.json`` and ``report.md``. A seed that fails is named, and played again by
``make simulate SEED=n``.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from tests.simulation.plant import Outcome, play
from tests.simulation.sample import STATIONS
from tests.simulation.troubles import Trouble

DAYS = 365
"""Plant-days in a factory-year."""
FIRST_SEED = 1_000_000
"""Seeds of a campaign begin here, so that they are others than those of ``make test``."""
AHEAD = 3
"""Seeds in hand for each process."""
MOST_FAILURES = 20


@dataclass
class Tally:
    """What a campaign has seen so far."""

    seeds: int = 0
    records: int = 0
    events: int = 0
    checks: int = 0
    released: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)
    failures: dict[int, list[str]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count a plant-day."""
        self.seeds += 1
        self.records += outcome.records
        self.events += outcome.events
        self.checks += outcome.checks
        self.released += outcome.released
        self.troubles.update({str(kind): count for kind, count in outcome.troubles.items()})
        self.scenarios += outcome.scenarios
        if outcome.violations:
            self.failures[outcome.seed] = list(outcome.violations)

    @property
    def years(self) -> float:
        """Factory-years done."""
        return self.seeds / DAYS


def run(
    seeds: Iterable[int],
    jobs: int,
    seen: Callable[[Tally], None],
    played: Callable[[int], Outcome] = play,
) -> Tally:
    """Play all seeds on ``jobs`` processes; ``seen`` is told after every one."""
    tally, left = Tally(), iter(seeds)
    with ProcessPoolExecutor(jobs, initializer=_quiet) as pool:
        waiting: dict[Future[Outcome], int] = {}
        while True:
            for seed in islice(left, jobs * AHEAD - len(waiting)):
                waiting[pool.submit(played, seed)] = seed
            if not waiting or len(tally.failures) >= MOST_FAILURES:
                pool.shutdown(cancel_futures=True)
                return tally
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                _counted(tally, waiting.pop(future), future)
            seen(tally)


def _quiet() -> None:
    """A refused disk is no news here."""
    logging.getLogger("lotbook.server").setLevel(logging.ERROR)


def _counted(tally: Tally, seed: int, future: Future[Outcome]) -> None:
    """A seed that could not be played to its end is a failure of that seed, not of the campaign."""
    if broken := future.exception():
        tally.seeds += 1
        where = "".join(traceback.format_exception(broken)[-2:]).strip()
        tally.failures[seed] = [f"not played to its end: {where}"]
    else:
        tally.add(future.result())


def line(tally: Tally, wanted: int, seconds: float) -> str:
    """The live line."""
    left = seconds / max(1, tally.seeds) * (wanted - tally.seeds)
    return (
        f"{tally.years:7.2f} of {wanted / DAYS:g} factory-years · {tally.seeds} seeds · "
        f"{tally.records} records · {tally.troubles.total()} faults · "
        f"{len(tally.failures)} violations · {left / 60:.1f} min to go"
    )


def figures(tally: Tally, wanted: int, seconds: float, jobs: int) -> dict[str, Any]:
    """The report's figures."""
    return {
        "what": "factory-years of the simulated plant: 365 plant-days each",
        "plant": {"stations": len(STATIONS), "shift_hours": 8},
        "years": round(tally.years, 3),
        "years_wanted": round(wanted / DAYS, 3),
        "station_shifts": tally.seeds * len(STATIONS),
        "seeds": [FIRST_SEED, FIRST_SEED + tally.seeds - 1],
        "processes": jobs,
        "seconds": round(seconds, 1),
        "seeds_per_second": round(tally.seeds / seconds, 2),
        "records": tally.records,
        "events": tally.events,
        "checks": tally.checks,
        "lots_released": tally.released,
        "faults": dict(sorted(tally.troubles.items())),
        "never_happened": [str(kind) for kind in Trouble if not tally.troubles[str(kind)]],
        "scenarios": dict(sorted(tally.scenarios.items())),
        "violations": {str(seed): found for seed, found in sorted(tally.failures.items())},
    }


def written(found: dict[str, Any]) -> str:
    """The report as Markdown."""
    faults = "\n".join(f"| {kind} | {count} |" for kind, count in found["faults"].items())
    failures = "\n".join(
        f"- seed {seed} (`make simulate SEED={seed}`): {'; '.join(what)}"
        for seed, what in found["violations"].items()
    )
    return f"""# Campaign of the simulator

{found["years"]} of {found["years_wanted"]} factory-years in {found["seconds"] / 60:.1f} min on
{found["processes"]} processes ({found["seeds_per_second"]} plant-days a second). A factory-year
is 365 plant-days: {found["plant"]["stations"]} stations, each a shift of
{found["plant"]["shift_hours"]} h with faults, then healing.

{found["records"]} records shown as saved, {found["checks"]} checks of the oracle,
{found["lots_released"]} lots released, {sum(found["faults"].values())} faults.

Violations: {len(found["violations"])}
{failures}

| fault | times |
| --- | --- |
{faults}
"""


def main(words: list[str]) -> int:
    """Exit code 0 if nothing was violated and every kind of fault happened."""
    given = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    given.add_argument("--years", type=float, default=100.0, help="factory-years")
    given.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    given.add_argument(
        "--out", type=Path, default=Path("out/campaign"), help="folder of the report"
    )
    wish = given.parse_args(words)
    wanted = max(1, round(wish.years * DAYS))
    began = time.monotonic()

    named: set[int] = set()

    def seen(tally: Tally) -> None:
        for seed in [one for one in tally.failures if one not in named]:
            named.add(seed)
            sys.stderr.write(f"\nseed {seed}: {'; '.join(tally.failures[seed])[:300]}\n")
        sys.stderr.write("\r" + line(tally, wanted, time.monotonic() - began))
        sys.stderr.flush()

    tally = run(range(FIRST_SEED, FIRST_SEED + wanted), wish.jobs, seen)
    found = figures(tally, wanted, time.monotonic() - began, wish.jobs)
    wish.out.mkdir(parents=True, exist_ok=True)
    (wish.out / "report.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    (wish.out / "report.md").write_text(written(found), encoding="utf-8")
    sys.stderr.write(f"\nreport: {wish.out / 'report.md'}\n")
    return 1 if tally.failures or found["never_happened"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
