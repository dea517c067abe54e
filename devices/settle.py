"""When an instrument's reading counts: the station's settling rule, over the raw series.

"Stable" in a frame means locally stable: in real captures a quarter of the first stable readings
still moved by more than 1 mg. So a reading counts when several in a row, over long enough, lie
close together and do not drift. Until then it is *unstable*, whatever the instrument says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from devices.config import MOST_IN_SERIES, Settling
from devices.kinds import Reading

_MS = 1_000_000
_PER_S = 1000


class Settler:
    """Marks readings as settled; give it every reading of one instrument, in order."""

    def __init__(self, rule: Settling) -> None:
        """Start with nothing seen."""
        self._rule = rule
        self._stable: deque[Reading] = deque(maxlen=MOST_IN_SERIES)
        self._last = b""
        self._same = 0

    def feed(self, reading: Reading) -> Reading:
        """The reading as it stands under the rule: settled with its series, frozen, or moving."""
        if self._is_frozen(reading):
            self._stable.clear()
            return msgspec.structs.replace(reading, state="frozen")
        if reading.state != "stable" or reading.quantity is None:
            self._stable.clear()
            return reading
        self._stable.append(reading)
        series = enough(self._stable, self._rule)
        if not series or not holds(series, self._rule):
            return msgspec.structs.replace(reading, state="unstable", detail="not settled")
        frames = tuple(each.raw for each in series)
        return msgspec.structs.replace(reading, settled=True, series=frames)

    def reset(self) -> None:
        """Forget the series (after zero, tare or a reconnect)."""
        self._stable.clear()
        self._last, self._same = b"", 0

    def _is_frozen(self, reading: Reading) -> bool:
        """Whether the same digits came too often for an instrument that measures."""
        self._same = self._same + 1 if reading.raw == self._last else 1
        self._last = reading.raw
        moving = self._rule.frozen_after if reading.state == "unstable" else 0
        limits = [limit for limit in (moving, self._rule.alive_within) if limit]
        return bool(limits) and self._same >= min(limits)


def enough(readings: Sequence[Reading], rule: Settling) -> tuple[Reading, ...]:
    """The newest readings that are as many and span as long as the rule wants; empty: not yet."""
    newest = readings[-1].taken_at_ns
    for count in range(rule.count, len(readings) + 1):
        if newest - readings[-count].taken_at_ns >= rule.over_ms * _MS:
            return tuple(readings)[-count:]
    return ()


def holds(series: Sequence[Reading], rule: Settling) -> bool:
    """Whether these readings have one unit, lie within the spread and do not drift."""
    quantities = [each.quantity for each in series if each.quantity is not None]
    if len({each.unit for each in quantities}) != 1:
        return False
    values = [each.value for each in quantities]
    if max(values) - min(values) > rule.spread:
        return False
    times = [each.taken_at_ns // _MS for each in series]
    return rule.drift is None or not drifts(times, values, rule.drift)


def drifts(times_ms: Sequence[int], values: Sequence[Decimal], most_per_s: Decimal) -> bool:
    """Whether the least-squares slope is steeper than ``most_per_s``; exact, without division."""
    count, total = len(times_ms), sum(times_ms)
    across = count * sum(t * v for t, v in zip(times_ms, values, strict=True))
    rise = abs(across - total * sum(values, Decimal(0)))
    run = count * sum(t * t for t in times_ms) - total * total
    return rise * _PER_S > most_per_s * run
