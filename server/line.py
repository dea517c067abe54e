"""uvicorn's HTTP/1.1 protocol with the two deadlines it lacks.

A client that sends its headers a byte at a time, or does not read its answer, would hold one of the
few connections for good. Bodies have their own deadline in :mod:`server.api.guard`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

HEADER_SECONDS = 15.0
"""From the connection, or the answer before, until a request's headers are complete."""
STALL_SECONDS = 30.0
"""How long an answer may wait for a client that reads nothing of it."""


class Deadline:
    """Runs an action unless it is met in time; starting it twice does not prolong it."""

    def __init__(self, seconds: float, action: Callable[[], object]) -> None:
        """Not started."""
        self._seconds, self._action = seconds, action
        self._timer: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Count from now, if not counting already."""
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._action)

    def meet(self) -> None:
        """Stop counting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class BoundedProtocol(H11Protocol):
    """One connection."""

    header_seconds = HEADER_SECONDS
    stall_seconds = STALL_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        self._headers = Deadline(self.header_seconds, transport.abort)
        self._reading = Deadline(self.stall_seconds, transport.abort)
        super().connection_made(transport)
        self._watch_headers()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the wait ends only when the headers are whole."""
        super().data_received(data)
        self._watch_headers()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch_headers()

    def pause_writing(self) -> None:
        """The client is not reading: give it a while."""
        super().pause_writing()
        self._reading.start(self.loop)

    def resume_writing(self) -> None:
        """It reads on."""
        super().resume_writing()
        self._reading.meet()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        super().connection_lost(exc)
        self._headers.meet()
        self._reading.meet()

    def _watch_headers(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._headers.meet()
        elif not self.transport.is_closing():
            self._headers.start(self.loop)
