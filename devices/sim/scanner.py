"""A simulated bar code scanner on a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from devices.sim.line import Line


class ScannerSim:
    """Sends codes with an AIM prefix and a suffix."""

    def __init__(self, link: Path, *, suffix: bytes = b"\r") -> None:
        """Plug in at ``link``."""
        self.line = Line(link, lambda _: None)
        self._suffix = suffix

    def scan(self, content: bytes, *, aim: str = "", times: int = 1) -> None:
        """Send a code; ``times`` more than 1 is a double fire."""
        self.line.send((aim.encode() + content + self._suffix) * times)
