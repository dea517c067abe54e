"""A Mitutoyo caliper or gauge by its Digimatic interface: ``01A+0000.123`` CR, ``911`` CR.

The frame carries no unit: the unit is the station's setting, guarded by the number of decimals,
which changes when someone switches the gauge between millimetres and inches.
"""

from __future__ import annotations

import re
from collections import deque
from decimal import Decimal

import msgspec

from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.framing import Broken, Framer
from devices.kinds import Clock, Reading
from devices.port import Line, Port, Wiring
from forms.terms import Quantity

_FRAME = re.compile(rb"01A([+-])(?=.{8}\Z)([0-9]{1,6}\.[0-9]{1,6})|9[0-9]{2}")
"""A value of eight signs, or the gauge's own error."""


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``mitutoyo``."""

    line: Line = Line()
    unit: str = "mm"
    """The unit the gauge is set to (UCUM code)."""
    blanking_ms: int = 300
    """The same frame again within this time is one press sent twice."""
    decimals: tuple[int, ...] = (2, 3)
    """Decimals the gauge shows in that unit; any other number means its unit was switched."""


def value(frame: bytes, options: Options) -> Quantity | None:
    """The value in a frame; None for the gauge's own error; ``DeviceFault`` for anything else."""
    match = _FRAME.fullmatch(frame)
    if match is None:
        raise DeviceFault("garbled", raw=frame)
    if match[1] is None:
        return None
    digits = match[2].decode().lstrip("0")
    number = Decimal("0" + digits if digits.startswith(".") else digits)
    if len(digits.partition(".")[2]) not in options.decimals:
        raise DeviceFault("unit-refused", f"not {options.unit}", frame)
    signed = -number if match[1] == b"-" and number else number
    return Quantity(value=signed, unit=options.unit)


class Mitutoyo:
    """Driver ``mitutoyo`` (kind Gauge)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._name, self._asset, self._clock = config.name, config.asset, clock
        self._port = wiring(config.url, self._options.line)
        self._framer = Framer((b"\r",))
        self._waiting: deque[tuple[bytes | Broken, int]] = deque(maxlen=16)
        self._last = (b"", 0)

    def open(self) -> str:
        """Open the line; the interface does not say who it is."""
        self._framer.reset()
        self._waiting.clear()
        self._port.open()
        return ""

    def close(self) -> None:
        """Close the line."""
        self._port.close()

    def poll(self) -> list[Reading]:
        """The next reading, if the data key was pressed."""
        data = self._port.read()
        now = self._clock.monotonic_ns()
        self._waiting.extend((each, now) for each in self._alone(data, now))
        broken = None if data else self._framer.expire(now)
        if broken is not None:
            raise DeviceFault(broken.code, raw=broken.raw)
        if not self._waiting:
            return []
        item, at = self._waiting.popleft()
        if isinstance(item, Broken):
            raise DeviceFault(item.code, raw=item.raw)
        last, self._last = self._last, (item, at)
        if item == last[0] and at - last[1] < self._options.blanking_ms * 1_000_000:
            return []
        return [self._reading(item, at)]

    def _alone(self, data: bytes, now: int) -> list[bytes | Broken]:
        """What came at once. Beside what is no frame of a gauge a frame is not believed either.

        A press gives one frame: a stray end of a frame inside it would leave a value and a rest.
        """
        found = list(self._framer.feed(data, now))
        known = [isinstance(each, bytes) and bool(_FRAME.fullmatch(each)) for each in found]
        if len(found) > 1 and not all(known):
            return [Broken("garbled", data)]
        return found

    def _reading(self, frame: bytes, now: int) -> Reading:
        quantity = value(frame, self._options)
        return Reading(
            name=self._name,
            quantity=quantity,
            state="error" if quantity is None else "stable",
            raw=frame,
            instrument=self._asset,
            taken_at_ns=now,
            wall=self._clock.now(),
            detail="" if quantity is not None else f"mitutoyo {frame.decode('ascii')}",
        )
