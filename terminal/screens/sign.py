"""Signing: exactly what is signed, its meaning, who signs, and the component asked for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import SignStage
from terminal.widgets.blocks import TextPages
from terminal.widgets.label import label
from terminal.widgets.pad import NumberPad
from terminal.widgets.part import stack
from terminal.widgets.picture import Icon
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class SignView(StageView[SignStage]):
    """Person, meaning and the text in full left; what is asked for right."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.text = TextPages(look, taps, self)
        self.meaning = label(look, "body-bold", self)
        self.asks = label(look, "body-bold", self)
        self.icon = Icon(look, "signature", 120, self)
        self.icon.stretch = 1
        self.icon.ink = "muted"
        self.pad = NumberPad(look, taps, self)
        self.pad.stretch = 1
        self.problem = VerdictBand(look, self, small=True)
        self.meaning.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def show_stage(self, stage: SignStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.text.show_text(stage.text)
        who = (stage.person, stage.meaning)
        self.meaning.show_text(" · ".join(word for word in who if word))
        self.asks.show_text(stage.asks)
        self.pad.show_pad(stage.pad)
        self.icon.setVisible(stage.pad is None)
        asked = stage.pad is not None and stage.pad.prompt == stage.asks
        self.asks.setVisible(bool(stage.asks) and not asked)
        self.problem.show_verdict(stage.problem)
        self.arrange()

    def arrange(self) -> None:
        """Title over two columns."""
        box, gap = self.room(), self.look.px(GAP)
        tight = self.look.text > 1 and not self.pad.isHidden()
        high = self.title.least(box.width()) if tight else self.title.want(box.width())
        self.title.setGeometry(box.left(), box.top(), box.width(), high)
        box.setTop(box.top() + high + self.look.px(8))
        split = box.width() * 56 // 100
        left = box.adjusted(0, 0, split - box.width(), 0)
        stack(left, [self.meaning, self.text], self.look.px(4))
        right = box.adjusted(split + 2 * gap, 0, 0, 0)
        stack(right, [self.problem, self.asks, self.icon, self.pad], self.look.px(6))
