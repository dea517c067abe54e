"""Key codes to strokes: what a keyboard's driver would make of them, for one layout. Pure."""

from __future__ import annotations

from typing import NamedTuple

from devices.keystream import Stroke
from devices.layouts import LAYOUTS, Layout, Typed

_NAMES = {
    28: "enter", 96: "enter", 15: "tab", 42: "shift", 54: "shift", 29: "ctrl", 97: "ctrl",
    56: "alt", 100: "altgr", 125: "meta", 126: "meta", 58: "caps", 69: "num", 70: "scroll",
    **{58 + n: f"f{n}" for n in range(1, 11)}, 87: "f11", 88: "f12",
    **{170 + n: f"f{n}" for n in range(13, 25)},
}  # fmt: skip
"""Keys that are no characters (``input-event-codes.h``)."""

_KEYPAD = {
    71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1", 80: "2",
    81: "3", 82: "0", 83: ".", 55: "*", 98: "/",
}  # fmt: skip
"""The keypad's, whatever Num Lock says: nobody has another use for a scanner's keypad."""

_HELD = frozenset({"shift", "ctrl", "alt", "altgr", "meta"})
_US = LAYOUTS["us"]


class KeyEvent(NamedTuple):
    """A key went down or up."""

    code: int
    """As Linux numbers keys."""
    down: bool


class Keyboard:
    """One keyboard: which keys are held, and what the next one types."""

    def __init__(self, layout: Layout) -> None:
        """Nothing is held; Caps Lock is off."""
        self._layout = layout
        self.reset()

    def reset(self) -> None:
        """Nothing is held any more."""
        self._held: set[int] = set()
        self._caps = False

    def stroke(self, event: KeyEvent) -> Stroke:
        """The stroke of an event."""
        name = _NAMES.get(event.code, "")
        if name in _HELD:
            (self._held.add if event.down else self._held.discard)(event.code)
        self._caps ^= name == "caps" and event.down
        held = {_NAMES[code] for code in self._held}
        if name == "enter":
            self._caps = False
        return Stroke(
            text=self._text(event.code, held),
            name=name,
            shift="shift" in held,
            ctrl="ctrl" in held,
            alt="alt" in held,
            meta="meta" in held,
            down=event.down,
        )

    def _text(self, code: int, held: set[str]) -> str:
        if code in _KEYPAD:
            return _KEYPAD[code]
        typed = Typed(code, shift="shift" in held, altgr="altgr" in held)
        text = self._layout.text(typed)
        if "ctrl" in held and not "@" <= text.upper() <= "_":
            return _US.text(typed)  # scanners send Ctrl+] by the key's place on a US keyboard
        return text.swapcase() if self._caps and len(text.swapcase()) == 1 else text
