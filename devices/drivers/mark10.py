"""A Mark-10 force or torque gauge: ``-18.78 lbFin``.

Source: Mark-10, *Series 5* and *Series 7* user's guides, chapter *Communications* (GCL2 commands);
*Model TT01* user's guide for the errors. It cannot say who it is: after every answer the line must
be quiet, or a late answer might pass for the next.
"""

from __future__ import annotations

import re

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.asked import Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.kinds import Clock
from devices.port import Line, Port, Wiring
from devices.values import Value, quantity

_VALUE = re.compile(rb"([+-]?[0-9]{1,6}(?:\.[0-9]{1,5})?) ([A-Za-z]{1,6})")
_ERROR = re.compile(rb"\*([0-9]{2})")
_OVERLOADED = b"*22"


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``mark10``."""

    line: Line = Line(baudrate=115200)
    units: tuple[str, ...] = ("N",)
    """Units accepted (UCUM codes)."""
    decimals: int = 2
    """Decimals it shows; a value with more or fewer has lost a digit or changed its unit."""


class Mark10Dialect(Dialect):
    """The dialect."""

    what = b"?\r\n"
    twice = True

    def __init__(self, decimals: int) -> None:
        """See :class:`Options`."""
        self._decimals = decimals

    def value(self, frame: bytes) -> Value | None:
        """A value with its unit, or an error of its own."""
        if frame == _OVERLOADED:
            return Value(None, "overload")
        if error := _ERROR.fullmatch(frame):
            return Value(None, "error", f"mark10 {error[1].decode()}")
        match = _VALUE.fullmatch(frame)
        if match is None or len(match[1].partition(b".")[2]) != self._decimals:
            raise DeviceFault("garbled", f"not a value with {self._decimals} decimals", frame)
        return Value(quantity(match[1], match[2], frame), "stable")


class Mark10(Asked):
    """Driver ``mark10`` (kind Meter). Zero is a key of the gauge."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        super().__init__(config, clock, Mark10Dialect(options.decimals), options, wiring)
