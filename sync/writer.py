"""The seam between the thread that talks to the network and the one that owns the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class OnWriter(Protocol):
    """Runs work on the thread that owns the database, waits, and gives its result or exception."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Run ``work``."""


def directly(work: Callable[[], T]) -> T:
    """Run work here: for programs with one thread."""
    return work()
