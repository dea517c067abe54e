"""An instrument that says again what it said in a recording (:mod:`devices.record`)."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import msgspec

from devices.record import FORMAT, Head, Said
from devices.sim.instrument import Instrument


class Replay(Instrument):
    """Answers each request of the recording, in order, with what followed it then."""

    def __init__(self, file: Path) -> None:
        """Read a recording; ValueError if it is none."""
        super().__init__()
        first, *lines = file.read_bytes().splitlines()
        self.head = msgspec.json.decode(first, type=Head)
        if self.head.format != FORMAT:
            raise ValueError(f"{file} is not a recorded conversation")
        self._left = deque(msgspec.json.decode(line, type=Said) for line in lines)
        self.strange: list[bytes] = []
        """Requests that were not made then."""

    @property
    def done(self) -> bool:
        """Whether everything was said."""
        return not self._left

    def receive(self, data: bytes) -> bytes:
        """What it answered to this then; nothing to what was not asked."""
        if not self._left or self._left[0].to != "instrument" or self._left[0].hex != data.hex():
            self.strange.append(data)
            return b""
        self._left.popleft()
        return self._answer()

    def burst(self) -> bytes:
        """What it sent by itself."""
        return self._answer()

    def _answer(self) -> bytes:
        said = b""
        while self._left and self._left[0].to == "station":
            said += bytes.fromhex(self._left.popleft().hex)
        return said
