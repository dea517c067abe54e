"""A reader on a wire: what all scanner drivers share, whatever the wire is."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from devices.faults import DeviceFault
from devices.kinds import CodeRead
from devices.shots import Shots


class Incoming(Protocol):
    """What a reader needs of a wire; :class:`devices.port.Port` is one."""

    def open(self) -> None:
        """Open (again), and throw away what was waiting from before."""
        ...

    def close(self) -> None:
        """Close; harmless when closed or gone."""
        ...

    def read(self) -> bytes:
        """What has arrived; empty after a short silence."""
        ...

    def drain(self) -> int:
        """Throw away what is waiting now; how many bytes."""
        ...


class WireReader:
    """Reads the wire and gives the codes of each shot (kind Reader)."""

    def __init__(self, wire: Incoming, shots: Shots) -> None:
        """Nothing is opened yet."""
        self.wire = wire
        """The line itself, for the scanner test."""
        self._shots = shots
        self._found: deque[CodeRead | DeviceFault] = deque()

    def open(self) -> str:
        """Open the wire; a scanner does not say who it is."""
        self._shots.reset()
        self._found.clear()
        self.wire.open()
        return ""

    def close(self) -> None:
        """Close the wire."""
        self.wire.close()

    def poll(self) -> list[CodeRead]:
        """The codes of the shot that just ended, if one did; each fault by a call of its own."""
        if not self._found:
            self._found.extend(self._shots.take(self.wire.read()))
        codes: list[CodeRead] = []
        while self._found:
            first = self._found[0]
            if isinstance(first, DeviceFault):
                if codes:
                    break
                self._found.popleft()
                raise first
            codes.append(first)
            self._found.popleft()
        return codes
