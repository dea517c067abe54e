"""Choose one of a few, with the facts beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.screens.stage import StageView
from terminal.theme import GAP, TARGET
from terminal.views import Choice, ChooseStage
from terminal.widgets.facts import FactList
from terminal.widgets.label import label
from terminal.widgets.matrix import Matrix
from terminal.widgets.pager import Pager
from terminal.widgets.part import inner, stack, stack_want
from terminal.widgets.picture import Icon
from terminal.widgets.press import Press

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class ChoiceRow(Press):
    """One large choice; the chosen one is filled and ticked."""

    def __init__(self, look: Look, taps: Taps, choice: Choice, parent: QWidget) -> None:
        """Show ``choice``."""
        super().__init__(look, taps, parent)
        self.aim(choice.intent, choice.params)
        ink = "on_usual" if choice.chosen else "text"
        self.resting = "usual" if choice.chosen else "raised"
        self.dress(self.resting, "line")
        self.tick = Icon(look, "circle-dot" if choice.chosen else "circle", 32, self)
        self.tick.ink = ink
        self.word = label(look, "action", self, text=choice.label, ink=ink)
        self.detail = label(look, "small", self, text=choice.detail, ink=ink)
        self.detail.setVisible(bool(choice.detail))
        self.code = Matrix(look, self)
        self.code.show_code(choice.command)

    def _text_width(self, width: int) -> int:
        """Room for words."""
        code = 0 if self.code.isHidden() else self.look.px(60 + 8)
        return width - self.look.px(14 + 12 + 12) - self.tick.side - code

    def want(self, width: int) -> int:
        """Words with air, at least a target high."""
        words = stack_want([self.word, self.detail], self._text_width(width), 0)
        return max(self.look.px(TARGET + 24), words + self.look.px(20))

    def arrange(self) -> None:
        """Tick, words, code."""
        px, wide = self.look.px, self._text_width(self.width())
        self.tick.setGeometry(px(14), 0, self.tick.side, self.height())
        high = stack_want([self.word, self.detail], wide, 0)
        box = inner(self.rect(), 0, max(px(4), (self.height() - high) // 2))
        box.setLeft(px(14 + 12) + self.tick.side)
        box.setWidth(wide)
        stack(box, [self.word, self.detail], 0)
        side = px(60)
        self.code.setGeometry(self.width() - side - px(10), (self.height() - side) // 2, side, side)


class ChooseView(StageView[ChooseStage]):
    """Question and choices right, facts left."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.question = label(look, "body", self)
        self.facts = FactList(look, taps, self)
        self.list = Pager(look, taps, self)
        self.choices: tuple[Choice, ...] = ()

    def show_stage(self, stage: ChooseStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.question.show_text(stage.question)
        self.question.setVisible(bool(stage.question))
        self.facts.show_facts(stage.facts)
        if stage.choices != self.choices:
            page, same = self.list.page, len(stage.choices) == len(self.choices)
            self.choices = stage.choices
            rows = [ChoiceRow(self.look, self.taps, choice, self.list) for choice in stage.choices]
            self.list.show_rows(rows)
            if same:
                self.list.turn(page)
        self.arrange()

    def arrange(self) -> None:
        """Head over two columns."""
        box, gap = self.room(), self.look.px(GAP)
        head = [self.title, self.question]
        high = min(stack_want(head, box.width(), self.look.px(6)), box.height() * 35 // 100)
        stack(box.adjusted(0, 0, 0, high - box.height()), head, self.look.px(6))
        box.setTop(box.top() + high + gap)
        split = box.width() * 42 // 100 if self.facts.facts else 0
        self.facts.setGeometry(box.adjusted(0, 0, split - box.width(), 0))
        self.list.setGeometry(box.adjusted(split + gap if split else 0, 0, 0, 0))
