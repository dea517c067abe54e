"""The step: the instruction left, the answer right, the verdict across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import Mark, StepStage, Verdict
from terminal.widgets.band import LimitBand
from terminal.widgets.facts import FactList
from terminal.widgets.label import label
from terminal.widgets.pad import NumberPad
from terminal.widgets.part import Part, inner, stack, stack_want
from terminal.widgets.picture import Picture
from terminal.widgets.value import LiveValue
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.part import Measured
    from terminal.widgets.press import Taps

LEFT = 0.41
"""The instruction's share of the width."""


class Answer(Part):
    """What is expected and what is there, in one panel."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("raised", "hair")
        self.label = label(look, "small", self, ink="muted")
        self.expected = label(look, "expected", self)
        self.value = LiveValue(look, self)
        self.band = LimitBand(look, self)
        self.source = label(look, "body", self, ink="muted")
        self.parts: list[Measured] = [self.label, self.expected, self.value, self.band, self.source]

    def show_stage(self, stage: StepStage) -> None:
        """Show it."""
        self.label.show_text(stage.expected_label)
        self.expected.show_text(stage.expected)
        self.value.show_value(stage.value, stage.unit)
        self.band.show_band(stage.band)
        self.source.show_text(stage.source)
        live = bool(stage.value) or stage.kind == "measure"
        self.value.setVisible(live and stage.pad is None)
        crowded = self.look.text > 1 and stage.verdict is not None
        self.label.setVisible(bool(stage.expected_label) and not crowded)
        self.expected.setVisible(bool(stage.expected))
        self.source.setVisible(bool(stage.source))
        self.setVisible(any(not part.isHidden() for part in self.parts))
        self.arrange()

    def _around(self) -> int:
        """Padding above and below."""
        return 2 * self.look.px(10)

    def want(self, width: int) -> int:
        """All lines."""
        return stack_want(self.parts, width - self._around() * 2, self.look.px(6)) + self._around()

    def least(self, width: int) -> int:
        """All lines at their least."""
        wide = width - self._around() * 2
        return stack_want(self.parts, wide, self.look.px(6), least=True) + self._around()

    def arrange(self) -> None:
        """One under the other."""
        stack(inner(self.rect(), self.look.px(20), self.look.px(10)), self.parts, self.look.px(6))


class StepView(StageView[StepStage]):
    """The working screen."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.where = label(look, "small", self, ink="muted")
        self.sample = label(look, "body-bold", self, wrap=False)
        self.sample.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.title = label(look, "title", self)
        self.instruction = label(look, "body", self)
        self.instruction.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.critical = VerdictBand(look, self, small=True)
        self.picture = Picture(look, self, low=64)
        self.answer = Answer(look, self)
        self.image = Picture(look, self, low=140)
        self.image.hide()
        self.pad = NumberPad(look, taps, self)
        self.facts = FactList(look, taps, self, latest=True)
        self.history = FactList(look, taps, self, latest=True)
        self.verdict = VerdictBand(look, self)

    def show_stage(self, stage: StepStage) -> None:
        """Show it."""
        self.where.show_text(stage.where)
        self.sample.show_text(stage.sample)
        self.title.show_text(stage.title)
        self.instruction.show_text(stage.instruction)
        critical = Verdict(Mark.WARN, stage.critical) if stage.critical else None
        self.critical.show_verdict(critical)
        self.picture.show_picture(stage.picture)
        self.answer.show_stage(stage)
        self.image.show_picture(png=stage.image)
        self.image.setVisible(not self.image.empty)
        self.pad.show_pad(stage.pad)
        self.facts.show_facts(() if stage.pad else stage.facts)
        self.history.show_facts(() if stage.pad else stage.history)
        self.verdict.show_verdict(stage.verdict)
        self.arrange()

    def arrange(self) -> None:
        """Head, two columns, verdict."""
        box, gap = self.room(), self.look.px(GAP)
        top = self._arrange_head(box)
        box.setTop(top + self.look.px(6))
        if not self.verdict.isHidden():
            least, want = self.verdict.least(box.width()), self.verdict.want(box.width())
            high = want if self.look.text == 1 else (want + 2 * least) // 3
            self.verdict.setGeometry(box.left(), box.bottom() - high + 1, box.width(), high)
            box.setBottom(box.bottom() - high - gap)
        wide = int(box.width() * LEFT)
        left = QRect(box.left(), box.top(), wide, box.height())
        right = QRect(left.right() + 1 + gap, box.top(), box.width() - wide - gap, box.height())
        stack(left, [self.instruction, self.critical, self.picture], gap)
        self._arrange_answer(right, gap)

    def _arrange_head(self, box: QRect) -> int:
        """Where, sample and title; the place below."""
        sample = self.sample.natural() if self.sample.text() else 0
        room = box.width() - sample - self.look.px(GAP if sample else 0)
        high = max(self.where.want(room), self.sample.want(sample) if sample else 0)
        self.where.setGeometry(box.left(), box.top(), room, high)
        self.sample.setGeometry(box.right() - sample + 1, box.top(), sample, high)
        size = (self.title.want(box.width()) * 2 + self.title.least(box.width())) // 3
        title = self.title.want(box.width()) if self.look.text == 1 else size
        if self.look.text > 1 and not self.pad.isHidden():
            title = self.title.least(box.width())
        self.title.setGeometry(box.left(), box.top() + high, box.width(), title)
        return box.top() + high + title

    def _arrange_answer(self, box: QRect, gap: int) -> None:
        """Answer, image, facts, earlier attempts; with a pad, the pad under the answer."""
        self.answer.stretch = int(self.facts.isHidden() and self.image.isHidden())
        parts: list[Part] = [self.answer, self.image, self.facts, self.history]
        if not self.pad.isHidden():
            beside = self.pad.least(box.width()) + gap + self.answer.least(box.width())
            self.answer.setVisible(beside <= box.height())
            parts = [self.answer, self.pad]
            self.pad.stretch = 1
        self._give_way(parts, box, gap)
        self.facts.firm = True
        self.facts.firm = stack_want(parts, box.width(), gap, least=True) <= box.height()
        stack(box, parts, gap)

    def _give_way(self, parts: list[Part], box: QRect, gap: int) -> None:
        """With large text and a notice: first the caption goes, then the earlier attempts.

        Both are to be had elsewhere: the rail counts repeats, the overview lists every attempt.
        """
        self.facts.firm = False
        for part in (self.answer.label, self.history):
            if stack_want(parts, box.width(), gap, least=True) > box.height():
                part.hide()
        self.answer.arrange()
