"""When an entry was really made: between what the server had said before and when it had it.

A station's clock may be wrong or set. A *beacon* is a receipt kept as an entry: everything above
it in the log was made after the server signed that receipt. A receipt over an entry says that it
was made before. The order of entries is their index; this only adds times that need no trust in
the station. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Literal, NamedTuple

from sync.checkpoint import BadNote
from sync.clock import Stamp
from sync.envelope import Envelope
from sync.keys import Verifier
from sync.receipt import Receipt, open_receipt

BEACON = "sync/beacon"
TOLERANCE = timedelta(minutes=2)
"""A wall time this far outside the interval contradicts it (21 CFR 11.10(e))."""


class Interval(NamedTuple):
    """Not before, not after; None where nothing is known on that side."""

    not_before: datetime | None
    not_after: datetime | None

    def against(self, at: Stamp) -> Literal["", "too-early", "too-late"]:
        """How a stamp contradicts the interval: it claims a time that cannot be; else empty."""
        wall = at.corrected()
        if self.not_before is not None and wall < self.not_before - TOLERANCE:
            return "too-early"
        if self.not_after is not None and wall > self.not_after + TOLERANCE:
            return "too-late"
        return ""


class Intervals:
    """The intervals of one log's entries."""

    def __init__(
        self,
        beacons: Iterable[tuple[int, datetime]],
        receipts: Iterable[tuple[int, datetime]],
    ) -> None:
        """``beacons``: index and time of each sound one; ``receipts``: size and time of each."""
        heard, given = sorted(beacons), sorted(receipts)
        self._beacons = [index for index, _ in heard]
        self._after = list(accumulate((time for _, time in heard), max))
        self._sizes = [size for size, _ in given]
        back = accumulate((time for _, time in reversed(given)), min)
        self._before = list(reversed(list(back)))

    def of(self, index: int) -> Interval:
        """The interval of the entry ``index``."""
        heard, given = bisect_left(self._beacons, index), bisect_right(self._sizes, index)
        return Interval(
            self._after[heard - 1] if heard else None,
            self._before[given] if given < len(self._before) else None,
        )


def beacon(
    envelope: Envelope, server: Verifier, root_at: Callable[[int], bytes] | None = None
) -> Receipt | None:
    """The receipt in a sound beacon; None for any other entry, and for a replayed one.

    Sound: signed by the server, over this very log, at a state that lies below the beacon.
    ``root_at`` gives the log's root at a size, where it is known.
    """
    note = envelope.body.get("receipt") if envelope.kind == BEACON else None
    if not isinstance(note, str):
        return None
    try:
        receipt = open_receipt(note, server)
    except BadNote:
        return None
    if receipt.origin != envelope.origin or receipt.size > envelope.index:
        return None
    return receipt if root_at is None or root_at(receipt.size) == receipt.root else None
