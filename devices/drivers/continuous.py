"""A scale that sends by itself (CAS, Rinstrum and many others): ``ST,GS,+  1.240kg``.

Source: CAS, *CI-200A series* manual, *Format 22 bytes / 10 bytes*; Rinstrum, *R300 reference
manual*, automatic output. Nothing can be asked, so what waited is thrown away, the frame under way
is skipped, and the next whole one counts. All frames of one scale have one length, learned when
the line is opened from two that agree; a frame of another length has lost or gained a byte.
"""

from __future__ import annotations

import re

import msgspec

from devices.config import InstrumentConfig
from devices.exchange import Exchange
from devices.faults import DeviceFault
from devices.framing import Framer
from devices.kinds import Clock, Load, Reading, State
from devices.port import Line, Port, Wiring
from devices.values import Value, quantity, reading

_FRAME = re.compile(rb"(ST|US|OL|UL),(GS|NT),([+-] {0,10}[0-9]{1,10}(?:\.[0-9]{1,6})?) {0,6}"
                    rb"([A-Za-z]{1,3}) {0,3}")  # fmt: skip
_BARE = re.compile(rb"(OL|UL)(?:,[ -~]{0,24})?")
_ERROR = re.compile(rb"Err ?([0-9]{1,3})")
_STATES: dict[bytes, State] = {
    b"ST": "stable",
    b"US": "unstable",
    b"OL": "overload",
    b"UL": "underload",
}
_LOADS: dict[bytes, Load] = {b"GS": "gross", b"NT": "net"}
_TRIES = 4


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``continuous``."""

    line: Line = Line()
    units: tuple[str, ...] = ("kg", "g")
    """Units accepted (UCUM codes)."""
    deadline_ms: int = 1500
    """Longest silence; the scale must be set to send more often."""


def value(frame: bytes) -> Value:
    """What a frame says; DeviceFault for anything else."""
    if error := _ERROR.fullmatch(frame):
        return Value(None, "error", f"continuous {error[1].decode()}")
    if bare := _BARE.fullmatch(frame):
        return Value(None, _STATES[bare[1]])
    match = _FRAME.fullmatch(frame)
    if match is None:
        raise DeviceFault("garbled", raw=frame)
    amount = quantity(match[3], match[4], frame)
    return Value(amount, _STATES[match[1]], load=_LOADS[match[2]])


class Continuous:
    """Driver ``continuous`` (kind Meter). Zero and tare are keys of the scale."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._config, self._clock = config, clock
        wire = wiring(config.url, self._options.line)
        framer = Framer((b"\r\n",))
        self._exchange = Exchange(wire, framer, clock, self._options.deadline_ms)
        self._length = 0

    def open(self) -> str:
        """Open the line and learn how long its frames are; it does not say who it is."""
        self._exchange.open()
        self._length = 0
        return ""

    def close(self) -> None:
        """Close the line."""
        self._exchange.close()

    def read(self) -> Reading:
        """The value now."""
        frame = self._exchange.listen()
        found = value(frame)
        if found.quantity is not None:
            self._check(frame, found.quantity.unit)
        return reading(self._config, self._clock, found, frame, self._clock.monotonic_ns())

    def _check(self, frame: bytes, unit: str) -> None:
        if unit not in self._options.units:
            raise DeviceFault("unit-refused", unit, frame)
        if not self._length:
            self._length = self._learn(len(frame))
        if len(frame) != self._length:
            raise DeviceFault("garbled", f"{len(frame)} characters, not {self._length}", frame)

    def _learn(self, first: int) -> int:
        """The length that two frames in a row have."""
        for _ in range(_TRIES):
            frame = self._exchange.listen()
            if value(frame).quantity is not None and len(frame) == first:
                return first
            first = len(frame)
        raise DeviceFault("garbled", "no two frames of one length")
