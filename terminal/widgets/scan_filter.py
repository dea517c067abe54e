"""Hostile scans: keys reach no widget; a burst of them is a plain-keyboard scanner's text.

Installed on the application, in front of every window. Whatever a key could open, move or close
is swallowed. Characters that come as fast as a scanner types are collected and handed on as one
text; what people type on a keyboard (nobody should have one here) goes nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_MS = 120
"""A pause this long ends a burst; scanners pause 1 to 50 ms between characters."""
LEAST = 3
"""Fewer characters are a stray key, not a scan."""
MOST = 4096
"""More characters than any code holds: the burst is dropped whole."""

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
_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_DEAF = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
_GS = "\x1d"


class ScanFilter(QObject):
    """Swallows every key and hands on bursts as bytes."""

    def __init__(self, scanned: Callable[[bytes], None], parent: QObject | None = None) -> None:
        """``scanned`` gets each burst's text as UTF-8, without its suffix."""
        super().__init__(parent)
        self._scanned = scanned
        self._held: list[str] = []
        self._too_long = False
        self._alt = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(QUIET_MS)
        self._timer.timeout.connect(self.finish)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002
        """Swallow what keys could do; collect what they say."""
        kind = event.type()
        if kind not in _SWALLOWED:
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._press(event)
        elif kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._release(event)
        event.accept()
        return True

    def _press(self, event: QKeyEvent) -> None:
        """Take one key."""
        if event.key() in _ENDS:
            self.finish()
        elif event.key() in _DEAF:
            return
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if event.text().isdigit():
                self._alt += event.text()
        elif event.modifiers() & Qt.KeyboardModifier.MetaModifier:
            return
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.text() == _GS or event.key() == Qt.Key.Key_BracketRight:
                self._take(_GS)
        else:
            self._take(event.text())

    def _release(self, event: QKeyEvent) -> None:
        """Alt let go: its digits were one character (how some scanners send GS: Alt+029)."""
        if event.key() == Qt.Key.Key_Alt and self._alt:
            code, self._alt = int(self._alt[-4:]), ""
            if code in {0x1C, 0x1D, 0x1E, 0x04}:
                self._take(chr(code))

    def _take(self, text: str) -> None:
        """Keep a character and wait for the next."""
        if not text:
            return
        if len(self._held) >= MOST:
            self._held.clear()
            self._too_long = True
        self._held.append(text)
        self._timer.start()

    def finish(self) -> None:
        """The burst is over: hand it on if it can be a scan."""
        self._timer.stop()
        text, self._held, self._alt = "".join(self._held), [], ""
        too_long, self._too_long = self._too_long, False
        if len(text) >= LEAST and not too_long:
            self._scanned(text.encode("utf-8", "replace"))
