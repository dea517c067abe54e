"""Keys as Qt delivers them: every key with every modifier, and what a scanner types."""

from __future__ import annotations

from itertools import chain, combinations
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from devices.keyboard import Keyboard, KeyEvent
from devices.layouts import LAYOUTS, Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devices.keystream import Stroke

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
META = Qt.KeyboardModifier.MetaModifier
_FOUR = (SHIFT, CTRL, ALT, META)
_NAMED = {
    "enter": Qt.Key.Key_Return, "tab": Qt.Key.Key_Tab, "shift": Qt.Key.Key_Shift,
    "ctrl": Qt.Key.Key_Control, "alt": Qt.Key.Key_Alt, "altgr": Qt.Key.Key_AltGr,
    "meta": Qt.Key.Key_Meta, "caps": Qt.Key.Key_CapsLock, "num": Qt.Key.Key_NumLock,
}  # fmt: skip
_DEAD = {
    "\u0300": Qt.Key.Key_Dead_Grave, "\u0301": Qt.Key.Key_Dead_Acute,
    "\u0302": Qt.Key.Key_Dead_Circumflex, "\u0308": Qt.Key.Key_Dead_Diaeresis,
}  # fmt: skip


def every_key() -> Iterator[tuple[int, Qt.KeyboardModifier, str]]:
    """Every key of Qt × every set of Ctrl, Alt, Shift and Meta, with the text it has."""
    sets = chain.from_iterable(combinations(_FOUR, count) for count in range(5))
    for held in sets:
        modifiers = NONE
        for one in held:
            modifiers |= one
        for key in Qt.Key:
            yield key.value, modifiers, _text(key.value, modifiers)


def _text(key: int, held: Qt.KeyboardModifier) -> str:
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return "\r"
    if not 0x20 <= key < 0x7F:
        return ""
    if held & CTRL:
        return chr(key & 0x1F) if 0x40 <= key < 0x60 else ""
    return chr(key) if held & SHIFT else chr(key).lower()


def pressed(key: int, modifiers: Qt.KeyboardModifier, text: str) -> list[QKeyEvent]:
    """Down and up."""
    kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
    return [QKeyEvent(kind, key, modifiers, text) for kind in kinds]


def by_system(
    events: Iterable[KeyEvent], layout: Layout = LAYOUTS["us"], *, caps: bool = False
) -> Iterator[QKeyEvent]:
    """What a system with this layout, and perhaps Caps Lock on, makes of a keyboard's events."""
    keyboard = Keyboard(layout)
    if caps:
        keyboard.stroke(KeyEvent(58, down=True))
    for event in events:
        stroke = keyboard.stroke(event)
        if caps and stroke.name == "enter":
            keyboard.stroke(KeyEvent(58, down=True))
        yield _qt(stroke)


def _qt(stroke: Stroke) -> QKeyEvent:
    held = NONE
    for modifier, on in zip(
        _FOUR, (stroke.shift, stroke.ctrl, stroke.alt, stroke.meta), strict=True
    ):
        held |= modifier if on else NONE
    key, text = Qt.Key.Key_unknown.value, stroke.text
    if stroke.name.startswith("f") and stroke.name[1:].isdigit():
        key = Qt.Key.Key_F1.value + int(stroke.name[1:]) - 1
    elif stroke.name:
        key = _NAMED[stroke.name].value
        text = {"enter": "\r", "tab": "\t"}.get(stroke.name, "")
    elif text in _DEAD:
        key, text = _DEAD[text].value, ""
    elif text:
        key = ord(text.upper()[0])
        text = _text(key, held) if stroke.ctrl else text
    if stroke.alt and stroke.text.isdigit():
        held |= Qt.KeyboardModifier.KeypadModifier
    kind = QEvent.Type.KeyPress if stroke.down else QEvent.Type.KeyRelease
    return QKeyEvent(kind, key, held, text)
