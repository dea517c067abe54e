"""Bytes to frames: by terminator, bounded, with a deadline; however the bytes are cut up.

Never use a library's ``readline``: after its timeout it returns half a line as if it were whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

LIMIT = 256
"""Longest frame, bytes without terminator."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that were not a frame and are not used."""

    code: Literal["frame-too-long", "half-frame", "garbled"]
    raw: bytes


class Framing(Protocol):
    """Bytes to frames, however they are cut up; :class:`Framer` for all that have terminators."""

    def feed(self, data: bytes, now_ns: int) -> list[bytes | Broken]:
        """The frames (and broken ones) that are complete with ``data``, which came now."""
        ...

    def reset(self) -> None:
        """Forget everything received so far."""
        ...

    @property
    def pending(self) -> bool:
        """Whether part of a frame is waiting for its end."""
        ...


class Framer:
    r"""Collects bytes, gives whole frames without their terminator; empty frames are skipped.

    ``terminators`` are alternatives of one or more bytes, such as ``(b"\r\n",)`` or
    ``(b"\r", b"\n")``. A frame longer than ``limit`` is given up as a whole, up to its
    terminator; one older than ``deadline_ms`` without its terminator is given up by
    :meth:`expire`, and its late rest too. What comes after a silence of two deadlines is new.
    """

    def __init__(
        self,
        terminators: tuple[bytes, ...],
        *,
        limit: int = LIMIT,
        deadline_ms: int = 500,
        alone: bytes = b"",
        idle: bool = False,
    ) -> None:
        """Start empty. Each byte of ``alone`` is a whole frame where a frame begins (an ACK).

        ``idle``: the deadline counts from the last byte and not from the first (slow typists).
        """
        self._alone, self._idle = alone, idle
        self._terminators = terminators
        self._limit = limit
        self._deadline_ns = deadline_ms * 1_000_000
        self._buffer = bytearray()
        self._skipping = False
        self._empty = 0
        """Empty frames in a row."""
        self._since_ns = 0
        self._last_ns = 0

    def feed(self, data: bytes, now_ns: int) -> list[bytes | Broken]:
        """The frames (and broken ones) that are complete with ``data``, which came now."""
        found: list[bytes | Broken] = []
        if self._skipping and now_ns - self._last_ns >= 2 * self._deadline_ns:
            self.reset()
        self._last_ns = now_ns if data else self._last_ns
        for value in data:
            if not self._buffer:
                self._since_ns = now_ns
            self._buffer.append(value)
            self._look(found)
        return found

    def expire(self, now_ns: int) -> Broken | None:
        """Give up a half frame that is older than the deadline."""
        since = self._last_ns if self._idle else self._since_ns
        if not self._buffer or self._skipping or now_ns - since < self._deadline_ns:
            return None
        return self._give_up("half-frame")

    def reset(self) -> None:
        """Forget everything received so far (after a reconnect or before a request)."""
        self._buffer.clear()
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether part of a frame is waiting for its terminator."""
        return bool(self._buffer)

    def _look(self, found: list[bytes | Broken]) -> None:
        if self._alone and len(self._buffer) == 1 and self._buffer[0] in self._alone:
            if not self._skipping:
                found.append(bytes(self._buffer))
                self.reset()
            return
        for terminator in self._terminators:
            if self._buffer.endswith(terminator):
                frame = bytes(self._buffer[: -len(terminator)])
                if frame and not self._skipping:
                    found.append(frame)
                self._count(found, empty=not frame)
                self.reset()
                return
        if self._skipping:
            # only a split terminator must be remembered; the rest of a lost frame is dropped
            del self._buffer[: -max(map(len, self._terminators))]
        elif len(self._buffer) > self._limit:
            found.append(self._give_up("frame-too-long"))

    def _count(self, found: list[bytes | Broken], *, empty: bool) -> None:
        """Terminators without end and nothing between are no silence: that is said as well."""
        self._empty = self._empty + 1 if empty else 0
        if self._empty > self._limit:
            self._empty = 0
            found.append(Broken("frame-too-long", bytes(self._buffer)))

    def _give_up(self, code: Literal["frame-too-long", "half-frame"]) -> Broken:
        broken = Broken(code, bytes(self._buffer))
        del self._buffer[: -max(map(len, self._terminators))]
        self._skipping = True
        return broken
