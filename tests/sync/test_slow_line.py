"""A line of 64 kbit/s, and one that drops whatever is long: everything drains, nothing for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import httpx
import pytest

from sync.backoff import Backoff
from sync.client import DEADLINE_S, TIMEOUT, HttpSyncService
from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.testing import ManualClock, MemoryServer
from tests.sync.plant import ORIGIN
from tests.sync.test_client import Site

STATION = TestSigner(ORIGIN, "station")
RATE = 8_000
"""Bytes a second: 64 kbit/s."""


class Slow(httpx.BaseTransport):
    """Takes the time that a slow line takes; what takes too long is lost like on a real one."""

    def __init__(self, site: Callable[[httpx.Request], httpx.Response], clock: ManualClock) -> None:
        self.site, self.clock = site, clock
        self.lost_above = 1 << 40
        """Longer requests never arrive: the line is down again before they are through."""
        self.carried = self.wasted = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        size, most = len(request.read()), request.extensions["timeout"]["read"]
        if size / RATE > most or size > self.lost_above:
            self.wasted += size
            self.clock.pass_(min(most, size / RATE))
            raise httpx.ReadTimeout("nothing came back", request=request)
        self.clock.pass_(size / RATE)
        self.carried += size
        return self.site(request)


@pytest.fixture
def slow(server: MemoryServer, clock: ManualClock) -> Slow:
    return Slow(Site(server), clock)


@pytest.fixture
def outbox(journal: Journal, server: MemoryServer, slow: Slow) -> Outbox:
    service = HttpSyncService("http://server", STATION, transport=slow)
    return Outbox(journal, service, Verifier.of(server.signer))


def noise(number: int) -> str:
    """A text that no compression makes smaller than 800 bytes."""
    digests = (hashlib.sha512(b"%d/%d" % (number, part)).hexdigest() for part in range(13))
    return "".join(digests)


def fill(journal: Journal, count: int) -> None:
    """So many records."""
    journal.append_many([("test.entry", {"noise": noise(number)}) for number in range(count)])


def drained(outbox: Outbox, clock: ManualClock, tries: int) -> int:
    """How many tries it took."""
    backoff, faults = Backoff(lambda: 0.5), list[Fault]()
    while len(faults) < tries:
        try:
            outbox.drain()
        except Fault as fault:
            faults.append(fault)
            clock.pass_(backoff.failed(fault))
        else:
            assert {fault.code for fault in faults} <= {"answer-lost"}
            return len(faults) + 1
    pytest.fail(f"not drained in {tries} tries")


@pytest.mark.covers("F35")
def test_a_day_of_records_drains_over_64_kbit(
    journal: Journal, outbox: Outbox, slow: Slow, clock: ManualClock
) -> None:
    fill(journal, BATCH_ENTRIES + 500)
    begun = clock.monotonic_ns()
    assert drained(outbox, clock, 3) == 1
    counts = journal.counts()
    assert counts.accepted >= BATCH_ENTRIES + 500
    assert slow.wasted == 0, "sent twice what the line was just slow with"
    seconds = (clock.monotonic_ns() - begun) / 1e9
    assert seconds == pytest.approx(slow.carried / RATE, rel=0.05)
    assert seconds > TIMEOUT.read + DEADLINE_S / 10  # type: ignore[operator]  # is set


@pytest.mark.covers("F35", "F29")
def test_batches_shrink_until_they_fit_a_line_that_drops_long_ones(
    journal: Journal, outbox: Outbox, slow: Slow, clock: ManualClock
) -> None:
    slow.lost_above = 60_000
    fill(journal, 300)
    assert drained(outbox, clock, 40) < 40
    assert journal.counts().accepted >= 301
    assert slow.wasted < 4 * slow.carried, "most of the line carried what arrived"
    assert outbox._paced_entries < BATCH_ENTRIES // 10
    slow.lost_above = 1 << 40
    fill(journal, 4_000)
    outbox.drain()
    assert outbox._paced_entries > 100, "it grows again when the line is better"


@pytest.mark.covers("F35")
def test_a_record_that_is_too_long_for_the_line_alone_is_tried_alone(
    journal: Journal, outbox: Outbox, slow: Slow
) -> None:
    slow.lost_above = 700
    fill(journal, 8)
    for _ in range(6):
        with pytest.raises(Fault, match="answer-lost"):
            outbox.drain()
    assert outbox._paced_entries == 1
    assert journal.counts().accepted <= 1, "the opening alone fits"
    slow.lost_above = 1 << 40
    outbox.drain()
    assert journal.counts().accepted >= 9


@pytest.mark.covers("F35")
def test_a_photo_gets_the_time_it_takes(journal: Journal, outbox: Outbox, slow: Slow) -> None:
    photo = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(60_000))
    journal.attachments.put(photo)
    outbox.drain()
    assert journal.attachments.unsent() == []
    assert slow.carried > len(photo)
    assert slow.wasted == 0
