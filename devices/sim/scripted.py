"""An instrument that answers requests from a table of bytes, right or wrong ones."""

from __future__ import annotations

from pathlib import Path

from devices.sim.line import Line


class Scripted:
    """An instrument on a pseudo-terminal that answers requests from a table of bytes."""

    def __init__(self, link: Path, answers: dict[bytes, bytes]) -> None:
        """Plug in; ``answers`` maps a request with its terminator to what is sent back."""
        self.answers = answers
        self.requests: list[bytes] = []
        self.line = Line(link, self._answer)

    def _answer(self, data: bytes) -> None:
        self.requests.append(data)
        self.line.send(self.answers.get(data, b""))
