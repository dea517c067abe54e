"""Blocked is a full answer: the rule, its source, what is known, who lifts it, what meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import BlockedStage
from terminal.widgets.facts import FactList
from terminal.widgets.label import Label, label
from terminal.widgets.part import Part, inner, stack, stack_want
from terminal.widgets.picture import Icon
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.part import Measured
    from terminal.widgets.press import Taps


class Paragraph(Part):
    """An icon and a text, in a panel."""

    def __init__(self, look: Look, icon: str, role: str, parent: QWidget) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("raised", "hair")
        self.icon = Icon(look, icon, 32, self)
        self.text = label(look, role, self)
        self.note = label(look, "small", self, ink="muted")
        self.note.hide()

    def show_words(self, text: str, note: str = "") -> None:
        """Show them; hidden where empty."""
        self.text.show_text(text)
        self.note.show_text(note)
        self.note.setVisible(bool(note))
        self.setVisible(bool(text))
        self.arrange()

    def _words(self) -> list[Label]:
        """Text and note."""
        return [self.text, self.note]

    def _left(self) -> int:
        """Where words begin."""
        return self.look.px(14 + 14) + self.icon.side

    def want(self, width: int) -> int:
        """The words' lines."""
        words = stack_want(self._words(), width - self._left() - self.look.px(12), self.look.px(2))
        return max(words, self.icon.side) + self.look.px(20)

    def least(self, width: int) -> int:
        """The words' lines at their least."""
        wide, gap = width - self._left() - self.look.px(12), self.look.px(2)
        words = stack_want(self._words(), wide, gap, least=True)
        return max(words, self.icon.side) + self.look.px(20)

    def arrange(self) -> None:
        """Icon left."""
        box = inner(self.rect(), self.look.px(12), self.look.px(10))
        self.icon.setGeometry(self.look.px(14), box.top(), self.icon.side, box.height())
        box.setLeft(self._left())
        high = stack_want(self._words(), box.width(), self.look.px(2))
        if high < box.height():
            box.setTop(box.top() + (box.height() - high) // 2)
            box.setHeight(high)
        stack(box, self._words(), self.look.px(2))


class BlockedView(StageView[BlockedStage]):
    """Verdict across; rule and cures left, what is known right."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.verdict = VerdictBand(look, self)
        self.rule = Paragraph(look, "ban", "reading", self)
        self.lifted_by = Paragraph(look, "user-round", "reading", self)
        self.meanwhile = Paragraph(look, "corner-down-left", "reading", self)
        self.known = FactList(look, taps, self)

    def show_stage(self, stage: BlockedStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.verdict.show_verdict(stage.verdict)
        if stage.rule == stage.verdict.detail:
            self.rule.show_words(stage.source)
        else:
            self.rule.show_words(stage.rule, stage.source)
        self.lifted_by.show_words(stage.lifted_by)
        self.meanwhile.show_words(stage.meanwhile)
        self.known.show_facts(stage.known)
        self.arrange()

    def arrange(self) -> None:
        """Head over two columns."""
        box, gap, px = self.room(), self.look.px(GAP), self.look.px
        head: list[Measured] = [self.title, self.verdict]
        high = min(stack_want(head, box.width(), px(8)), box.height() * 45 // 100)
        stack(box.adjusted(0, 0, 0, high - box.height()), head, px(8))
        box.setTop(box.top() + high + gap)
        split = box.width() * 55 // 100 if self.known.facts else box.width()
        left = box.adjusted(0, 0, split - box.width(), 0)
        stack(left, [self.rule, self.lifted_by, self.meanwhile], gap)
        self.known.setGeometry(box.adjusted(split + gap, 0, 0, 0))
