"""Hostile scans: keys reach no widget; what a scanner types is read here and nowhere else.

Installed on the application, in front of every window. Whatever a key could open, move or close is
swallowed. Strokes go to a :class:`devices.wedge.Wedge`, which knows what a scan is; without one
they lead nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from devices.keystream import Stroke

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.kinds import AnyEvent
    from devices.wedge import Wedge

LOOK_MS = 50
"""How long nothing must be typed until it is looked whether a scan is complete."""

_SWALLOWED = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.Shortcut,
        QEvent.Type.InputMethod,
        QEvent.Type.InputMethodQuery,
        QEvent.Type.ContextMenu,
        QEvent.Type.HelpRequest,
        QEvent.Type.WhatsThis,
        QEvent.Type.EnterWhatsThisMode,
        QEvent.Type.ToolTip,
        QEvent.Type.DragEnter,
        QEvent.Type.Drop,
    }
)
_Key, _Held = Qt.Key, Qt.KeyboardModifier
_NAMES = {
    _Key.Key_Return: "enter", _Key.Key_Enter: "enter", _Key.Key_Tab: "tab",
    _Key.Key_Shift: "shift", _Key.Key_Control: "ctrl", _Key.Key_Alt: "alt",
    _Key.Key_AltGr: "altgr", _Key.Key_Meta: "meta", _Key.Key_CapsLock: "caps",
    _Key.Key_NumLock: "num", _Key.Key_ScrollLock: "scroll",
    **{Qt.Key(_Key.Key_F1 + n): f"f{n + 1}" for n in range(24)},
}  # fmt: skip
_DEAD = {
    _Key.Key_Dead_Grave: "\u0300", _Key.Key_Dead_Acute: "\u0301",
    _Key.Key_Dead_Circumflex: "\u0302", _Key.Key_Dead_Diaeresis: "\u0308",
}  # fmt: skip
_KEYPAD = {
    _Key.Key_Insert: "0", _Key.Key_End: "1", _Key.Key_Down: "2", _Key.Key_PageDown: "3",
    _Key.Key_Left: "4", _Key.Key_Clear: "5", _Key.Key_Right: "6", _Key.Key_Home: "7",
    _Key.Key_Up: "8", _Key.Key_PageUp: "9",
}  # fmt: skip
"""Digits of the keypad while Num Lock is off; they count under Alt only."""
_PRINTABLE = range(0x20, 0x7F)


def stroke_of(event: QKeyEvent) -> Stroke:
    """A key event of Qt as a stroke."""
    held, key = event.modifiers(), event.key()
    ctrl, alt = bool(held & _Held.ControlModifier), bool(held & _Held.AltModifier)
    text = _DEAD.get(Qt.Key(key), event.text())
    if alt and held & _Held.KeypadModifier:
        text = _KEYPAD.get(Qt.Key(key), text)
    if (ctrl != alt) and key in _PRINTABLE:
        text = chr(key)  # Qt's text is the control character already, or nothing
    return Stroke(
        text=text,
        name="composed" if key == 0 else _NAMES.get(Qt.Key(key), ""),
        shift=bool(held & _Held.ShiftModifier),
        ctrl=ctrl,
        alt=alt,
        meta=bool(held & _Held.MetaModifier),
        down=event.type() == QEvent.Type.KeyPress,
    )


class ScanFilter(QObject):
    """Swallows every key and hands on what was scanned."""

    def __init__(
        self,
        wedge: Wedge | None,
        told: Callable[[AnyEvent], None],
        parent: QObject | None = None,
    ) -> None:
        """``told`` gets each code and each fault."""
        super().__init__(parent)
        self._wedge, self._told = wedge, told
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002
        """Swallow what keys could do; read what they say."""
        kind = event.type()
        if kind not in _SWALLOWED:
            return False
        keys = kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if keys and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._strike(event)
        event.accept()
        return True

    def _strike(self, event: QKeyEvent) -> None:
        """Read a key; one that is held strikes once and does not put off the look."""
        if self._wedge is not None:
            self._wedge.strike(stroke_of(event))
            self._timer.start()

    def look(self) -> None:
        """Nothing was typed for a moment: hand on what is complete."""
        if self._wedge is None:
            return
        for event in self._wedge.poll():
            self._told(event)
        if self._wedge.pending:
            self._timer.start()
