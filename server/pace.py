"""How far a long command has come and how long the rest will take, on one line of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

SHOW_S = 0.5
"""Between two lines."""


class Pace:
    """Counts towards a known end; silent where nobody looks."""

    def __init__(self, to: TextIO, verb: str, total: int, seconds: Callable[[], float]) -> None:
        """``total`` things are to be done; ``seconds``: a clock that only goes on."""
        self._to, self._verb, self._total, self._seconds = to, verb, total, seconds
        self._began = self._shown = seconds()
        self._done = 0

    def __call__(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        now = self._seconds()
        if now - self._shown >= SHOW_S and self._to.isatty():
            self._shown = now
            left = remaining(self._done, self._total, now - self._began)
            self._to.write(f"\r\033[K{self._verb}: {self._done:,} / {self._total:,}, {left}")
            self._to.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._to.isatty():
            self._to.write("\r\033[K")


def remaining(done: int, total: int, elapsed_s: float) -> str:
    """The time left at the pace so far, ``h:mm:ss``."""
    if not done:
        return "-:--:--"
    left = round(elapsed_s * max(0, total - done) / done)
    return f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}"
