"""How far a long command has come, on one line of a terminal; silent anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


class Progress:
    """Counts on a line that goes away at the end."""

    def __init__(self, to: TextIO, verb: str) -> None:
        """``verb``: what is being done."""
        self._to, self._verb, self._shown = to, verb, False

    def __call__(self, count: int) -> None:
        """So many things are done."""
        if self._to.isatty():
            self._to.write(f"\r{self._verb}: {count:,}")
            self._to.flush()
            self._shown = True

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the line away."""
        if self._shown:
            self._to.write("\r\033[K")


class Sum:
    """Adds up what is told piece by piece, for who shows how much there was so far."""

    def __init__(self, to: Callable[[int], None]) -> None:
        """Nothing yet."""
        self._to, self._done = to, 0

    def __call__(self, count: int) -> None:
        """So many more."""
        self._done += count
        self._to(self._done)
