"""Where the time goes: own time by function, of a record made durable and of a push taken in."""

from __future__ import annotations

import cProfile
import pstats
import time
from typing import TYPE_CHECKING, cast

import nacl.utils
from drain import filled
from records import records
from serving import founded, signer_of

from server.folder import DataFolder
from sync.clock import SystemClock
from sync.framing import pack_push, unpack_push
from sync.keys import TEST_COST, Verifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

APPENDS = 1_000
SHOWN = 9


def where(folder: Path) -> list[str]:
    """Lines: microseconds a record, and what part of it each function took itself."""
    journal = filled(folder, "ST-02", 4_000)
    items = list(records(3, APPENDS))
    lines = _profiled("append", APPENDS, lambda: [journal.append(*item) for item in items])
    batches = [journal.batch(0), journal.batch(2_000)]
    lines += _profiled("client: read and pack", 2_000, lambda: journal.batch(2_000))
    founded(folder / "where")
    data = DataFolder(folder / "where" / "data", SystemClock(), nacl.utils.random, TEST_COST)
    verifier = Verifier.of(signer_of("ST-02"))
    with data.open() as parts:

        def push(number: int) -> None:
            batch = batches[number]
            body = unpack_push(pack_push(batch.entries, batch.head))
            parts.ingest.push(verifier, batch.start, body.entries, body.head)

        push(0)
        lines += _profiled("server: push of 2,000", 2_000, lambda: push(1))
        lines += _profiled("server: fold of 1,000", 1_000, lambda: parts.book.catch_up(1_000))
    return lines


def _profiled(name: str, count: int, work: Callable[[], object]) -> list[str]:
    profile = cProfile.Profile()
    began = time.perf_counter()
    profile.enable()
    work()
    profile.disable()
    took = time.perf_counter() - began
    stats = cast("dict[tuple[str, int, str], tuple[int, int, float, float]]",
                 pstats.Stats(profile).stats)  # type: ignore[attr-defined]  # fmt: skip
    most = sorted(stats.items(), key=lambda one: -one[1][2])[:SHOWN]
    whole = sum(one[2] for one in stats.values())
    lines = [f"{name}: {took / count * 1e6:.0f} us a record while profiled, of which itself:"]
    for (file, _, function), (calls, _, own, _) in ((k, v[:4]) for k, v in most):
        place = file.rpartition("/")[2].removesuffix(".py")
        lines.append(f"  {own / whole:6.1%} {calls / count:6.2f} calls  {place} {function}")
    return lines
