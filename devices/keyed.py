"""A scanner that plays keyboard as a wire: keys of a source to the bytes of a serial scanner."""

from __future__ import annotations

from typing import Protocol

from devices.keyboard import Keyboard, KeyEvent
from devices.keystream import KeyStream
from devices.kinds import Clock
from devices.shots import KEYS_QUIET_MS

_LONGEST_NS = 200_000_000
"""A reader's poll waits 0.25 s at most, also while somebody plays with Shift."""


class KeySource(Protocol):
    """Where keys come from; :class:`devices.drivers.evdev_keys.EvdevKeys` is the real one."""

    def open(self) -> None:
        """Take the keyboard for us alone; DeviceFault ``absent``."""
        ...

    def close(self) -> None:
        """Let it go; harmless when closed or gone."""
        ...

    def read(self) -> list[KeyEvent]:
        """What was pressed and let go; none after a short silence; DeviceFault ``unplugged``."""
        ...


class KeyedWire:
    """The bytes of one keyboard."""

    def __init__(
        self, source: KeySource, keyboard: Keyboard, stream: KeyStream, clock: Clock
    ) -> None:
        """Nothing is opened yet."""
        self._source, self._keyboard, self._stream = source, keyboard, stream
        self._clock = clock
        self._last_ns = 0

    def open(self) -> None:
        """Take the keyboard."""
        self._source.open()
        self._keyboard.reset()
        self._stream.reset()

    def close(self) -> None:
        """Let it go."""
        self._source.close()

    def read(self) -> bytes:
        """What was typed; empty after a short silence, and not because a key was let go."""
        stop = self._clock.monotonic_ns() + _LONGEST_NS
        while events := self._source.read():
            now = self._clock.monotonic_ns()
            if now - self._last_ns > KEYS_QUIET_MS * 1_000_000:
                self._stream.reset()
            self._last_ns = now
            strokes = map(self._keyboard.stroke, events)
            data = b"".join(map(self._stream.feed, strokes))
            if data or now > stop:
                return data
        return b""

    def drain(self) -> int:
        """Throw away what waits."""
        return len(self.read())
