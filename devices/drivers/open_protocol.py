"""A tightening controller by Atlas Copco Open Protocol: one result for each tightening.

Source: Atlas Copco, *Open Protocol Specification*, R 2.8 (9836 4415 01): MID 0001/0002 start, 0040/
0041 tool data (also to keep the line alive), 0060/0005 subscribe, 0061/0062 result, 0004 error.
Twenty characters of header, a body with numbered fields, a NUL. Results that come before the
subscription is accepted are old and are not taken.
"""

from __future__ import annotations

import re
from collections import deque

import msgspec

from devices.config import InstrumentConfig
from devices.exchange import Exchange
from devices.faults import DeviceFault
from devices.framing import Broken, Framer
from devices.kinds import Clock, Reading
from devices.open_results import Result, body, message, mid, result
from devices.port import Port, Wiring
from devices.values import Value, reading
from forms.terms import Quantity

_ALIVE_NS = 1_000_000_000
_LONGEST = 1024
_ERROR = re.compile(rb"([0-9]{4})([0-9]{2})")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``open_protocol``."""

    unit: str = "N.m"
    """UCUM code the controller's torque is in."""
    serial_number: str = ""
    """The tool's serial number (MID 0041); empty: any tool."""
    deadline_ms: int = 1000
    """Longest wait for an answer, and for the answer to a keep-alive."""


class OpenProtocol:
    """Driver ``open_protocol`` (kind Gauge)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._config, self._clock = config, clock
        self._wire = wiring(config.url, None)
        self._framer = Framer((b"\0",), limit=_LONGEST)
        self._exchange = Exchange(self._wire, self._framer, clock, self._options.deadline_ms)
        self._waiting: deque[bytes | Broken] = deque(maxlen=16)
        self._asked_ns, self._owed = 0, False
        self._last_id = self._tool = ""

    def open(self) -> str:
        """Start, ask the tool who it is, subscribe to its results."""
        self._exchange.open()
        self._waiting.clear()
        self._ask(b"0001", b"0002")
        self._tool = self._options.serial_number
        self._tool = tool = self._same_tool(self._ask(b"0040", b"0041"))
        self._ask(b"0060", b"0005")
        self._asked_ns, self._owed = self._clock.monotonic_ns(), False
        return tool

    def close(self) -> None:
        """Close the line."""
        self._exchange.close()

    def poll(self) -> list[Reading]:
        """The next result, if there is one; keeps the line alive."""
        data = self._wire.read()
        now = self._clock.monotonic_ns()
        self._waiting.extend(self._framer.feed(data, now))
        broken = None if data else self._framer.expire(now)
        if broken is not None:
            raise DeviceFault(broken.code, raw=broken.raw)
        self._keep_alive(now, heard=bool(data))
        if not self._waiting:
            return []
        item = self._waiting.popleft()
        if isinstance(item, Broken):
            raise DeviceFault(item.code, raw=item.raw)
        return self._taken(item, now)

    def _taken(self, frame: bytes, now: int) -> list[Reading]:
        kind = mid(frame)
        if kind == b"0004":
            self._refuse(frame)
        if kind == b"0041":
            self._same_tool(frame)
        if kind != b"0061":
            return []  # an answer to a keep-alive, or news that was not asked for
        found = result(frame)
        self._wire.write(message(b"0062"))
        if found.id == self._last_id:
            return []  # sent again because our acknowledgement was lost
        self._last_id = found.id
        return [self._reading(found, frame, now)]

    def _reading(self, found: Result, frame: bytes, now: int) -> Reading:
        torque = Quantity(value=found.torque, unit=self._options.unit)
        said = Value(torque, "stable", f"tightening {found.id} {'OK' if found.good else 'NOK'}")
        return reading(self._config, self._clock, said, frame, now)

    def _keep_alive(self, now: int, *, heard: bool) -> None:
        """Ask once a second which tool it is: the line is alive, and the tool is the same."""
        self._owed = self._owed and not heard
        waited = now - self._asked_ns
        if self._owed and waited > self._options.deadline_ms * 1_000_000:
            raise DeviceFault("unplugged", "no answer to a keep-alive")
        if not self._owed and waited >= _ALIVE_NS:
            self._asked_ns, self._owed = now, True
            self._wire.write(message(b"0040"))

    def _ask(self, kind: bytes, answer: bytes) -> bytes:
        return self._exchange.ask(
            message(kind), lambda frame: self._answers(frame, answer), barrier=True
        )

    def _answers(self, frame: bytes, answer: bytes) -> bool:
        if mid(frame) == b"0004":
            self._refuse(frame)
        return mid(frame) == answer

    def _refuse(self, frame: bytes) -> None:
        match = _ERROR.fullmatch(body(frame))
        code = match[2].decode() if match else "?"
        raise DeviceFault("refused", f"open_protocol {code}", frame)

    def _same_tool(self, frame: bytes) -> str:
        text = body(frame)
        if not text.startswith(b"01"):
            raise DeviceFault("garbled", "no tool serial number", frame)
        tool = text[2:16].decode("ascii", errors="replace").strip()
        if self._tool not in ("", tool):
            raise DeviceFault("wrong-instrument", tool, frame)
        return tool
