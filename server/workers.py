"""Threads beside the event loop for what touches no store: secrets, documents, files read again.

Deriving a key from a secret takes a second of one core by design, and printing a batch record takes
seconds; stations must not wait for either. Only functions that touch no store run here: the store
belongs to the event loop's thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Workers:
    """A few threads; secrets never queue behind documents, nor does what everybody waits for."""

    def __init__(self, secrets: int = 2, documents: int = 1) -> None:
        """At most so many at a time of each; the others wait their turn."""
        self._secrets, self._documents = CapacityLimiter(secrets), CapacityLimiter(documents)
        self._awaited = CapacityLimiter(1)

    async def make(self, work: Callable[[], T]) -> T:
        """Make what everybody waits for: a large database may be read for minutes meanwhile."""
        return await to_thread.run_sync(work, limiter=self._awaited)

    async def derive(self, work: Callable[[], T]) -> T:
        """Run a derivation from a secret (Argon2)."""
        return await to_thread.run_sync(work, limiter=self._secrets)

    async def read(self, work: Callable[[], T]) -> T:
        """Read a file, whose disk may be slow."""
        return await to_thread.run_sync(work, limiter=self._documents)

    async def render(self, work: Callable[[], T]) -> T:
        """Make a document."""
        return await to_thread.run_sync(work, limiter=self._documents)
