"""A transport that sends what is written in one turn of the event loop as one piece.

uvicorn writes an answer's head and its body by themselves. Each would be a packet of its own, wake
the client by itself, and cost the server a system call, which is dear beside a receipt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

MOST_HELD = 16 * 1024
"""Bytes; more go at once, so that whoever writes much hears of it when the client does not read."""


class Corked:
    """An :class:`asyncio.Transport` in front of another, which does everything but gather."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """In front of ``transport``; what is held goes at the next turn of ``loop``."""
        self._transport, self._loop = transport, loop
        self._held = bytearray()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        """All the rest is the transport's own."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold it for the rest of this turn; much goes at once and is not copied."""
        if len(self._held) + len(data) > MOST_HELD:
            self._send()
            if not self._transport.is_closing():
                self._transport.write(data)
            return
        if not self._held:
            self._loop.call_soon(self._send)
        self._held += data

    def close(self) -> None:
        """Close when all that was written is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        held, self._held = self._held, bytearray()
        if held and not self._transport.is_closing():
            self._transport.write(held)
