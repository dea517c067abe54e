"""A line without a system: a driver reads a simulated instrument directly, in set time.

Every read that finds nothing lets 50 ms pass on the clock, so deadlines end at once and 100,000
conversations fit into seconds.
"""

from __future__ import annotations

from typing import Protocol

from devices.faults import DeviceFault
from devices.port import CHUNK, Line
from devices.sim.instrument import Instrument

SILENCE_MS = 50


class Passing(Protocol):
    """A clock that can be moved on."""

    def pass_ms(self, milliseconds: int) -> None:
        """Move on."""
        ...


class MemoryWire:
    """A :class:`devices.port.Wire` to an instrument in this process; also its own wiring."""

    def __init__(self, instrument: Instrument, clock: Passing, chunk: int = CHUNK) -> None:
        """``chunk``: bytes given by one read."""
        self.instrument, self.chunk = instrument, chunk
        self.plugged = True
        self._clock = clock
        self._waiting = bytearray()
        self._open = False

    def __call__(self, _url: str, _line: Line | None = None, /) -> MemoryWire:
        """This wire, whatever the address."""
        return self

    def put(self, data: bytes) -> None:
        """Bytes that were there before anybody asked."""
        self._waiting += data

    def open(self) -> None:
        """Open."""
        if not self.plugged:
            raise DeviceFault("absent", "unplugged")
        self._open = True
        self._waiting.clear()

    def close(self) -> None:
        """Close."""
        self._open = False

    def read(self) -> bytes:
        """What is there; nothing: time passes."""
        self._check()
        self._waiting += b"" if self._waiting else self.instrument.burst()
        data = bytes(self._waiting[: self.chunk])
        del self._waiting[: self.chunk]
        self._clock.pass_ms(1 if data else SILENCE_MS)
        return data

    def write(self, data: bytes) -> None:
        """Send to the instrument."""
        self._check()
        self._waiting += self.instrument.receive(data)

    def drain(self) -> int:
        """Throw away what waits."""
        self._check()
        thrown = len(self._waiting)
        self._waiting.clear()
        return thrown

    def _check(self) -> None:
        if not self._open:
            raise DeviceFault("absent", "not open")
        if not self.plugged:
            raise DeviceFault("unplugged")
