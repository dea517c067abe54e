"""P2 to P5: a backlog drained over HTTP into a real server, and single records live."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from figures import Figure, rounded
from limits import quantile
from records import records
from serving import Served, signer_of

from sync.clock import SystemClock
from sync.framing import pack_push
from sync.journal import Journal
from sync.outbox import Outbox
from sync.sqlite import open_database

if TYPE_CHECKING:
    from pathlib import Path

LIVE = 400
LIVE_EVERY_S = 0.03
"""Between two records made live."""


def filled(folder: Path, station: str, count: int) -> Journal:
    """A station's journal on disk with ``count`` records."""
    signer = signer_of(station)
    database = open_database(folder / f"{station}.db")
    journal = Journal(database, signer.name, signer, SystemClock())
    items = list(records(11, count, station))
    for start in range(0, count, 2_000):
        journal.append_many(items[start : start + 2_000])
    return journal


def drain(folder: Path, running: Served, count: int) -> list[Figure]:
    """Rate, bytes and processor time of a backlog."""
    journal = filled(folder, "ST-01", count)
    batch = journal.batch(1)
    wire = len(pack_push(batch.entries, batch.head)) / len(batch.entries)
    size = sum(map(len, batch.entries)) / len(batch.entries)
    service = running.service(signer_of("ST-01"))
    service.head(journal.origin)  # the session is opened before the clock starts
    outbox = Outbox(journal, service, running.verifier)
    before = (time.perf_counter(), time.process_time(), running.cpu_s())
    drained = outbox.drain()
    after = (time.perf_counter(), time.process_time(), running.cpu_s())
    wall, client, server = (end - begin for begin, end in zip(before, after, strict=True))
    assert drained.accepted == journal.size, drained  # noqa: S101 - a bench that lies is worthless
    assert journal.counts().accepted == journal.size  # noqa: S101
    fold = _fold(running, journal.origin, count)
    return [
        Figure(
            id="P2", what=f"drain of {count:,} signed records, verified and durable",
            value=rounded(count / wall), unit="records/s", goal=20_000,
            peers={"floor": 10_000, "PouchDB (trust.md)": 3_817, "Hypercore (trust.md)": 5_724,
                   "unsigned outbox (trust.md)": 14_520},
        ),
        Figure(
            id="P3", what="bytes on the wire a record", value=rounded(wire), unit="B", goal=125,
            most=True, peers={"floor": 160, "entry, B": rounded(size), "Hypercore (trust)": 1217},
        ),
        Figure(
            id="P4", what="processor time a record, client and server", unit="us", goal=45,
            value=rounded((client + server) / count * 1e6), most=True,
            peers={"floor": 80, "client": rounded(client / count * 1e6),
                   "server": rounded(server / count * 1e6), "later, the fold": rounded(fold)},
            note="the server's part holds what it folded while pushes came in",
        ),
    ]  # fmt: skip


def _fold(running: Served, _origin: str, count: int) -> float:
    """Microseconds of processor time a record that the fold behind takes until it is done."""
    last, quiet = running.cpu_s(), 0
    began = last
    while quiet < 3:  # noqa: PLR2004 - half-seconds without work
        time.sleep(0.5)
        now = running.cpu_s()
        quiet = quiet + 1 if now - last < 0.05 else 0  # noqa: PLR2004
        last = now
    return (last - began) / count * 1e6


def live(folder: Path, running: Served) -> list[Figure]:
    """From the call that records until the server's receipt for it is in the journal."""
    journal = filled(folder, "ST-02", 10)
    service = running.service(signer_of("ST-02"))
    outbox = Outbox(journal, service, running.verifier)
    outbox.drain()
    took = []
    for item in records(13, LIVE, "ST-02"):
        began = time.perf_counter()
        journal.append(*item)
        assert outbox.send_new()  # noqa: S101
        took.append(time.perf_counter() - began)
        time.sleep(LIVE_EVERY_S)
    assert journal.counts().accepted == journal.size  # noqa: S101
    p50, p99 = quantile(took, 0.5) * 1e3, quantile(took, 0.99) * 1e3
    return [
        Figure(id="P5", what="capture to server-durable, receipt kept, p99", value=rounded(p99),
               unit="ms", goal=10, most=True, peers={"floor": 50}),
        Figure(id="P5m", what="the same, p50", value=rounded(p50), unit="ms", goal=3, most=True,
               peers={"floor": 10}),
    ]  # fmt: skip
