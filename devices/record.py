"""Records what passes on an instrument's line: bounded, with times and directions, to be replayed.

A file is JSON lines. The first says what it is; each other one is ``{"ms": 12, "to": "station",
"hex": "5354…"}``. :mod:`devices.sim.replay` plays it to a driver again, so what a real instrument
said once is a test for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from devices.kinds import Clock
from devices.port import Line, Wire, Wiring

MOST_BYTES = 1024 * 1024
"""Most bytes of traffic in one recording."""
FORMAT = "lotbook-conversation-1"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    format: str = FORMAT
    url: str
    driver: str = ""
    """The driver that spoke; empty: it was only listened to."""
    options: dict[str, object] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Some bytes that passed."""

    ms: int
    """Milliseconds since the recording began."""
    to: Literal["station", "instrument"]
    hex: str


class Recorder:
    """Makes lines that keep what passes; give it to a driver as its wiring."""

    def __init__(self, wiring: Wiring, clock: Clock, keep: Callable[[Said], None]) -> None:
        """Pass everything on to ``wiring``'s line; each piece is given to ``keep``."""
        self._wiring, self._clock, self._keep = wiring, clock, keep
        self._began_ns = clock.monotonic_ns()
        self.bytes = 0

    def __call__(self, url: str, line: Line | None = None, /) -> Wire:
        """A line that is recorded."""
        return Recorded(self._wiring(url, line), self)

    @property
    def full(self) -> bool:
        """Whether no more is kept."""
        return self.bytes >= MOST_BYTES

    def said(self, to: Literal["station", "instrument"], data: bytes) -> None:
        """Some bytes passed."""
        if not data or self.full:
            return
        self.bytes += len(data)
        passed = (self._clock.monotonic_ns() - self._began_ns) // 1_000_000
        self._keep(Said(ms=passed, to=to, hex=data.hex()))


class Recorded:
    """A line whose traffic is kept."""

    def __init__(self, wire: Wire, recorder: Recorder) -> None:
        """Pass on to ``wire``."""
        self._wire, self._recorder = wire, recorder

    def open(self) -> None:
        """Open."""
        self._wire.open()

    def close(self) -> None:
        """Close."""
        self._wire.close()

    def read(self) -> bytes:
        """Read, and keep it."""
        data = self._wire.read()
        self._recorder.said("station", data)
        return data

    def write(self, data: bytes) -> None:
        """Keep it, and send."""
        self._recorder.said("instrument", data)
        self._wire.write(data)

    def drain(self) -> int:
        """Throw away what waits; nobody saw it, so it is not kept."""
        return self._wire.drain()
