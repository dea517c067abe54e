"""Nobody is signed in: the badge, then the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import SignInStage
from terminal.widgets.label import label
from terminal.widgets.pad import NumberPad
from terminal.widgets.part import stack
from terminal.widgets.picture import Picture
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class SignInView(StageView[SignInStage]):
    """Picture and words left, pad right once the badge is known."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.hint = label(look, "expected", self)
        self.person = label(look, "echo", self)
        self.picture = Picture(look, self)
        self.pad = NumberPad(look, taps, self)
        self.problem = VerdictBand(look, self, role="title")

    def show_stage(self, stage: SignInStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.hint.show_text(stage.hint)
        self.person.show_text(stage.person)
        self.person.setVisible(bool(stage.person))
        self.picture.show_picture(stage.picture)
        self.pad.show_pad(stage.pad)
        self.problem.show_verdict(stage.problem)
        self.arrange()

    def arrange(self) -> None:
        """Two columns with a pad, one without."""
        box, gap = self.room(), self.look.px(GAP)
        right = box.width() * 42 // 100
        words = box.adjusted(0, 0, 0 if self.pad.isHidden() else -right - 2 * gap, 0)
        stack(words, [self.title, self.person, self.hint, self.picture, self.problem], gap)
        pad = box.adjusted(box.width() - right, 0, 0, 0)
        self.pad.setGeometry(pad)
