"""The job orders of this station; one touch opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from terminal.intents import command
from terminal.screens.stage import StageView
from terminal.theme import GAP
from terminal.views import WorkItem, WorkListStage
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.matrix import Matrix
from terminal.widgets.pager import Pager
from terminal.widgets.part import Part, stack
from terminal.widgets.press import Press

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from terminal.theme import Look
    from terminal.widgets.press import Taps


class Progress(Part):
    """How much is done."""

    done = 0.0

    def least(self, width: int) -> int:  # noqa: ARG002
        """A bar of 10 px."""
        return self.look.px(10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """A trough and what is done."""
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self.look.colour("line"))
        painter.setBrush(self.look.colour("ground"))
        painter.drawRect(box)
        painter.setBrush(self.look.colour("text"))
        painter.drawRect(
            QRectF(0.5, 0.5, box.width() * min(1.0, max(0.0, self.done)), box.height())
        )
        painter.end()


class JobRow(Press):
    """A job order as one large target."""

    def __init__(self, look: Look, taps: Taps, item: WorkItem, parent: QWidget) -> None:
        """Show ``item``."""
        super().__init__(look, taps, parent)
        params = (("job_order", item.job_order),)
        self.aim("open_job", params)
        self.dress("raised", "line")
        self.icon = MarkIcon(look, 36, self)
        self.icon.show_mark(item.mark)
        ink = f"{item.mark.value}.text"
        self.word = label(look, "small-bold", self, text=item.word, ink=ink)
        self.order = label(look, "action", self, text=f"{item.job_order}  ·  {item.lot}")
        self.product = label(look, "body", self, text=item.product)
        self.now = label(look, "small", self, text=item.now, ink="muted")
        self.progress = label(look, "small-bold", self, text=item.progress)
        self.progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar = Progress(look, self)
        self.bar.done = item.done
        self.code = Matrix(look, self)
        self.code.show_code(command("open_job", params))

    def _columns(self, width: int) -> tuple[int, int]:
        """Widths of the words and of the state."""
        px = self.look.px
        room = width - px(16 + 64 + 16 + 36 + 12 + 20)
        side = round(room * 0.27)
        return room - side, side

    def want(self, width: int) -> int:
        """Three lines of words."""
        words, side = self._columns(width)
        left = sum(part.want(words) for part in (self.order, self.product, self.now))
        right = self.word.want(side) + self.progress.want(side) + self.look.px(24)
        return max(left, right, self.look.px(96)) + self.look.px(20)

    def arrange(self) -> None:
        """Mark, words, state with progress, code."""
        px = self.look.px
        words, side = self._columns(self.width())
        high = self.height() - px(20)
        self.icon.setGeometry(px(16), px(10), px(36), high)
        left = px(16 + 36 + 14)
        box = self.rect().adjusted(left, px(10), left + words - self.width(), -px(10))
        stack(box, [self.order, self.product, self.now], 0)
        left += words + px(12)
        right = self.rect().adjusted(left, px(10), left + side - self.width(), -px(10))
        stack(right, [self.word, self.progress, self.bar], px(6))
        code = px(60)
        self.code.setGeometry(self.width() - code - px(10), (self.height() - code) // 2, code, code)


class WorkListView(StageView[WorkListStage]):
    """A title and a paged list."""

    def __init__(self, look: Look, taps: Taps, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, taps, parent)
        self.title = label(look, "title", self)
        self.empty = label(look, "expected", self)
        self.list = Pager(look, taps, self)
        self.items: tuple[WorkItem, ...] = ()

    def show_stage(self, stage: WorkListStage) -> None:
        """Show it; rows are made anew only where the list changed."""
        self.title.show_text(stage.title)
        self.empty.show_text(stage.empty)
        self.empty.setVisible(not stage.items)
        if stage.items != self.items:
            self.items = stage.items
            rows = [JobRow(self.look, self.taps, item, self.list) for item in stage.items]
            self.list.show_rows(rows)
        self.arrange()

    def arrange(self) -> None:
        """Title over list."""
        stack(self.room(), [self.title, self.empty, self.list], self.look.px(GAP))
