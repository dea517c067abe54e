"""All in one run: makes what is missing, asks everybody in turn, prints and writes the figures."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import orjson
from cluster import Cluster
from drill import drilled
from figures import Figure, rounded, written
from fresh import Worker, fresh
from genealogy import made as history_made
from held import STATIONS, Held, held
from judged import figures_of
from lotbook import Made, fits, in_process, made
from merged import Merged, merged
from peer_memory import Igraph, Networkx, Numpy, Walk
from peer_sql import Postgres, Sqlite, SqliteWhole
from plant import grown
from question import Question, question
from rounds import Asked, Times, right, rounds
from table import table_of
from wire_trace import online

if TYPE_CHECKING:
    from collections.abc import Callable

    from question import Peer

T = TypeVar("T")
PLACE, SEED = Path("out/bench"), 1
OUT = PLACE / "trace.json"
FORWARDS, BACKWARDS, FRESH = 200, 1_000, 50
"""Requests over HTTP, and new edges, on each store."""
SNAPSHOT_S = 900
"""How long is waited for the first snapshot."""


class Wired(NamedTuple):
    """What was measured over HTTP on one store."""

    times: Times
    started_s: float
    memory: int
    drill: dict[str, float]
    fresh: tuple[int, int]
    """New edges that were in the very next answer, of so many."""
    held: Held | None
    """None: every suspect was recalled in earlier runs."""
    merged: Merged


def main(arguments: list[str]) -> int:
    """Measure; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lots", type=int, default=1_000_000)
    parser.add_argument("--no-postgresql", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--only", default="", help="peers to run, by the first letters of a name")
    parser.add_argument("--requests", type=float, default=1.0, help="part of the usual number")
    parser.add_argument("--place", type=Path, default=PLACE)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--table", action="store_true", help="only print what --out holds as rows")
    given = parser.parse_args(arguments)
    if given.table:
        print(table_of(given.out))
        return 0
    before = os.getloadavg()[0]
    history = history_made(given.place / f"genealogy-{given.lots}-{SEED}", given.lots, SEED)
    _say("the plant's arrays and rows")
    asked = question(grown(given.lots, SEED))
    questions, skipped = _questions(history, asked), dict[str, str]()
    with ExitStack() as stack:
        folder = given.place / f"trace-{given.lots}"
        folder.mkdir(parents=True, exist_ok=True)
        cluster = None
        if not given.no_postgresql:
            cluster = _or_skip(lambda: Cluster(folder / "cluster"), "PostgreSQL", skipped)
        if cluster is not None:
            stack.callback(cluster.close)
        stores = {"SQLite": made(folder / "sqlite", history, "", _say)}
        if cluster is not None:
            place = folder / "postgres"
            url = cluster.url("lotbook", anew=not fits(place))
            stores["PostgreSQL"] = made(place, history, url, _say)
        wired = {name: _wired(one, asked, questions, name, given.requests)
                 for name, one in stores.items()}  # fmt: skip
        makers = _makers(asked, folder, cluster)
        peers = [peer for name, make in makers.items() if name.startswith(given.only)
                 and (peer := _or_skip(make, name, skipped)) is not None]  # fmt: skip
        opened = stack.enter_context(in_process(stores["SQLite"], asked, "Lotbook"))
        times = _in_turn([opened[0], *peers], questions, given.requests)
    sys.stderr.write("\r\x1b[K")
    figures = figures_of(wired, times, opened[1], stores)
    print(f"load of the machine before the run: {before:.1f} on {os.cpu_count()} cores")
    for figure in figures:
        print(figure.line())
    for name, why in skipped.items():
        print(f"{name}: not measured: {why}")
    _write(figures, given, before, asked, skipped)
    return 0 if all(figure.met is not False for figure in figures) else 1


def _write(figures: list[Figure], given: argparse.Namespace, before: float, asked: Question,
           skipped: dict[str, str]) -> None:  # fmt: skip
    plant = asked.plant
    notes: dict[str, object] = {
        "load before": rounded(before), "cores": os.cpu_count(),
        "python": platform.python_version(), "not measured": skipped,
        "lots": plant.lots, "edges": len(plant.parent), "serials": len(plant.serial_lot),
        "shipment lines": len(plant.line_lot),
    }  # fmt: skip
    written(figures, given.out, notes)


def _questions(history: Path, asked: Question) -> Asked:
    """The generator's truth, by number."""
    truth = orjson.loads((history / "truth.json").read_bytes())
    number = {row["lot"]: place for place, row in enumerate(asked.lots)}
    return Asked(
        [(number[one["lot"]], one["lines"]) for one in truth["forward"]],
        [(number[one["lot"]], one["lot"], one["lots"]) for one in truth["backward"]],
    )


def _makers(
    asked: Question, folder: Path, cluster: Cluster | None
) -> dict[str, Callable[[], Peer]]:
    makers: dict[str, Callable[[], Peer]] = {
        Walk.name: lambda: Walk(asked, folder),
        Sqlite.name: lambda: Sqlite(asked.plant, folder / "peer.db"),
        SqliteWhole.name: lambda: SqliteWhole(asked.plant, folder / "peer.db"),
        Igraph.name: lambda: Igraph(asked),
        Numpy.name: lambda: Numpy(asked),
        Networkx.name: lambda: Networkx(asked),
    }
    if cluster is not None:
        makers[Postgres.name] = lambda: Postgres(asked.plant, cluster.url("peer"))
    return makers


def _or_skip(make: Callable[[], T], name: str, skipped: dict[str, str]) -> T | None:
    """What ``make`` makes; None, and why, where what it needs is not on this machine."""
    _say(f"making ready: {name}")
    try:
        return make()
    except (ImportError, FileNotFoundError) as error:
        skipped[name] = str(error)
        return None


def _wired(of: Made, asked: Question, questions: Asked, name: str, part: float) -> Wired:
    """Started twice: at first to have a station work, and then with what it did to be found."""
    lots = _consumed(asked, max(2, int(FRESH * part)))
    with online(of, asked, name) as line:
        worker = Worker(of.path.parent, line.served)
        _say(f"{name}: new edges, each asked for at once")
        found = fresh(worker, line, asked, lots)
        worker.close()
        _say(f"{name}: waiting for the snapshot of the graph")
        _kept(of)
    with online(of, asked, name, lots[-1]) as line:
        _say(f"{name}: asked over HTTP")
        right(line, questions)
        times = Times()
        for _ in range(max(1, int(FORWARDS * part))):
            times.ask(line, forward=questions.forward[0][0])
        for n in range(max(1, int(BACKWARDS * part))):
            times.ask(line, backward=questions.backward[n % len(questions.backward)][0])
        drill = drilled(line, asked, questions)
        _say(f"{name}: a recall in earnest, {len(STATIONS)} stations online")
        recalled = held(line, asked, questions, of.path.parent)
        peak = line.served.memory_peak()
    _say(f"{name}: what came since is merged into new arrays")
    merge = merged(of)
    return Wired(times, line.started_s, peak, drill, (found, len(lots)), recalled, merge)


def _kept(of: Made) -> None:
    """Until the server has a snapshot: it makes the first one beside its work."""
    until = time.monotonic() + SNAPSHOT_S
    while not (of.path / "genealogy" / "header.json").exists() and time.monotonic() < until:
        time.sleep(1)


def _consumed(asked: Question, count: int) -> list[int]:
    """Raw lots to be used now: the last ones, which nothing measured reaches."""
    raw = int((asked.plant.level == 0).sum())
    return list(range(raw - count, raw))


def _in_turn(peers: list[Peer], questions: Asked, part: float) -> dict[str, Times]:
    """Everybody in this process; the collector of rings looks at nobody's rows meanwhile."""
    for peer in peers:
        _say(f"checking the answers of {peer.name}")
        right(peer, questions)
    gc.freeze()
    _say("all asked in turn")
    try:
        return rounds(peers, questions, part)
    finally:
        for peer in peers:
            peer.close()


def _say(line: str) -> None:
    """One line that is written over by the next."""
    sys.stderr.write(f"\r\x1b[K{line}")
    sys.stderr.flush()
