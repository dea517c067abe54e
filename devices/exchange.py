"""Questions and answers on one line: an answer is a frame that came after its question.

What was waiting before a question is thrown away. An instrument that can say who it is, is asked
that first: what comes after that answer was sent after it (a *barrier*), so no late frame passes
for an answer. Where there is no such question, a second frame makes both doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from devices.faults import DeviceFault
from devices.framing import Broken, Framing
from devices.kinds import Clock
from devices.port import Wire


class Exchange:
    """One line and its frames. Raises only :class:`DeviceFault`."""

    def __init__(self, wire: Wire, framer: Framing, clock: Clock, deadline_ms: int) -> None:
        """``deadline_ms``: longest wait for an answer."""
        self._wire, self._framer, self._clock = wire, framer, clock
        self._deadline_ns = deadline_ms * 1_000_000
        self._more = False

    def open(self) -> None:
        """Open the line, with nothing waiting."""
        self._framer.reset()
        self._wire.open()

    def close(self) -> None:
        """Close the line."""
        self._wire.close()

    def ask(
        self, request: bytes, is_answer: Callable[[bytes], bool], *, barrier: bool = False
    ) -> bytes:
        """The newest frame that answers ``request``.

        ``is_answer`` may raise a DeviceFault for what the instrument says instead. Other frames
        are dropped before a ``barrier``, and a fault otherwise; an echo is always harmless.
        """
        self._wire.drain()
        self._framer.reset()
        self._wire.write(request)
        seen = b""
        for item in self._frames(echo=request.strip(b"\r\n")):
            if is_answer(item):
                return item
            seen = item
            if not barrier:
                raise DeviceFault(_misread(item), raw=item)
        raise DeviceFault("garbled" if seen else "no-answer", raw=seen)

    def tell(self, order: bytes) -> None:
        """Send what is never answered."""
        self._wire.drain()
        self._wire.write(order)

    def listen(self) -> bytes:
        """The next whole frame of an instrument that sends by itself, begun after this call."""
        self._wire.drain()
        self._framer.reset()
        begun = False
        for item in self._frames(newest_first=False):
            if begun:
                return item
            begun = True  # what arrived first may be the rest of an older frame
        raise DeviceFault("no-answer")

    def alone(self) -> None:
        """Demand that nothing follows the answer just read: which of two is meant is not known."""
        more = self._framer.feed(self._wire.read(), self._clock.monotonic_ns())
        if more or self._more or self._framer.pending:
            raise DeviceFault("wrong-answer", "two answers to one question")

    def quiet(self) -> None:
        """Wait until nothing has come for one deadline: the answers still owed have arrived."""
        last = start = self._clock.monotonic_ns()
        while (now := self._clock.monotonic_ns()) - last < self._deadline_ns:
            if self._wire.read():
                last = now
            if now - start > 4 * self._deadline_ns:
                raise DeviceFault("frame-too-long", "the line is never quiet")
        self._framer.reset()

    def _frames(self, *, newest_first: bool = True, echo: bytes = b"") -> Iterator[bytes]:
        stop = self._clock.monotonic_ns() + self._deadline_ns
        while (now := self._clock.monotonic_ns()) < stop:
            found = [each for each in self._framer.feed(self._wire.read(), now) if each != echo]
            self._more = len(found) > 1
            for item in reversed(found) if newest_first else found:
                if isinstance(item, Broken):
                    raise DeviceFault(item.code, raw=item.raw)
                yield item
        if self._framer.pending:
            raise DeviceFault("half-frame")


def _misread(frame: bytes) -> str:
    """An answer to something else begins like one; anything else is noise."""
    return "wrong-answer" if frame[:1].isalpha() else "garbled"
