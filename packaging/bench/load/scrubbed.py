"""Live work with the scrub beside it and without, by turns, over a server that holds much already.

Both kinds of turn are the same server program on the same data folder. Without: the round of the
scrub is noted as over, as it is for most of each day. With: as one that has just begun.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from figures import Figure, rounded
from limits import quantile
from phases import EVERY_S, Tally, live
from serving import folder_of, founded, running, signer_of
from station import herd
from wire import Wire

from server.scrub.standing import Standing, newest, save
from sync.clock import SystemClock
from sync.journal import Journal
from sync.keys import Verifier
from sync.sqlite import open_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from serving import Served
    from station import Station

TURNS = 3
"""Of each kind."""
PUSH = 2_000
GOAL_MS, RATIO_GOAL = 150, 1.25
"""What live work is held to (P9), and what the scrub may add to it."""
FILLER = "ST-FULL"


@dataclass
class Seen:
    """What the stations saw in the turns of one kind."""

    took: list[float] = field(default_factory=list)
    wrong: int = 0
    rows: int = 0
    """What the scrub read meanwhile."""

    def ms(self, share: float) -> float:
        """That quantile of the time from due to receipt."""
        return rounded(quantile(self.took, share) * 1e3)


def beside_scrub(
    folder: Path, count: int, seconds: int, records: int, say: Callable[[str], None]
) -> tuple[list[Figure], dict[str, object]]:
    """The figures of F77: ``count`` stations live for ``seconds`` a turn, over ``records``."""
    names = [f"ST-{number:04}" for number in range(count * TURNS * 2)]
    say(f"founding a server with {len(names)} stations")
    verifier = founded(folder / "server", [*names, FILLER])
    data = folder / "server" / "data"
    _fill(folder, data, records, say)
    each = int(seconds / EVERY_S)
    stations = herd(folder / "journals", names, [each] * len(names), [0] * len(names),
                    lambda made: say(f"journals signed: {made} of {len(names)}"))  # fmt: skip
    without, with_ = Seen(), Seen()
    for turn in range(TURNS * 2):
        seen = with_ if turn % 2 else without
        _noted(data, over=seen is without)
        say(f"turn {turn + 1} of {TURNS * 2}: {'with' if turn % 2 else 'without'} the scrub")
        _turn(data, verifier, stations[turn * count : (turn + 1) * count], seen)
        seen.rows += _read(data) if seen is with_ else 0
    return _figures(without, with_, records), {
        "stations": count, "seconds a turn": seconds, "turns of each kind": TURNS,
        "records held before": records, "rows the scrub read meanwhile": with_.rows,
    }  # fmt: skip


def _fill(folder: Path, data: Path, records: int, say: Callable[[str], None]) -> None:
    """A station's long log, taken in as every push is."""
    signer = signer_of(FILLER)
    verifier, bodies = Verifier.of(signer), [("bench.note", {"text": "x" * 800})] * PUSH
    database = open_database(folder / "filler.db")
    journal = Journal(database, signer.name, signer, SystemClock())
    with folder_of(data).open() as parts:
        while journal.size < records:
            start = journal.size
            journal.append_many(bodies[: records - start])
            batch = journal.batch(start, PUSH)
            parts.ingest.push(verifier, start, batch.entries, batch.head)
            parts.book.catch_up()
            say(f"records held: {journal.size:,} of {records:,}")
    database.close()


def _noted(data: Path, *, over: bool) -> None:
    """A round that has just begun, or one that is over already."""
    with folder_of(data).open() as parts:
        now, store = datetime.now(UTC).isoformat(), parts.store
        last = newest(store)
        save(store, Standing(
            round=last.round + 1 if last else 1, began_at=now, ended_at=now if over else "",
            area=parts.oversight.scrub.areas[0].name, total=3 * parts.book.size,
        ))  # fmt: skip


def _read(data: Path) -> int:
    """How many rows the round that was begun had read when its place was kept last."""
    with folder_of(data).open() as parts:
        standing = newest(parts.store)
    return standing.rows if standing else 0


def _turn(data: Path, verifier: Verifier, stations: list[Station], seen: Seen) -> None:
    with running(data, verifier) as served:
        tally = asyncio.run(_played(served, stations))
    seen.took += tally.took
    seen.wrong += tally.errors.total() + tally.busy


async def _played(served: Served, stations: list[Station]) -> Tally:
    chance, tally, never = Random(77), Tally(), asyncio.Event()  # noqa: S311 - test data
    wires = [Wire(one, served.port, f"127.0.{1 + n // 200}.{1 + n % 200}")
             for n, one in enumerate(stations)]  # fmt: skip
    for wire in wires:
        await wire.sign_in()
    both = zip(stations, wires, strict=True)
    await asyncio.gather(*(live(station, wire, tally, chance, never) for station, wire in both))
    for wire in wires:
        await wire.hang_up()
    return tally


def _figures(without: Seen, with_: Seen, records: int) -> list[Figure]:
    alone = {"without p50": without.ms(0.5), "without p99": without.ms(0.99),
             "with p50": with_.ms(0.5), "records": len(with_.took)}  # fmt: skip
    ratio = rounded(with_.ms(0.99) / without.ms(0.99))
    return [
        Figure(id="F77", what=f"live p99 beside a scrub of {records:,} records", unit="ms",
               value=with_.ms(0.99), goal=GOAL_MS, most=True, peers=alone),
        Figure(id="F77r", what="the same against live p99 without it", value=ratio, unit="x",
               goal=RATIO_GOAL, most=True),
        Figure(id="F77e", what="errors, and pushes told to come later", unit="", goal=0, most=True,
               value=without.wrong + with_.wrong),
    ]  # fmt: skip
