"""A simulated scanner that plays keyboard: types codes as key events, as it is set to."""

from __future__ import annotations

from typing import Literal

from devices.faults import DeviceFault
from devices.keyboard import KeyEvent
from devices.layouts import LAYOUTS, Layout

_SHIFT, _CTRL, _ALT, _ALTGR, _CAPS, _ENTER, _TAB = 42, 29, 56, 100, 58, 28, 15
_KEYPAD = dict(zip("0123456789", (82, 79, 80, 81, 75, 76, 77, 71, 72, 73), strict=True))
_FUNCTION = {f"F{n}": 58 + n for n in range(1, 11)}
_US = LAYOUTS["us"]


class Typist:
    """Turns what a symbol says into presses and releases."""

    def __init__(
        self,
        layout: Layout = _US,
        *,
        gs: str = "ctrl",
        capitals: Literal["shift", "caps"] = "shift",
        suffix: bytes = b"\r",
    ) -> None:
        """``gs``: ``ctrl`` (Ctrl+]), ``alt`` (Alt+029), a key such as ``F8``, or a text."""
        self._layout, self._gs = layout, gs
        self._capitals, self._suffix = capitals, suffix

    def scan(self, content: bytes, *, aim: str = "", times: int = 1) -> list[KeyEvent]:
        """A code; ``times`` more than 1 is a double fire."""
        return self.keys(aim.encode() + content + self._suffix) * times

    def keys(self, data: bytes) -> list[KeyEvent]:
        """The events of these bytes (UTF-8)."""
        return [event for character in data.decode() for event in self._character(character)]

    def _character(self, character: str) -> list[KeyEvent]:
        if character == "\x1d" and self._gs != "ctrl":
            return self._separator()
        if character in "\r\t":
            return press(_ENTER if character == "\r" else _TAB)
        if character < " ":
            key = _US.strokes[chr(ord(character) + 0x40).lower()][0].key
            return press(key, _CTRL)
        strokes = self._layout.strokes.get(character)
        if strokes is None:
            return _alt(f"0{ord(character)}")
        if self._capitals == "caps" and character.isupper():
            return [*press(_CAPS), *press(strokes[0].key), *press(_CAPS)]
        events = []
        for key, shift, altgr in strokes:
            events += press(key, *[_SHIFT] * shift, *[_ALTGR] * altgr)
        return events

    def _separator(self) -> list[KeyEvent]:
        if self._gs == "alt":
            return _alt("029")
        if self._gs in _FUNCTION:
            return press(_FUNCTION[self._gs])
        return self.keys(self._gs.encode())


def press(key: int, *held: int) -> list[KeyEvent]:
    """A key pressed and let go while others are held."""
    return [
        *(KeyEvent(each, down=True) for each in held),
        KeyEvent(key, down=True),
        KeyEvent(key, down=False),
        *(KeyEvent(each, down=False) for each in reversed(held)),
    ]


def _alt(digits: str) -> list[KeyEvent]:
    typed = [event for digit in digits for event in press(_KEYPAD[digit])]
    return [KeyEvent(_ALT, down=True), *typed, KeyEvent(_ALT, down=False)]


class SimKeys:
    """A keyboard without a kernel: what is put in comes out, ``chunk`` events at a time."""

    def __init__(self, chunk: int = 1_000) -> None:
        """Plugged in, nothing typed."""
        self.plugged = True
        self._chunk = chunk
        self._events: list[KeyEvent] = []
        self._open = False

    def put(self, events: list[KeyEvent]) -> None:
        """Type."""
        self._events += events

    def open(self) -> None:
        """As the real one."""
        if not self.plugged:
            raise DeviceFault("absent", "no such keyboard")
        self._events, self._open = [], True

    def close(self) -> None:
        """As the real one."""
        self._open = False

    def read(self) -> list[KeyEvent]:
        """As the real one."""
        if not self._open:
            raise DeviceFault("absent", "the keyboard is not open")
        if not self.plugged:
            self._open = False
            raise DeviceFault("unplugged", "the keyboard is gone")
        events, self._events = self._events[: self._chunk], self._events[self._chunk :]
        return events
