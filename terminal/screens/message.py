"""Starting, waiting, rescue and crash: what happened, why, what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from terminal.screens.stage import StageView
from terminal.screens.work_list import Progress
from terminal.theme import GAP
from terminal.views import MessageStage
from terminal.widgets.blocks import TextPages
from terminal.widgets.facts import FactList
from terminal.widgets.label import label
from terminal.widgets.part import Part, inner, stack, stack_want
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.part import Measured
    from terminal.widgets.press import Taps


class Code(Part):
    """A code to read out, letter by letter."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("raised", "line", 2)
        self.word = label(look, "echo", self, align=Qt.AlignmentFlag.AlignCenter)

    def least(self, width: int) -> int:
        """The words with air."""
        return self.word.least(width - self.look.px(24)) + self.look.px(16)

    def want(self, width: int) -> int:
        """The words with air."""
        return self.word.want(width - self.look.px(24)) + self.look.px(16)

    def arrange(self) -> None:
        """Inside."""
        self.word.setGeometry(inner(self.rect(), self.look.px(12), self.look.px(8)))


class MessageView(StageView[MessageStage]):
    """One column, or two where there are facts."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.verdict = VerdictBand(look, self)
        self.progress = Progress(look, self)
        self.lines = TextPages(look, taps, self, role="reading")
        self.lines.stretch = 0
        self.facts = FactList(look, taps, self)
        self.code = Code(look, self)

    def show_stage(self, stage: MessageStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.title.setVisible(bool(stage.title))
        self.verdict.show_verdict(stage.verdict)
        self.lines.role = "body" if stage.facts else "reading"  # there is less room beside facts
        self.lines.show_text("\n\n".join(stage.lines))
        self.lines.setVisible(bool(stage.lines))
        self.facts.show_facts(stage.facts)
        self.code.word.show_text(stage.code)
        self.code.setVisible(bool(stage.code) and stage.code != stage.verdict.detail)
        self.progress.setVisible(stage.progress is not None)
        self.progress.done = stage.progress or 0.0
        self.progress.update()
        self.arrange()

    def arrange(self) -> None:
        """One under the other; facts beside the lines."""
        gap, box = self.look.px(GAP), self.room()
        head: list[Measured] = [self.title, self.verdict, self.progress]
        if not self.facts.facts:
            stack(box, [*head, self.lines, self.code], gap)
            return
        close = self.look.px(8)
        high = stack_want(head, box.width(), close)
        stack(box.adjusted(0, 0, 0, high - box.height()), head, close)
        box.setTop(box.top() + high + close)
        split = box.width() * 56 // 100
        left = box.adjusted(0, 0, split - box.width(), 0)
        stack(left, [self.lines, self.code], gap)
        self.facts.setGeometry(box.adjusted(split + gap, 0, 0, 0))
