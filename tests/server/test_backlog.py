"""A station that was away for a shift or a month: its whole backlog, through the real drain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from sync.client import HttpSyncService
from sync.faults import Fault
from sync.journal import CLOCK_STEP
from tests.server.plant import Plant, Station

CHUNK = 500
"""Records between two moves of the clock."""
HOUR = 3_600


@dataclass
class Flaky(httpx.BaseTransport):
    """A line that loses an answer now and then, and counts what was asked."""

    inner: httpx.BaseTransport
    lose_every: int
    pushes: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        if request.method == "POST" and request.url.path.endswith("/entries"):
            self.pushes += 1
            if self.pushes % self.lose_every == 0:
                raise httpx.ReadError("the answer was lost", request=request)
        return answer


@contextmanager
def away(plant: Plant, records: int, days: float, lose_every: int) -> Iterator[Station]:
    """A station that recorded offline, while its clock was set right, wrong, and started anew."""
    station = plant.station()
    line = Flaky(plant.transport, lose_every)
    station.service.close()
    station.service = HttpSyncService("http://server", station.signer, transport=line)
    station.outbox = station.observed()
    station.outbox.drain()
    chunks = records // CHUNK
    for chunk in range(chunks):
        bodies = [("bench.note", {"number": chunk * CHUNK + n, "text": "x" * 80})
                  for n in range(CHUNK)]  # fmt: skip
        station.journal.append_many(bodies)
        plant.clock.pass_(days * 24 * HOUR / chunks)
        if chunk % 7 == 3:
            plant.clock.now += timedelta(days=1, minutes=3)
        if chunk % 7 == 5:
            plant.clock.now -= timedelta(days=1)
        if chunk % 11 == 10 and chunk % 7 not in {3, 5}:  # a jump in a pause nobody can tell
            plant.clock.boot_id, plant.clock.mono_ns = f"boot-{chunk}", 1_000_000_000
    yield station
    station.close()


def jumps(station: Station) -> int:
    """Steps of the clock among the records."""
    found, step = 0, f'"kind":"{CLOCK_STEP}"'.encode()
    for start in range(0, station.journal.size, CHUNK):
        entries = station.journal.entries(start, start + CHUNK)
        found += sum(step in entry.data for entry in entries)
    return found


@pytest.mark.covers("A49", "F36")
@pytest.mark.parametrize(
    ("records", "days"),
    [
        pytest.param(20_000, 30, marks=pytest.mark.timeout(600)),
        pytest.param(100_000, 1 / 3, marks=[pytest.mark.campaign, pytest.mark.timeout(600)]),
        pytest.param(100_000, 30, marks=[pytest.mark.campaign, pytest.mark.timeout(600)]),
        pytest.param(1_000_000, 30, marks=[pytest.mark.campaign, pytest.mark.timeout(3_600)]),
    ],
    ids=["20 k in 30 days", "100 k in 8 hours", "100 k in 30 days", "1 M in 30 days"],
)
def test_a_backlog_drains_whole_and_every_word_is_true_on_the_way(
    plant: Plant, records: int, days: float
) -> None:
    with away(plant, records, days, lose_every=11) as station:
        journal, before = station.journal, station.journal.counts()
        kept = plant.parts.ingest.head(station.origin).size
        assert before.saved > records, "the records, and steps of the clock"
        assert before.accepted == before.witnessed == kept < CHUNK, "nothing went while it was away"
        lost = 0
        while True:
            try:
                station.outbox.drain()
                break
            except Fault as fault:
                assert fault.code == "answer-lost"  # noqa: PT017 - every one of them
                lost += 1
            counts, head = journal.counts(), plant.parts.ingest.head(station.origin)
            assert counts.saved >= before.saved
            assert counts.witnessed <= counts.accepted <= head.size <= counts.sent <= counts.saved
        assert lost > 0
        station.outbox.drain()  # what the server told the time by at the first contact
        head = plant.parts.ingest.head(station.origin)
        signed = journal.head().checkpoint
        assert (head.size, head.root) == (signed.size, signed.root.hex()), "byte for byte"
        after = journal.counts()
        assert after.saved == after.sent == after.accepted == after.witnessed == head.size
        assert plant.parts.store.count("entries", origin=station.origin) == head.size
        assert jumps(station) >= 2 * (records // CHUNK // 7), "each jump of the clock is a record"
        journal.verify()
