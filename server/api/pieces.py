"""An answer that lies in memory in many pieces, sent without being put together first.

A recall is megabytes of rows that are kept prepared. One run of bytes of that size is fresh memory
and a second copy, and what the socket does not take at once is copied again; so it goes in parts
that fit the processor's cache, and the client reads the first while the next is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import Receive, Scope, Send

Piece: TypeAlias = "bytes | memoryview"
PART = 128 * 1024
"""Bytes from which a part is sent."""


class Pieces(Response):
    """JSON in pieces."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """The body is these, one after another."""
        length = str(sum(map(len, pieces)))
        super().__init__(headers={"content-length": length}, media_type="application/json")
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Head, then part by part, each when the line has room for it."""
        del scope, receive
        head = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **head})
        for part in parts(self._pieces):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def parts(pieces: Sequence[Piece]) -> Iterator[bytes]:
    """The pieces put together to parts of :data:`PART` or more bytes; the last may be shorter."""
    first, size = 0, 0
    for place, piece in enumerate(pieces, 1):
        size += len(piece)
        if size >= PART:
            yield b"".join(pieces[first:place])
            first, size = place, 0
    if size:
        yield b"".join(pieces[first:])
