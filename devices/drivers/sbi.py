"""A Sartorius balance by SBI: ``N     +   12.345 g  `` (22 characters) or without the mark (16).

Source: Sartorius, *Cubis/Entris/Quintix* operating instructions, chapter *Data output* (SBI). The
balance acknowledges nothing, so zero and tare are believed only when the display shows nought.
A blank unit means that the value is not stable; such a frame has no amount.
"""

from __future__ import annotations

import re

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.asked import Act, Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.kinds import Clock, Load, State
from devices.port import Line, Port, Wiring
from devices.values import Value, quantity

_ESC = b"\x1b"
_FIELD = re.compile(
    rb"([+ -])(?=[0-9. \[\]]{9,11} )( {0,8}[0-9]{1,9}(?:\.[0-9]{0,8})?(?:\[[0-9]\])?) "
    rb"([A-Za-z%]{1,3} {0,2}|   )"
)
_SHORT, _LONG = 14, 20
"""Characters without CR LF; brackets around an unverified digit may widen them by two."""

_SERIAL = re.compile(rb" *(?:SerNo\.? *)?([0-9]{6,12}) *")
_ERROR = re.compile(rb"Err ?([0-9]{2,3})")
_WORDS: dict[bytes, State] = {
    b"High": "overload",
    b"H": "overload",
    b"Low": "underload",
    b"L": "underload",
}
_LOADS: dict[bytes, Load] = {b"N": "net", b"G": "gross"}
_ACTS: dict[Act, bytes] = {"zero": b"V", "tare": b"U"}


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``sbi``."""

    line: Line = Line(baudrate=1200, bytesize=7, parity="O")


class SbiDialect(Dialect):
    """The dialect."""

    who = _ESC + b"x2_\r\n"
    what = _ESC + b"P\r\n"
    silent = "standby"

    def identity(self, frame: bytes) -> str | None:
        """The serial number: digits, no point, no unit."""
        _demand_awake(frame)
        match = _SERIAL.fullmatch(frame)
        return match[1].decode() if match else None

    def value(self, frame: bytes) -> Value | None:
        """A value, or one of the words the display shows."""
        mark, field = (frame[:6].strip(), frame[6:]) if len(frame) >= _LONG else (b"", frame)
        text = field.strip()
        _demand_awake(frame)
        if text in _WORDS:
            return Value(None, _WORDS[text])
        if error := _ERROR.fullmatch(text):
            return Value(None, "error", f"sbi {error[1].decode()}")
        if text in (b"Cal.", b"CAL", b"Com", b"TEST"):
            return Value(None, "error", "sbi busy")
        match = _FIELD.fullmatch(field)
        if match is None or len(field.replace(b"[", b"").replace(b"]", b"")) != _SHORT:
            raise DeviceFault("garbled", raw=frame)
        if mark and mark not in _LOADS:
            raise DeviceFault("garbled", "an unknown mark", frame)
        return _amount(match[1], match[2], match[3], frame)._replace(load=_LOADS.get(mark, ""))


def _demand_awake(frame: bytes) -> None:
    if frame.split() == [b"Stat", b"OFF"]:
        raise DeviceFault("standby", raw=frame)


def _amount(sign: bytes, digits: bytes, unit: bytes, frame: bytes) -> Value:
    if not unit.strip():
        return Value(None, "unstable")
    bare = digits.replace(b"[", b"").replace(b"]", b"").strip().removesuffix(b".")
    detail = "unverified digit" if b"[" in digits else ""
    return Value(quantity(sign.strip() + bare, unit, frame), "stable", detail)


class Sbi(Asked):
    """Driver ``sbi`` (kind Balance)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        super().__init__(config, clock, SbiDialect(), options, wiring)
        self._band = config.settling.spread

    def _act(self, act: Act) -> None:
        """Send it, and believe only a display that shows a stable nought."""
        self._before()
        self._exchange.tell(_ESC + _ACTS[act] + b"\r\n")
        reading = self.read()
        amount = reading.quantity
        if reading.state != "stable" or amount is None or abs(amount.value) > self._band:
            raise DeviceFault("busy", f"no nought after {act}", reading.raw)
