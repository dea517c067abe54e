"""Threads beside the event loop for what touches no store: secrets, documents, files read again.

Deriving a key from a secret takes a second of one core by design, and printing a batch record takes
seconds; stations must not wait for either. Only functions that touch no store run here: the store
belongs to the event loop's thread.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
LEAST = 19
"""How nice a thread is that works only when nobody else does."""


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

    async def check(self, work: Callable[[], T]) -> T:
        """Look a large file through: for minutes, and only with processor time nobody else wants.

        In a thread of its own that ends with it; whoever is cancelled does not wait for it.
        """
        loop = asyncio.get_running_loop()
        found: asyncio.Future[T] = loop.create_future()
        thread = Thread(target=_yielding, args=(work, loop, found), daemon=True)
        thread.start()
        return await found

    async def render(self, work: Callable[[], T]) -> T:
        """Make a document."""
        return await to_thread.run_sync(work, limiter=self._documents)


def _yielding(
    work: Callable[[], T], loop: asyncio.AbstractEventLoop, found: asyncio.Future[T]
) -> None:
    """Do the work after everybody else's, and tell the loop."""
    if sys.platform == "linux":  # elsewhere it would be the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEAST)
    told: Callable[[], None]
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is raised to whoever waits
        told = partial(_tell, found, found.set_exception, error)
    else:
        told = partial(_tell, found, found.set_result, result)
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(told)


def _tell(found: asyncio.Future[T], tell: Callable[[Any], None], what: object) -> None:
    if not found.done():
        tell(what)
