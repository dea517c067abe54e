"""When a balance's reading counts: the station's settling rule, over the raw series.

"Stable" in a frame means locally stable: in 33 real captures a quarter of the first stable
readings still moved by more than 1 mg. So N consecutive stable readings within a spread count.
"""

from __future__ import annotations

from collections import deque

import msgspec

from devices.config import Settling
from devices.kinds import Reading


class Settler:
    """Marks readings as settled; give it every reading of one balance, in order."""

    def __init__(self, rule: Settling) -> None:
        """Start with nothing seen."""
        self._rule = rule
        self._stable: deque[Reading] = deque(maxlen=max(1, rule.count))
        self._moving = b""
        self._same = 0

    def feed(self, reading: Reading) -> Reading:
        """The reading as it stands under the rule: settled with its series, frozen, or as is."""
        if self._is_frozen(reading):
            self._stable.clear()
            return msgspec.structs.replace(reading, state="frozen")
        if reading.state != "stable" or reading.quantity is None:
            self._stable.clear()
            return reading
        self._stable.append(reading)
        if not self._holds():
            return reading
        series = tuple(each.raw for each in self._stable)
        return msgspec.structs.replace(reading, settled=True, series=series)

    def reset(self) -> None:
        """Forget the series (after zero, tare or a reconnect)."""
        self._stable.clear()
        self._moving, self._same = b"", 0

    def _holds(self) -> bool:
        quantities = [each.quantity for each in self._stable if each.quantity is not None]
        if len(quantities) < self._rule.count or len({each.unit for each in quantities}) != 1:
            return False
        values = [each.value for each in quantities]
        return max(values) - min(values) <= self._rule.spread

    def _is_frozen(self, reading: Reading) -> bool:
        """A balance that says it moves but always gives the same digits does not weigh."""
        if reading.state != "unstable" or not self._rule.frozen_after:
            self._same = 0
            return False
        self._same = self._same + 1 if reading.raw == self._moving else 1
        self._moving = reading.raw
        return self._same >= self._rule.frozen_after
