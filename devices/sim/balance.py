"""A simulated MT-SICS balance on a pseudo-terminal: the bench's."""

from __future__ import annotations

from pathlib import Path

from devices.sim.balances import SicsBalance
from devices.sim.line import Line


class BalanceSim(SicsBalance):
    """A balance with a pan: put a weight on it, and it swings before it is stable."""

    def __init__(self, link: Path) -> None:
        """Plug in at ``link``, empty."""
        super().__init__()
        self.line = Line(link, self._heard)

    def _heard(self, data: bytes) -> None:
        sent = self.receive(data)
        if sent:
            self.line.send(sent)
