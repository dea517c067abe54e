"""Both phases in one run, or live work beside the scrub: prepares, prints, writes the figures."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from figures import Figure, rounded, written
from limits import quantile
from phases import EVERY_S, Tally, come_back, live
from scrubbed import beside_scrub
from serving import Served, served
from station import Station, herd
from wire import Wire

from sync.receipt import open_receipt

if TYPE_CHECKING:
    from collections.abc import Coroutine

OUT = Path("out/bench/load.json")
DRAIN_GOAL_S = 180
MEMORY_GOAL = 1 << 30
LIVE_BESIDE = 5
"""One live station beside the backlogs to so many that come back."""
BATCHING = (
    "each live record is a push of its own, sent at once; records made while an answer is awaited "
    "go together in the next push, as sync.outbox.Outbox.send_new does. A backlog goes as one "
    "batch, as Outbox.drain does, after a new session and the server's head. Latency is counted "
    "from the time a record was due, so a slow answer hides nothing. Entries and heads were made "
    "and signed before by sync.journal, pushes of a single record packed; sending, packing several "
    "and judging answers are within the run."
)


def main(arguments: list[str]) -> int:
    """Measure; 1 if a goal is missed."""
    given = _asked(arguments)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=given.out.parent) as name:  # on a disk, not in memory
        held, work = given.beside_scrub, (given.stations, given.seconds)
        figures, notes = (
            beside_scrub(Path(name), *work, held, _say)
            if held
            else measured(Path(name), *work, given.backlog)
        )
    print(f"load of the machine before the run: {before:.1f} on {os.cpu_count()} cores")
    for figure in figures:
        print(figure.line())
    notes |= {"load before": rounded(before), "cores": os.cpu_count(), "batching": BATCHING,
              "python": platform.python_version()}  # fmt: skip
    written(figures, given.out, notes)
    return 0 if all(figure.met is not False for figure in figures) else 1


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60, help="of live work")
    parser.add_argument("--backlog", type=int, default=400, help="records a station comes with")
    parser.add_argument(
        "--beside-scrub", type=int, metavar="RECORDS", default=0,
        help="instead: live work over so many, with the scrub and without",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args(arguments)


def measured(
    folder: Path, count: int, seconds: int, backlog: int
) -> tuple[list[Figure], dict[str, object]]:
    """Both phases against one server process."""
    beside = max(1, count // LIVE_BESIDE)
    names = [f"ST-{number:04}" for number in range(count + beside)]
    _say(f"founding a server with {len(names)} stations")
    with served(folder / "server", names) as running:
        each, later = int(seconds / EVERY_S), int(DRAIN_GOAL_S / EVERY_S)
        stations = herd(
            folder / "journals", names, [each] * count + [later] * beside,
            [backlog] * count + [0] * beside,
            lambda made: _say(f"journals signed: {made} of {len(names)}"),
        )  # fmt: skip
        began = time.process_time()
        figures, notes = asyncio.run(_played(running, stations, count, seconds))
        notes["processor time of the generator, s"] = rounded(time.process_time() - began)
        notes["receipts verified"] = _verified(running, stations)
        peak = running.memory_peak()
    figures.append(
        Figure(id="P9m", what="server memory, resident, peak", value=rounded(peak / 2**20),
               unit="MiB", goal=MEMORY_GOAL / 2**20, most=True)
    )  # fmt: skip
    return figures, notes


async def _played(
    running: Served, stations: list[Station], count: int, seconds: int
) -> tuple[list[Figure], dict[str, object]]:
    chance = Random(19)  # noqa: S311 - test data
    wires = [Wire(station, running.port, f"127.0.{1 + n // 200}.{1 + n % 200}")
             for n, station in enumerate(stations)]  # fmt: skip
    for n, wire in enumerate(wires):
        await wire.sign_in()
        _say(f"sessions opened: {n + 1} of {len(wires)}")
    both = list(zip(stations, wires, strict=True))
    back, rest = both[:count], both[count:]
    cpu = running.cpu_s()
    steady, never = Tally(), asyncio.Event()
    await _all(
        [live(station, wire, steady, chance, never) for station, wire in back], steady, "live"
    )
    used = running.cpu_s() - cpu
    for _, wire in back:
        await wire.hang_up()
    drain, aside, over = Tally(), Tally(), asyncio.Event()
    going = asyncio.gather(*(live(station, wire, aside, chance, over) for station, wire in rest))
    await asyncio.sleep(2 * EVERY_S)  # the live ones are at work when the herd comes
    began = time.perf_counter()
    await _all([come_back(station, wire, drain, chance) for station, wire in back], drain, "drain")
    took = time.perf_counter() - began
    await asyncio.sleep(2 * EVERY_S)
    over.set()
    await going
    sys.stderr.write("\n")
    notes = {
        "stations": count, "live stations beside the backlogs": len(rest), "seconds": seconds,
        "live pushes": steady.pushes,
        "server's share of a core while live": rounded(used / seconds),
        "told to come later": {"live": steady.busy, "drain": drain.busy, "beside": aside.busy},
        "errors": {"live": dict(steady.errors), "drain": dict(drain.errors),
                   "beside": dict(aside.errors)},
    }  # fmt: skip
    return _figures(steady, aside, drain, took, stations[:count]), notes


def _figures(
    steady: Tally, aside: Tally, drain: Tally, took: float, back: list[Station]
) -> list[Figure]:
    held = sum(len(station.backlog.entries) for station in back)
    wrong = steady.errors.total() + steady.busy + drain.errors.total() + aside.errors.total()
    return [
        Figure(id="P9", what=f"{len(back)} stations live, record due to receipt, p99", goal=150,
               value=rounded(quantile(steady.took, 0.99) * 1e3), unit="ms", most=True,
               peers={"p50": rounded(quantile(steady.took, 0.5) * 1e3),
                      "most": rounded(max(steady.took) * 1e3), "records": len(steady.took)}),
        Figure(id="P9e", what="errors, and live pushes told to come later", value=wrong, unit="",
               goal=0, most=True),
        Figure(id="P9d", what=f"{held:,} records of backlog at once, until the last is accepted",
               value=rounded(took), unit="s", goal=DRAIN_GOAL_S, most=True,
               peers={"records/s": rounded(held / took), "told to come later": drain.busy}),
        Figure(id="P9l", what="live records meanwhile, due to receipt, p99", goal=2_000, most=True,
               value=rounded(quantile(aside.took, 0.99) * 1e3), unit="ms",
               peers={"p50": rounded(quantile(aside.took, 0.5) * 1e3),
                      "most": rounded(max(aside.took) * 1e3), "records": len(aside.took),
                      "told to come later": aside.busy}),
    ]  # fmt: skip


async def _all(work: list[Coroutine[None, None, None]], tally: Tally, what: str) -> None:
    """Run all to their end; how far they are, each second."""
    going = asyncio.gather(*work)
    while not going.done():
        await asyncio.wait([going], timeout=1)
        wrong = tally.errors.total()
        _say(f"{what}: {len(tally.took)} records live, {tally.done} backlogs, {tally.busy} told"
             f" to come later, {wrong} errors")  # fmt: skip
    await going


def _verified(running: Served, stations: list[Station]) -> int:
    """Every receipt is the server's, and for this log."""
    notes = [(station.origin, note) for station in stations for note in station.notes]
    for origin, note in notes:
        assert open_receipt(note, running.verifier).origin == origin  # noqa: S101
    return len(notes)


def _say(line: str) -> None:
    """One line that is written over by the next."""
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()
