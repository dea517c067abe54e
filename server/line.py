"""uvicorn's HTTP/1.1 protocol (httptools) with the bounds it lacks.

A client that sends its headers a byte at a time, or does not read its answer, would hold one of the
few connections for good; headers without end would fill the memory. Bodies have their own bounds in
:mod:`server.api.guard`, which also refuses what this parser lets through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.api.peers import peer_of
from server.corked import Corked

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

HEADER_SECONDS = 15.0
"""From the connection, or the answer before, until a request's headers are complete."""
STALL_SECONDS = 30.0
"""How long an answer may wait for a client that reads nothing of it."""
MOST_HEAD_BYTES = 32 * 1024
"""Of a request's line and headers, and again of what a chunked body may have behind it."""
MOST_FROM_ONE = 1_000
"""Connections that one address may have open."""


class BadHead(ValueError):
    """A request line or headers that are not taken: answered with 400, the connection closed."""


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


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    header_seconds = HEADER_SECONDS
    stall_seconds = STALL_SECONDS
    most_from_one = MOST_FROM_ONE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request; one connection too many of an address is closed."""
        self._headers = Deadline(self.header_seconds, transport.abort)
        self._reading = Deadline(self.stall_seconds, transport.abort)
        self._in_head, self._head_bytes = True, 0
        super().connection_made(Corked(transport, self.loop))  # type: ignore[arg-type]
        if self._one_too_many():
            transport.abort()
            return
        self._headers.start(self.loop)

    def _one_too_many(self) -> bool:
        """Whether the address has more connections open than it may. Counted only where it can."""
        if len(self.connections) <= self.most_from_one:
            return False
        peer = _peer(self)
        open_now = (one for one in self.connections if not one.transport.is_closing())
        return sum(_peer(one) == peer for one in open_now) > self.most_from_one

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that is not whole after too many of them is refused."""
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES and self._open:
            self.send_400_response("Too long a request head.")

    @property
    def _open(self) -> bool:
        return not self.transport.is_closing()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, also one behind a chunked body. Raises BadHead."""
        self._taken += len(name) + len(value)
        if self._taken > MOST_HEAD_BYTES:
            raise BadHead("too many header bytes")
        super().on_header(name, value)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._taken = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The wait ends when the headers are whole. Raises BadHead."""
        if not self.url.startswith(b"/"):
            raise BadHead("the target is a path on this server")
        self._in_head, self._head_bytes, self._taken = False, 0, 0
        self._headers.meet()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes now is the next request's head."""
        self._in_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        if self._in_head and self._open:
            self._headers.start(self.loop)

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


def _peer(protocol: Any) -> str:  # noqa: ANN401 - any of uvicorn's protocols
    return peer_of(protocol.client[0]) if protocol.client else ""


def bounded(most_from_one: int) -> type[BoundedProtocol]:
    """The protocol with so many connections for one address."""
    return type("Bounded", (BoundedProtocol,), {"most_from_one": most_from_one})
