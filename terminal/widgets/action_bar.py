"""The action bar: at most three actions; the usual one right and largest, destructive apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import ACTION_BAR, GAP, MARGIN
from terminal.views import Action, Mark
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.matrix import Matrix
from terminal.widgets.part import Part
from terminal.widgets.press import Press, Taps

if TYPE_CHECKING:
    from terminal.theme import Look

MOST = 3
CODE = 56
"""Side of the command code, in pixels at 1280 × 800."""


class ActionButton(Press):
    """A label with its command code."""

    def __init__(self, look: Look, taps: Taps, action: Action, parent: QWidget) -> None:
        """Show ``action``."""
        super().__init__(look, taps, parent)
        self.action = action
        self.active = action.enabled
        self.aim(action.intent, action.params)
        self.code = Matrix(look, self)
        self.code.show_code(action.command if action.enabled else "")
        self.warning = MarkIcon(look, 32, self)
        self.warning.show_mark(Mark.WARN)
        self.warning.setVisible(action.destructive)
        self.word = label(look, "action", self, text=action.label, ink=self._ink())
        self.word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.resting = "usual" if action.usual and action.enabled else "raised"
        if not action.enabled:
            self.resting = "ground"
        edge = "warn.edge" if action.destructive else "line" if action.enabled else "hair"
        self.dress(self.resting, edge, 2 if action.destructive else 1)

    def _ink(self) -> str:
        """The colour of the words."""
        if not self.action.enabled:
            return "muted"
        return "on_usual" if self.action.usual else "text"

    def show_pressed(self, *, pressed: bool) -> None:
        """The usual action's words stay readable while it is down."""
        super().show_pressed(pressed=pressed)
        self.word.show_ink("text" if pressed else self._ink())

    def natural(self) -> int:
        """Width of words, code and mark."""
        extra = 0 if self.code.isHidden() else self.look.px(CODE + GAP)
        extra += 0 if self.warning.isHidden() else self.warning.side + self.look.px(GAP)
        return self.word.natural() + extra + self.look.px(2 * MARGIN)

    def arrange(self) -> None:
        """Mark, words, code."""
        px = self.look.px
        left, right = px(GAP), self.width() - px(GAP)
        if not self.warning.isHidden():
            self.warning.setGeometry(left, 0, self.warning.side, self.height())
            left += self.warning.side + px(8)
        if not self.code.isHidden():
            side = min(px(CODE), self.height() - px(8))
            self.code.setGeometry(right - side, (self.height() - side) // 2, side, side)
            right -= side + px(8)
        self.word.setGeometry(left, px(4), right - left, self.height() - px(8))


class ActionBar(Part):
    """The actions of this screen."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.taps = taps
        self.dress("surface")
        self.listed: tuple[Action, ...] = ()
        self.buttons: list[ActionButton] = []

    def least(self, width: int) -> int:  # noqa: ARG002
        """104 px; larger text wraps inside."""
        return self.look.px(ACTION_BAR)

    def show_actions(self, actions: tuple[Action, ...]) -> bool:
        """Show at most three; True if they changed."""
        actions = actions[:MOST]
        if actions == self.listed:
            return False
        self.listed = actions
        for old in self.buttons:
            old.hide()
            old.deleteLater()
        self.buttons = [ActionButton(self.look, self.taps, action, self) for action in actions]
        for button in self.buttons:
            button.show()
        self.arrange()
        return True

    def _widths(self, room: int) -> dict[ActionButton, int]:
        """The usual one gets at least 36 % of the bar; others what their words ask for."""
        least, wide = self.look.px(180), self.look.px(360)
        widths = {b: min(wide, max(least, b.natural())) for b in self.buttons}
        for button in self.buttons:
            if button.action.usual:
                widths[button] = max(button.natural(), room * 36 // 100)
        gaps = self.look.px(GAP) * (len(self.buttons) + 1)
        over = sum(widths.values()) + gaps - room
        if over > 0:
            ratio = (room - gaps) / sum(widths.values())
            widths = {button: int(wide * ratio) for button, wide in widths.items()}
        return widths

    def arrange(self) -> None:
        """Destructive ones from the left; the others from the right, the usual one last."""
        px, gap = self.look.px, self.look.px(GAP)
        room = self.width() - 2 * px(MARGIN)
        widths, high = self._widths(room), self.height() - 2 * px(GAP)
        left, right = px(MARGIN), self.width() - px(MARGIN)
        ordered = sorted(self.buttons, key=lambda button: not button.action.usual)
        for button in ordered:
            if button.action.destructive:
                button.setGeometry(left, px(GAP), widths[button], high)
                left += widths[button] + gap
            else:
                button.setGeometry(right - widths[button], px(GAP), widths[button], high)
                right -= widths[button] + gap
