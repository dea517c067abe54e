"""Honest intervals: what the server's own clock says of when an entry was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import envelope
from sync.clock import Timekeeper
from sync.faults import Fault
from sync.interval import TOLERANCE, Interval, Intervals, beacon
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.testing import ManualClock, MemoryServer
from tests.sync.plant import ORIGIN

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def minutes(count: int) -> datetime:
    return T0 + timedelta(minutes=count)


def test_each_entry_lies_between_the_beacon_before_it_and_the_receipt_over_it() -> None:
    found = Intervals([(3, minutes(10)), (7, minutes(30))], [(5, minutes(20)), (9, minutes(40))])
    spans = {index: found.of(index) for index in range(11)}
    assert spans[0] == Interval(None, minutes(20))
    assert spans[3] == Interval(None, minutes(20)), "a beacon is not above itself"
    assert spans[4] == Interval(minutes(10), minutes(20))
    assert spans[5] == Interval(minutes(10), minutes(40))
    assert spans[8] == Interval(minutes(30), minutes(40))
    assert spans[9] == Interval(minutes(30), None)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 500)), max_size=8),
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 500)), max_size=8),
    st.integers(0, 31),
)
def test_intervals_are_what_the_definition_says(
    beacons: list[tuple[int, int]], receipts: list[tuple[int, int]], index: int
) -> None:
    """Also when the server's own clock was set between: the tightest bound that is proved."""
    found = Intervals(
        [(at, minutes(when)) for at, when in beacons],
        [(size, minutes(when)) for size, when in receipts],
    ).of(index)
    after = [minutes(when) for at, when in beacons if at < index]
    before = [minutes(when) for size, when in receipts if size > index]
    assert found == Interval(max(after, default=None), min(before, default=None))


@pytest.mark.covers("A46", "T02", "A45")
@pytest.mark.parametrize(
    ("days", "says"), [(-1, "too-early"), (-3650, "too-early"), (1, "too-late"), (0, "")]
)
def test_a_backdated_entry_between_two_beacons_is_a_contradiction(
    journal: Journal, server: MemoryServer, clock: ManualClock, days: int, says: str
) -> None:
    outbox = Outbox(journal, server, Verifier.of(server.signer))
    journal.append("test.entry", {"n": 1})
    outbox.drain()
    shown = clock.now
    clock.pass_(1_000)
    server_now = clock.now
    journal.heard(server_now)
    clock.now = shown + timedelta(days=days, seconds=1_000)
    # The liar also hides the offset to the server's time, as a changed program would.
    stamp = msgspec.structs.replace(Timekeeper(clock).stamp(), offset_ms=None)
    clock.now = server_now
    beacons = []
    for stored in journal.entries(0, journal.size):
        receipt = beacon(envelope.check(stored.data), Verifier.of(server.signer), journal.root_at)
        if receipt is not None:
            beacons.append((stored.index, receipt.when()))
    assert len(beacons) == 1
    span = Intervals(beacons, [(journal.size + 1, server_now)]).of(journal.size)
    assert span.against(stamp) == says


def test_an_honest_offset_is_no_contradiction() -> None:
    clock = ManualClock(T0 - timedelta(hours=5))
    keeper = Timekeeper(clock)
    keeper.heard(T0)
    span = Interval(T0 - TOLERANCE, T0 + TOLERANCE)
    assert span.against(keeper.stamp()) == ""
    assert Interval(None, None).against(keeper.stamp()) == ""


@pytest.mark.covers("A48")
def test_a_beacon_of_another_log_place_or_key_is_none(
    journal: Journal, server: MemoryServer, clock: ManualClock
) -> None:
    outbox = Outbox(journal, server, Verifier.of(server.signer))
    outbox.drain()
    key, good = Verifier.of(server.signer), server.receipts[ORIGIN][0]
    stamp = Timekeeper(clock).stamp()

    def entry(index: int, note: object, kind: str = "sync/beacon") -> envelope.Envelope:
        return envelope.check(envelope.seal(kind, ORIGIN, index, stamp, {"receipt": note}))

    other = msgspec.structs.replace(good, origin="lotbook.test/S1/ST-02/1").sign(server.signer)
    wrong_root = msgspec.structs.replace(good, root=b"\x00" * 32).sign(server.signer)
    forged = good.sign(TestSigner(server.signer.name, "impostor"))
    assert beacon(entry(good.size, good.note), key, journal.root_at) == good
    assert beacon(entry(good.size, good.note), key) is not None
    for wrong in (
        entry(good.size, other.note),
        entry(good.size, forged.note),
        entry(good.size, wrong_root.note),
        entry(good.size - 1, good.note),
        entry(good.size, 7),
        entry(good.size, good.note, "test.entry"),
    ):
        assert beacon(wrong, key, journal.root_at) is None
    with pytest.raises(Fault, match="receipt-wrong"):
        journal.beacon(other)
    clock.pass_(700)
    assert journal.beacon(good) is not None
    assert journal.beacon(good) is None, "not more often than every ten minutes"


def test_an_offset_that_no_clock_has_does_not_stop_the_reader() -> None:
    """A station may sign any number; the batch record that shows it must still be made."""
    stamp = msgspec.structs.replace(Timekeeper(ManualClock()).stamp(), offset_ms=2**52)
    assert stamp.corrected() == stamp.when()
    assert Interval(stamp.when(), stamp.when()).against(stamp) == ""
