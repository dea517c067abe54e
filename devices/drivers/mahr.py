"""A Mahr gauge or amplifier: ``1 +12.34 mm``, or ``+12.345 mm`` of an instrument with one channel.

Source: Mahr, *Millimar C1202* manual 7.2 (duplex interface, answers end in CR) and *Millimar
C1208/C1216* manual (OPTORSD protocol: ``?``, ``SER?``, ``UNI?``; answers end in CR LF).
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

_VALUE = re.compile(
    rb"(?:([1-9]) )?([+-][0-9]{1,5}\.[0-9]{1,6}) ?(mm|um|inch|in|deg)(?: [=<>]){0,2} ?"
)
_ERROR = re.compile(rb"(?:[1-9] )?ERR ?([0-9]{1,2})")
_SERIAL = re.compile(rb"(?!ERR)([0-9A-Z]{2,12}(?:/[0-9]{1,4})?)")
_OUT_OF_RANGE = b"3"


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``mahr``."""

    line: Line = Line(bytesize=7, parity="E", stopbits=2)
    units: tuple[str, ...] = ("mm",)
    """Units accepted (UCUM codes)."""
    width: int = 7
    """Characters of the number with its sign, as it shows them with leading noughts."""
    channel: int = 0
    """The feature to read (1 to 3) of an instrument that has several; 0: it has one."""


class MahrDialect(Dialect):
    """The dialect."""

    terminators = (b"\r", b"\n")
    who = b"SER?\r"

    def __init__(self, width: int, channel: int) -> None:
        """See :class:`Options`."""
        self.what = f"M{channel}?\r".encode() if channel else b"?\r"
        self._channel, self._width = channel, width

    def identity(self, frame: bytes) -> str | None:
        """The serial number."""
        match = _SERIAL.fullmatch(frame)
        return match[1].decode() if match else None

    def value(self, frame: bytes) -> Value | None:
        """A value of the channel asked for."""
        if error := _ERROR.fullmatch(frame):
            code = error[1].decode()
            return Value(None, "overload" if error[1] == _OUT_OF_RANGE else "error", f"mahr {code}")
        if _SERIAL.fullmatch(frame):
            return None
        match = _VALUE.fullmatch(frame)
        if match is None or len(match[2]) != self._width:
            raise DeviceFault("garbled", f"not {self._width} characters of number", frame)
        if int(match[1] or 0) != self._channel:
            raise DeviceFault("wrong-answer", "another channel", frame)
        return Value(quantity(match[2], match[3], frame), "stable")


class Mahr(Asked):
    """Driver ``mahr`` (kind Meter). Zero and preset are keys of the instrument."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        dialect = MahrDialect(options.width, options.channel)
        super().__init__(config, clock, dialect, options, wiring)
