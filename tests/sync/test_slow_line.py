"""A line of 64 kbit/s, and one that drops whatever is long: everything drains, nothing for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import httpx
import pytest

from sync.attachments import PIECE_LIMIT
from sync.backoff import Backoff
from sync.client import DEADLINE_S, TIMEOUT, HttpSyncService
from sync.faults import Fault
from sync.framing import BATCH_ENTRIES
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import FROZEN, Outbox
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


def photo(size: int) -> bytes:
    """As many bytes as a camera gives."""
    return b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(size // 32))


@pytest.mark.covers("F35")
def test_a_photo_goes_in_pieces_and_no_record_waits_for_it(
    journal: Journal, outbox: Outbox, slow: Slow, clock: ManualClock, server: MemoryServer
) -> None:
    """Four minutes of photo, and somebody works on at the station."""
    picture, waits = photo(1_900_000), list[float]()
    recorded: dict[int, float] = {}
    site = slow.site

    def work_goes_on(request: httpx.Request) -> httpx.Response:
        for index in [at for at in recorded if at < journal.counts().accepted]:
            waits.append(clock.mono_ns / 1e9 - recorded.pop(index))
        if b"attachments" in request.url.raw_path and not recorded and len(waits) < 40:
            recorded[journal.append("test.entry", {"n": 1}).index] = clock.mono_ns / 1e9
        return site(request)

    fill(journal, 100)
    digest = journal.attachments.put(picture)
    slow.site = work_goes_on
    before = clock.mono_ns
    done = outbox.drain()
    assert server.files[digest] == picture
    assert (done.attachments, journal.attachments.waiting(), done.stopped) == (1, 0, False)
    assert clock.mono_ns - before > 200e9
    assert len(waits) == 40
    assert max(waits) < 4, "seconds from saved to accepted"
    assert journal.counts().accepted == journal.size
    assert slow.carried < 1.2 * len(picture) + 100 * 1_200
    assert slow.wasted == 0


@pytest.mark.covers("F35", "F29")
def test_a_photo_goes_on_where_the_line_was_cut(
    journal: Journal, outbox: Outbox, slow: Slow, server: MemoryServer, clock: ManualClock
) -> None:
    picture = photo(300_000)
    digest = journal.attachments.put(picture)
    assert outbox.drain(pause=lambda: True).stopped
    begun = len(server.pieces[digest])
    assert 0 < begun < len(picture)
    slow.lost_above = 4_000
    drained(outbox, clock, 20)
    assert server.files[digest] == picture
    assert slow.wasted < len(picture) / 4
    service = HttpSyncService("http://server", STATION, transport=slow)
    journal.attachments.send_again()  # after a server lost something, by a program started anew
    slow.carried = 0
    Outbox(journal, service, Verifier.of(server.signer)).drain()
    assert slow.carried < 1_000, "what is there is not sent again"


@pytest.mark.covers("F30")
@pytest.mark.parametrize("have", [-1, 300_001])
def test_a_server_that_has_more_of_a_photo_than_there_is_is_not_believed(
    journal: Journal, outbox: Outbox, server: MemoryServer, have: int
) -> None:
    digest = journal.attachments.put(photo(300_000))
    server.put_piece = lambda *_: have  # type: ignore[method-assign]
    with pytest.raises(Fault, match="answer-not-understood"):
        outbox.drain()
    server.put_piece = lambda *_: 7  # type: ignore[method-assign]
    with pytest.raises(Fault, match="keeps losing its place"):
        outbox.drain()
    assert journal.attachments.unsent_after(0) == (1, digest)


@pytest.mark.covers("F35")
def test_on_a_good_line_a_photo_is_a_few_messages(journal: Journal, server: MemoryServer) -> None:
    pieces: list[int] = []
    put = server.put_piece

    def count(sha256_: str, size: int, start: int, piece: bytes) -> int:
        pieces.append(len(piece))
        return put(sha256_, size, start, piece)

    server.put_piece = count  # type: ignore[method-assign]
    journal.attachments.put(photo(8_000_000))
    Outbox(journal, server, Verifier.of(server.signer)).drain()
    assert len(pieces) < 20
    assert max(pieces) == PIECE_LIMIT


@pytest.mark.parametrize("standing", ["forked", "revoked"])
def test_a_station_that_may_record_no_more_still_hands_its_photos_over(
    journal: Journal, outbox: Outbox, server: MemoryServer, standing: str
) -> None:
    digest = journal.attachments.put(b"photo")
    server.standing[ORIGIN] = (standing, 1 if standing == "revoked" else None)
    with pytest.raises(Fault, match=FROZEN[standing]):
        outbox.drain()
    assert journal.frozen
    assert server.files[digest] == b"photo"
