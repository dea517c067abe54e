"""The whole lot on one screen: what needs a look first, then every record; readiness across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt

from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import OverviewStage, RecordRow
from terminal.widgets.facts import FactList
from terminal.widgets.label import label
from terminal.widgets.pager import Pager
from terminal.widgets.record import record_line
from terminal.widgets.verdict import VerdictBand

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps

LIST = 0.73
"""The records' share of the width."""


class OverviewView(StageView[OverviewStage]):
    """Readiness across, records left, open points and facts right."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.dated = label(look, "small", self, ink="muted")
        self.dated.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.records = Pager(look, taps, self, gap=3, beside=True)
        self.facts = FactList(look, taps, self)
        self.verdict = VerdictBand(look, self)
        self.rows: tuple[RecordRow, ...] = ()

    def show_stage(self, stage: OverviewStage) -> None:
        """Show it."""
        self.title.show_text(stage.title)
        self.dated.show_text(stage.dated)
        self.facts.show_facts((*stage.open_points, *stage.facts))
        self.verdict.show_verdict(stage.verdict)
        if stage.rows != self.rows:
            self.rows = stage.rows
            lines = [record_line(self.look, record, self.records) for record in stage.rows]
            self.records.show_rows(lines)
        self.arrange()

    def _arrange_head(self, box: QRect) -> int:
        """Title and date; the place below."""
        dated = min(self.dated.natural() + 2, box.width() // 2) if self.dated.text() else 0
        room = box.width() - dated - (self.look.px(GAP) if dated else 0)
        high = self.title.want(room)
        self.title.setGeometry(box.left(), box.top(), room, high)
        self.dated.setGeometry(box.right() - dated + 1, box.top(), dated, high)
        return box.top() + high

    def arrange(self) -> None:
        """Head, verdict, two columns."""
        box, gap = self.room(), self.look.px(GAP)
        box.setTop(self._arrange_head(box) + self.look.px(6))
        if not self.verdict.isHidden():
            band = self.verdict.least(box.width())
            self.verdict.setGeometry(box.left(), box.top(), box.width(), band)
            box.setTop(box.top() + band + gap)
        split = int(box.width() * (LIST if self.facts.facts else 1))
        self.records.setGeometry(box.adjusted(0, 0, split - box.width(), 0))
        self.facts.setGeometry(box.adjusted(split + gap, 0, 0, 0))
