"""P1: one signed record made durable, beside the raw limit and an unsigned outbox.

The three take turns, record by record, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from figures import Figure, rounded
from limits import Outbox, RawFile, quantile
from records import records

from sync.clock import SystemClock
from sync.journal import Journal
from sync.keys import TestSigner
from sync.sqlite import open_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNT = 4_000
ORIGIN = "bench.lotbook/S1/ST-09/1"


def append(folder: Path) -> list[Figure]:
    """Medians and rates."""
    database = open_database(folder / "append.db")
    journal = Journal(database, ORIGIN, TestSigner(ORIGIN), SystemClock())
    items = list(records(7, COUNT))
    ours, raw, outbox = [], [], []
    raw_file, plain = RawFile(folder / "raw"), Outbox(folder / "outbox.db")
    for item in items:
        raw.append(_timed(raw_file))
        ours.append(_timed(lambda item=item: journal.append(*item)))
        outbox.append(_timed(plain))
    journal.verify()
    database.close()
    p50 = {name: quantile(times, 0.5) for name, times in
           (("raw", raw), ("signed", ours), ("unsigned outbox", outbox))}  # fmt: skip
    peers = {
        "raw us": rounded(p50["raw"] * 1e6),
        "signed us": rounded(p50["signed"] * 1e6),
        "unsigned outbox us": rounded(p50["unsigned outbox"] * 1e6),
    }
    return [
        Figure(
            id="P1", what="signed durable append, p50 against raw 1 KB append + fdatasync",
            value=rounded(p50["signed"] / p50["raw"]), unit="x", goal=1.35, most=True,
            peers={"floor": 1.8, "unsigned outbox": rounded(p50["unsigned outbox"] / p50["raw"])}
            | peers,
        ),
        Figure(
            id="P1r", what="append rate against an unsigned SQLite FULL outbox",
            value=rounded(sum(outbox) / sum(ours)), unit="x", goal=0.80,
            peers={"floor": 0.65, "signed/s": rounded(COUNT / sum(ours)),
                   "unsigned outbox/s": rounded(COUNT / sum(outbox))},
        ),
    ]  # fmt: skip


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
