"""Help: what this screen is for, with the picture of the right and the wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import HelpStage, Mark, Verdict
from terminal.widgets.blocks import TextPages
from terminal.widgets.label import label
from terminal.widgets.part import Part, stack
from terminal.widgets.picture import Picture
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class Example(Part):
    """A picture over its word."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.picture = Picture(look, self)
        self.word = VerdictBand(look, self, small=True)

    def show_example(self, picture: str, mark: Mark, word: str) -> None:
        """Show it, or hide where there is no picture."""
        self.picture.show_picture(picture)
        self.word.show_verdict(Verdict(mark, word) if word else None)
        self.setVisible(bool(picture))
        self.arrange()

    def arrange(self) -> None:
        """Picture above."""
        stack(self.rect(), [self.picture, self.word], self.look.px(6))


class HelpView(StageView[HelpStage]):
    """Lines left, right and wrong at the right."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.lines = TextPages(look, taps, self, role="reading")
        self.right, self.wrong = Example(look, self), Example(look, self)

    def show_stage(self, stage: HelpStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.lines.show_text("\n\n".join(stage.lines))
        self.right.show_example(stage.right_picture, Mark.PASS, stage.right_word)
        self.wrong.show_example(stage.wrong_picture, Mark.FAIL, stage.wrong_word)
        self.arrange()

    def arrange(self) -> None:
        """Title over two columns."""
        box, gap = self.room(), self.look.px(GAP)
        high = self.title.want(box.width())
        self.title.setGeometry(box.left(), box.top(), box.width(), high)
        box.setTop(box.top() + high + self.look.px(8))
        shown = [part for part in (self.right, self.wrong) if not part.isHidden()]
        split = box.width() * 52 // 100 if shown else box.width()
        self.lines.setGeometry(box.adjusted(0, 0, split - box.width(), 0))
        high = (box.height() - gap * (len(shown) - 1)) // max(1, len(shown))
        for index, part in enumerate(shown):
            left, top = box.left() + split + gap, box.top() + index * (high + gap)
            part.setGeometry(left, top, box.width() - split - gap, high)
