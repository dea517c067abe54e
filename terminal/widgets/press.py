"""What can be touched: a target that emits one intent per tap, and the guard against slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from terminal.theme import DEBOUNCE_MS
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.theme import Look

    Dispatch = Callable[[str, dict[str, str]], None]


class Taps:
    """Lets an intent through once; drops its echo, and taps aimed at a screen just gone."""

    def __init__(self, dispatch: Dispatch, now_ms: Callable[[], int]) -> None:
        """``now_ms``: a monotonic clock in milliseconds."""
        self._dispatch, self._now = dispatch, now_ms
        self._last: tuple[object, int] = (None, -DEBOUNCE_MS)
        self._quiet_until = 0

    def screen_changed(self) -> None:
        """Another screen stands under the finger: wait a moment."""
        self._quiet_until = self._now() + DEBOUNCE_MS

    def send(self, target: object, intent: str, params: dict[str, str]) -> bool:
        """Dispatch unless this is a slip."""
        now = self._now()
        echo = self._last[0] == target and now - self._last[1] < DEBOUNCE_MS
        if echo or now < self._quiet_until:
            return False
        self._last = (target, now)
        self._dispatch(intent, params)
        return True

    def allow(self, target: object) -> bool:
        """The same guard for touches that stay inside the kiosk (paging a list)."""
        now = self._now()
        if self._last[0] == target and now - self._last[1] < DEBOUNCE_MS:
            return False
        self._last = (target, now)
        return True


class Press(Part):
    """A touch target. A tap is a press and a release inside; nothing else does anything."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Taps go through ``taps``."""
        super().__init__(look, parent)
        self.taps = taps
        self.intent = ""
        self.params: dict[str, str] = {}
        self.active = True
        self.resting = "raised"
        self._down = False
        self.setMouseTracking(False)

    def aim(self, intent: str, params: tuple[tuple[str, str], ...] = ()) -> None:
        """What a tap asks for."""
        self.intent, self.params = intent, dict(params)

    def tap(self) -> None:
        """A tap arrived."""
        target = (self.intent, tuple(self.params.items()))
        self.taps.send(target, self.intent, dict(self.params))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show that the finger is felt."""
        if self.active and event.button() == Qt.MouseButton.LeftButton:
            self._down = True
            self.show_pressed(pressed=True)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A double tap is two presses; the guard drops the second."""
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Send the intent if the finger is still inside."""
        inside = self.rect().contains(event.position().toPoint())
        down, self._down = self._down, False
        self.show_pressed(pressed=False)
        event.accept()
        if down and inside and self.active and event.button() == Qt.MouseButton.LeftButton:
            self.tap()

    def show_pressed(self, *, pressed: bool) -> None:
        """Darken while the finger is down."""
        self.dress("pressed" if pressed else self.resting, self.edge, self.edge_width)
