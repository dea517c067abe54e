"""The whole lot on one screen: what is recorded, signed, open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import OverviewStage, RecordRow
from terminal.widgets.facts import FactList
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.pager import Pager
from terminal.widgets.part import Part
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class RecordLine(Part):
    """A record: state, what with its operation and person, value, time."""

    def __init__(self, look: Look, record: RecordRow, parent: QWidget) -> None:
        """Show ``record``."""
        super().__init__(look, parent)
        self.dress("raised", "hair")
        self.icon = MarkIcon(look, 26, self)
        self.icon.show_mark(record.mark)
        self.what = label(look, "small-bold", self, text=record.what)
        beside = " · ".join(word for word in (record.operation, record.person) if word)
        self.beside = label(look, "caption", self, text=beside, ink="muted")
        self.value = label(look, "body-bold", self, text=record.value)
        ink = f"{record.mark.value}.text"
        self.word = label(look, "caption-bold", self, text=record.word, ink=ink)
        self.time = label(look, "caption", self, text=record.time, ink="muted")
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Widths of what, value, time."""
        room = width - self.look.px(10 * 5) - self.icon.side
        time = min(self.time.natural(), room * 20 // 100)
        what = (room - time) * 56 // 100
        return what, room - time - what, time

    def want(self, width: int) -> int:
        """Two lines or more."""
        what, value, time = self._columns(width)
        left = self.what.want(what) + self.beside.want(what)
        right = self.value.want(value) + self.word.want(value)
        return max(left, right, self.time.want(time)) + self.look.px(8)

    def arrange(self) -> None:
        """Four columns."""
        px = self.look.px
        what, value, time = self._columns(self.width())
        top, high, left = px(4), self.height() - px(8), px(10)
        self.icon.setGeometry(left, top, self.icon.side, high)
        left += self.icon.side + px(10)
        first = self.what.want(what)
        self.what.setGeometry(left, top, what, first)
        self.beside.setGeometry(left, top + first, what, high - first)
        left += what + px(10)
        first = self.value.want(value)
        self.value.setGeometry(left, top, value, first)
        self.word.setGeometry(left, top + first, value, high - first)
        self.time.setGeometry(left + value + px(10), top, time, high)


class OverviewView(StageView[OverviewStage]):
    """Records left, open points and facts right, readiness across."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.records = Pager(look, taps, self, gap=4)
        self.facts = FactList(look, taps, self)
        self.verdict = VerdictBand(look, self)
        self.rows: tuple[RecordRow, ...] = ()

    def show_stage(self, stage: OverviewStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.facts.show_facts((*stage.open_points, *stage.facts))
        self.verdict.show_verdict(stage.verdict)
        if stage.rows != self.rows:
            self.rows = stage.rows
            lines = [RecordLine(self.look, record, self.records) for record in stage.rows]
            self.records.show_rows(lines)
        self.arrange()

    def arrange(self) -> None:
        """Head, two columns, verdict."""
        box, gap = self.room(), self.look.px(GAP)
        high = self.title.want(box.width())
        self.title.setGeometry(box.left(), box.top(), box.width(), high)
        box.setTop(box.top() + high + self.look.px(8))
        if not self.verdict.isHidden():
            band = (self.verdict.want(box.width()) + self.verdict.least(box.width())) // 2
            self.verdict.setGeometry(box.left(), box.bottom() - band + 1, box.width(), band)
            box.setBottom(box.bottom() - band - gap)
        split = box.width() * 60 // 100
        self.records.setGeometry(box.adjusted(0, 0, split - box.width(), 0))
        self.facts.setGeometry(box.adjusted(split + gap, 0, 0, 0))
