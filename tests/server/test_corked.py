"""What is written in one turn of the loop goes as one piece, and nothing is kept back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from server.corked import MOST_HELD, Corked

if TYPE_CHECKING:
    from collections.abc import Callable


class Line(asyncio.Transport):
    """A transport that keeps the pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def after(act: Callable[[Corked], None]) -> tuple[list[bytes], list[bytes]]:
    """The pieces at once after ``act``, and a turn later."""

    async def run() -> tuple[list[bytes], list[bytes]]:
        line = Line()
        act(Corked(line, asyncio.get_running_loop()))
        at_once = list(line.pieces)
        await asyncio.sleep(0)
        return at_once, line.pieces

    return asyncio.run(run())


def test_head_and_body_are_one_piece() -> None:
    def act(line: Corked) -> None:
        line.write(b"head")
        line.write(b"")
        line.write(b"body")

    assert after(act) == ([], [b"headbody"])


def test_closing_sends_first_and_nothing_goes_after_it() -> None:
    def act(line: Corked) -> None:
        line.write(b"last")
        line.close()
        line.write(b"more")
        assert line.is_closing()

    assert after(act) == ([b"last"], [b"last"])


def test_much_goes_at_once() -> None:
    piece = b"x" * (MOST_HELD // 2 + 1)

    def act(line: Corked) -> None:
        line.write(piece)
        line.write(piece)
        line.write(b"rest")

    assert after(act) == ([piece, piece], [piece, piece, b"rest"])
