"""A simulated caliper on a pseudo-terminal (Mitutoyo Digimatic interface)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from devices.sim.line import Line

_DIGITS = 8


class CaliperSim:
    """Sends a value when its data key is pressed."""

    def __init__(self, link: Path) -> None:
        """Plug in at ``link``."""
        self.line = Line(link, lambda _: None)

    def measure(self, value: Decimal) -> None:
        """Press the data key on this value; its decimals are the gauge's."""
        sign = "-" if value < 0 else "+"
        self.line.send(f"01A{sign}{abs(value):0{_DIGITS}f}\r".encode())

    def fail(self, code: int = 911) -> None:
        """The gauge's own error."""
        self.line.send(f"{code}\r".encode())
