"""The bounds around uvicorn's parser: heads and trailers end, targets are paths."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import uvicorn
from uvicorn.server import ServerState

from server.line import MOST_HEAD_BYTES, BoundedProtocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.api.guard import Receive, Scope, Send

HOST = b"Host: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"


class Line(asyncio.Transport):
    """A transport that keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed


async def answer(_scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        continue
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def given(pieces: Iterable[bytes]) -> tuple[Line, int]:
    """The line after these pieces, and how many bytes were taken before it closed."""

    async def run() -> tuple[Line, int]:
        config = uvicorn.Config(answer, http=BoundedProtocol, lifespan="off", access_log=False)
        config.load()
        line, taken = Line(), 0
        protocol = BoundedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        protocol.connection_made(line)
        for piece in pieces:
            if line.closed:
                break
            protocol.data_received(piece)
            taken += len(piece)
            await asyncio.sleep(0.001)
        protocol.connection_lost(ConnectionResetError())
        return line, taken

    return asyncio.run(run())


@pytest.mark.covers("T16")
@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: ", b"y" * 1_000),
        (b"GET / HTTP/1.1\r\n" + HOST, b"X: " + b"y" * 1_000 + b"\r\n"),
        (b"GET /", b"y" * 1_000),
        (CHUNKED, b"X: " + b"y" * 1_000 + b"\r\n"),
    ],
    ids=["value", "headers", "target", "trailers"],
)
def test_a_head_or_trailers_without_end_are_refused(begin: bytes, more: bytes) -> None:
    line, taken = given([begin, *[more] * 100])
    assert line.closed
    assert line.written.startswith(b"HTTP/1.1 400 ")
    assert taken <= len(begin) + MOST_HEAD_BYTES + 2 * len(more)


@pytest.mark.covers("T16")
@pytest.mark.parametrize("target", [b"http://x/", b"*", b"x:80"])
def test_a_target_that_is_no_path_is_refused(target: bytes) -> None:
    line, _ = given([b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n"])
    assert line.closed
    assert line.written.startswith(b"HTTP/1.1 400 ")


def test_many_requests_on_a_line_are_not_one_long_head() -> None:
    one = b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 1_000 + b"\r\n\r\n"
    line, _ = given([one] * 100)
    assert line.written.count(b"HTTP/1.1 204 ") == 100
    assert not line.closed
