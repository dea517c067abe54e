"""What a scanner that plays keyboard typed: key strokes to the bytes of a serial scanner. Pure.

Separators come as Ctrl+], as Alt and digits on the keypad, or as a key the scanner is set to use.
A stroke that stands for no character becomes SUB, and letters whose case contradicts their Shift
key are preceded by SO: both make the scan a fault (:mod:`devices.shots`), for what was meant is not
known. Nothing is ever left out.
"""

from __future__ import annotations

from typing import NamedTuple

from devices.layouts import is_dead, joined

UNKNOWN = "\x1a"
"""SUB: here a key arrived that stands for no character."""
CAPS = "\x0e"
"""SO: Caps Lock was on, or the scanner thought it was."""

_ENDS = {"enter": "\r", "tab": "\t"}
_SILENT = frozenset({"shift", "ctrl", "altgr", "meta", "num", "scroll"})
_ASCII = 0x7F
_LATIN = range(0xA0, 0x100)
_MOST_DIGITS = 4


class Stroke(NamedTuple):
    """A key going down or up, as the platform or a layout reads it."""

    text: str = ""
    """What it types with its Shift and AltGr, without Ctrl and Alt; a combining mark if dead."""
    name: str = ""
    """For keys that are no characters: enter, tab, shift, ctrl, alt, altgr, meta, caps, num,
    scroll, f1 to f24, and ``composed``: text that the system made from Alt and digits."""
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    meta: bool = False
    down: bool = True


class KeyStream:
    """Strokes to text, one after the other."""

    def __init__(self, separators: frozenset[str] = frozenset()) -> None:
        """``separators``: names of keys that the scanner sends for GS, such as ``f8``."""
        self._separators = separators
        self.reset()

    def reset(self) -> None:
        """Forget what is half typed: after a silence a new scan begins."""
        self._digits = self._mark = self._composed = ""
        self._caps = False

    def feed(self, stroke: Stroke) -> bytes:
        """What this stroke adds, as UTF-8."""
        if stroke.name in _SILENT:
            return b""
        if stroke.name == "alt":
            return b"" if stroke.down else self._coded().encode()
        if not stroke.down:
            return b""
        if stroke.name == "caps":
            self._caps = not self._caps
            return b""
        return self._pressed(stroke).encode("utf-8", "replace")

    def _pressed(self, stroke: Stroke) -> str:
        if stroke.alt and not stroke.ctrl:
            return self._under_alt(stroke.text)
        coded = self._coded()  # where Alt was let go unseen
        again, self._composed = self._composed, ""
        if stroke.name == "composed" and stroke.text == again:
            return coded
        return coded + self._marked(self._plain(stroke))

    def _plain(self, stroke: Stroke) -> str:
        """The character of a stroke without Alt."""
        if stroke.meta or (stroke.alt and not stroke.text.isprintable()):
            return UNKNOWN
        if stroke.ctrl and not stroke.alt:
            return _control(stroke.text)
        if stroke.name in _ENDS:
            self._caps = False
            return _ENDS[stroke.name]
        if stroke.name in self._separators:
            return "\x1d"
        return self._cased(stroke) if stroke.text else UNKNOWN

    def _cased(self, stroke: Stroke) -> str:
        letter = stroke.text.lower() != stroke.text.upper()
        contradicts = letter and stroke.text.isupper() != (stroke.shift != self._caps)
        return CAPS + stroke.text if contradicts else stroke.text

    def _marked(self, text: str) -> str:
        """A dead key waits for the next character and joins it."""
        mark, self._mark = self._mark, ""
        if mark:
            return joined(mark, text) or UNKNOWN + text
        if is_dead(text):
            self._mark = text
            return ""
        return text

    def _under_alt(self, text: str) -> str:
        if len(text) == 1 and text.isascii() and text.isdigit():
            self._digits += text
            return ""
        return UNKNOWN

    def _coded(self) -> str:
        """The character of the digits typed under Alt; nothing if there were none."""
        digits, self._digits = self._digits, ""
        if not digits:
            return ""
        code = int(digits[:_MOST_DIGITS])
        latin = code in _LATIN and digits.startswith("0")
        known = len(digits) <= _MOST_DIGITS and (0 < code < _ASCII or latin)
        self._composed = chr(code) if known else ""
        return self._composed or UNKNOWN


def _control(text: str) -> str:
    """The control character of Ctrl and this key: Ctrl+A is 1, Ctrl+] is GS."""
    letter = text.upper()
    return chr(ord(letter) - 0x40) if len(letter) == 1 and "A" <= letter <= "_" else UNKNOWN
