"""An A&D balance: ``ST,+011.5483  g``.

Source: A&D, *HR-A/HR-AZ* and *GX-A/GF-A series* instruction manuals, RS-232C chapters; error codes
of the *GC series* manual. The balance must be set to give acknowledgements (``erCd 1``).

In standby it says who it is but gives no weight. It is never woken from here: ``ON`` clears zero
and tare, and a net weight silently becomes a gross one.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.asked import Act, Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.kinds import Clock, State
from devices.port import Line, Port, Wiring
from devices.values import Value, quantity

_ACK = b"\x06"
_WEIGHT = re.compile(rb"(ST|US|QT),([+-])([0-9]{1,10}(?:\.[0-9]{1,9})?)([ A-Za-z%]{3})")
_OVER = re.compile(rb"OL,([+-])9{4,12}E\+19")
_ERROR = re.compile(rb"EC,(E[0-9]{2})")
_IDENTITY = re.compile(rb"(?:SN|TN|ID),([0-9A-Za-z. -]{1,32})")
_STATES: dict[bytes, State] = {b"ST": "stable", b"QT": "stable", b"US": "unstable"}
_ACTS: dict[Act, bytes] = {"zero": b"Z", "tare": b"T"}


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``a_and_d``."""

    line: Line = Line(baudrate=2400, bytesize=7, parity="E")
    ask: Literal["SN", "ID", "TN"] = "SN"
    """What it is asked to say who it is: serial number, ID number or model, by what it knows."""
    width: int = 8
    """Characters of its number, the point included; a frame of any other width is refused."""


class AAndDDialect(Dialect):
    """The dialect."""

    alone = _ACK
    what = b"Q\r\n"
    silent = "standby"

    def __init__(self, ask: str, width: int) -> None:
        """See :class:`Options`."""
        self.who = b"?" + ask.encode() + b"\r\n"
        self._width = width

    def identity(self, frame: bytes) -> str | None:
        """``SN,…``."""
        match = _IDENTITY.fullmatch(frame)
        return match[1].decode().strip() if match else None

    def value(self, frame: bytes) -> Value | None:
        """``ST,…``, ``US,…``, ``OL,…`` or ``EC,…``."""
        if error := _ERROR.fullmatch(frame):
            return Value(None, "error", f"and {error[1].decode()}")
        if over := _OVER.fullmatch(frame):
            return Value(None, "overload" if over[1] == b"+" else "underload")
        match = _WEIGHT.fullmatch(frame)
        if match is None or len(match[3]) != self._width:
            if frame == _ACK or _IDENTITY.fullmatch(frame):
                return None
            raise DeviceFault("garbled", f"not {self._width} characters of number", frame)
        found = quantity(match[2] + match[3], match[4], frame)
        return Value(found, _STATES[match[1]])

    def request(self, act: Act) -> bytes:
        """Z or T."""
        return _ACTS[act] + b"\r\n"

    def done(self, act: Act, frame: bytes) -> bool:  # noqa: ARG002 - one answer for both
        """An acknowledgement, or why not."""
        if error := _ERROR.fullmatch(frame):
            code = "busy" if error[1] in (b"E02", b"E11") else "refused"
            raise DeviceFault(code, f"and {error[1].decode()}", frame)
        return frame == _ACK


class AAndD(Asked):
    """Driver ``a_and_d`` (kind Balance)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        super().__init__(config, clock, AAndDDialect(options.ask, options.width), options, wiring)
