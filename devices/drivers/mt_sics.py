"""A balance that speaks Mettler-Toledo MT-SICS: ``S S     12.345 g``, one command at a time.

Source: Mettler-Toledo, *MT-SICS Interface Commands* (reference manual 11781363), levels 0 and 1.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.asked import Act, Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.kinds import Clock, Load, State
from devices.port import Port, Wiring
from devices.values import Value, quantity

_NOISE = re.compile(rb"\A(?:\x1b\[[0-9;]{0,8}[A-Za-z]|[\x00-\x1f])*")
"""Control bytes and terminal sequences before an answer (power-on noise)."""

_WEIGHT = re.compile(rb"S ([SD]) ( *-?[0-9]{1,10}(?:\.[0-9]{1,8})?) ([A-Za-z%]{1,6})")
_WIDTH = 10
"""Characters of the number, padded on the left."""

_STATES: dict[bytes, tuple[State, str]] = {
    b"S I": ("error", "mt_sics busy"),
    b"S +": ("overload", ""),
    b"S -": ("underload", ""),
}
_ERROR = re.compile(rb"S [SD] +Error ([0-9]{1,2})[bt]")
_SERIAL = re.compile(rb'I4 A "?([0-9A-Za-z-]{1,32})"?')
_TARE = re.compile(rb"TA A +([0-9]{1,10}(?:\.[0-9]{1,8})?) [A-Za-z%]{1,6}")
_NO_TARE = frozenset({b"TA I", b"TA L", b"ES"})
"""Not now, not by this command, not by this balance: it does not say."""
_FLAWS = {b"ES": "refused", b"ET": "garbled", b"EL": "refused"}
_ACTS: dict[Act, bytes] = {"zero": b"Z", "tare": b"T"}


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``mt_sics``."""

    command: Literal["SI", "S"] = "SI"
    """``SI``: the value at once. ``S``: some balances of other makers answer only this rightly."""


def meant(frame: bytes) -> bytes:
    """The frame without the control bytes before it."""
    return _NOISE.sub(b"", frame)


class Sics(Dialect):
    """The dialect."""

    who = b"I4\r\n"
    tared = b"TA\r\n"

    def __init__(self, command: str = "SI") -> None:
        """Ask for the value by this command."""
        self.what = command.encode() + b"\r\n"

    def identity(self, frame: bytes) -> str | None:
        """The serial number in an answer to I4."""
        match = _SERIAL.fullmatch(meant(frame))
        return match[1].decode() if match else None

    def value(self, frame: bytes) -> Value | None:
        """The weight in an answer to S or SI."""
        text = meant(frame)
        if text in _STATES:
            return Value(None, *_STATES[text])
        if error := _ERROR.fullmatch(text):
            return Value(None, "error", f"mt_sics {error[1].decode()}")
        match = _WEIGHT.fullmatch(text)
        if match is None or len(match[2]) != _WIDTH:
            flaw = "garbled" if text.startswith(b"S ") else None
            if code := _FLAWS.get(text, flaw):
                raise DeviceFault(code, raw=frame)
            return None
        state: State = "stable" if match[1] == b"S" else "unstable"
        return Value(quantity(match[2].lstrip(), match[3], frame), state)

    def load(self, frame: bytes) -> Load | None:
        """Net if the tare memory of an answer to TA is not nought."""
        text = meant(frame)
        if text in _NO_TARE:
            return ""
        match = _TARE.fullmatch(text)
        if match is None:
            return None
        return "net" if match[1].strip(b"0.") else "gross"

    def request(self, act: Act) -> bytes:
        """Z or T."""
        return _ACTS[act] + b"\r\n"

    def done(self, act: Act, frame: bytes) -> bool:
        """``Z A``, ``T S …``."""
        command, text = _ACTS[act], meant(frame)
        if text in _FLAWS or not text.startswith(command + b" "):
            code = _FLAWS.get(text)
            if code is None:
                return False
            raise DeviceFault(code, raw=frame)
        if text == b"Z A" or text.startswith(command + b" S "):
            return True
        raise DeviceFault("busy" if text == command + b" I" else "refused", raw=frame)


class MtSics(Asked):
    """Driver ``mt_sics`` (kind Balance)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        super().__init__(config, clock, Sics(options.command), options, wiring)
