"""A simulated Zebra label printer: answers ``~HS``, prints formats as pictures, fails on demand.

It goes to a socket or a pseudo-terminal by :mod:`devices.sim.plugs`, as every simulator does.
"""

from __future__ import annotations

from typing import Literal

from PIL import Image

from devices.sim.instrument import Instrument
from devices.sim.zpl_reader import ZplError, draw

Trouble = Literal["", "paper", "pause", "head", "ribbon", "cut", "mute", "slow"]
"""``paper`` to ``ribbon``: what keeps it from printing. ``cut``: the power fails while the label is
printed, half of it comes out. ``mute``: it prints, and says nothing any more. ``slow``: the label
stays in its buffer."""

_END = b"^XZ"
_STATUS = b"~HS"


class ZebraPrinter(Instrument):
    """A printer of 300 dpi with labels that are as large as the format says."""

    def __init__(self) -> None:
        """Ready."""
        super().__init__()
        self.trouble: Trouble = ""
        self.dead = False
        """After a power cut: answers nothing until :meth:`restart`."""
        self.labels: list[Image.Image] = []
        """Every whole label that came out."""
        self.halves = 0
        self.refused: list[str] = []
        """Why a format was not printed."""
        self.waiting = 0
        self._data = b""

    def restart(self) -> None:
        """Power on, paper in, head closed."""
        self.trouble, self.dead, self.waiting, self._data = "", False, 0, b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes; status answers are sent back at once."""
        if self.always:
            return self.always
        self._data += data
        sent = b""
        while not self.dead:
            end, asked = self._data.find(_END), self._data.find(_STATUS)
            begun = self._data.find(b"^XA")
            if asked >= 0 and not 0 <= begun < asked:
                self._data = self._data[asked + len(_STATUS) :]
                sent += b"" if self.trouble == "mute" and self.labels else self._status()
            elif end >= 0:
                job, self._data = self._data[: end + len(_END)], self._data[end + len(_END) :]
                self._print(job)
            else:
                return sent
        return sent

    def burst(self) -> bytes:
        """It never speaks by itself."""
        return b""

    def _print(self, job: bytes) -> None:
        if self.trouble == "cut":
            self.dead, self.halves = True, self.halves + 1
            return
        if self.trouble == "slow":
            self.waiting += 1
            return
        try:
            self.labels.append(draw(job))
        except ZplError as error:
            self.refused.append(str(error))

    def _status(self) -> bytes:
        flag = {name: int(self.trouble == name) for name in ("paper", "pause", "head", "ribbon")}
        lines = (
            f"030,{flag['paper']},{flag['pause']},0709,{self.waiting:03d},0,0,0,000,0,0,0",
            f"000,0,{flag['head']},{flag['ribbon']},1,2,4,0,{self.waiting:08d},1,000",
            "1234,0",
        )
        return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)
