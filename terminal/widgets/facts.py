"""Facts: a label and a value, with a mark where the value is a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP
from terminal.views import Fact, Mark
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.pager import Pager
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look
    from terminal.widgets.press import Taps


class FactRow(Part):
    """Label over value would waste height: label left, value right, on one ground line."""

    def __init__(self, look: Look, fact: Fact, parent: QWidget) -> None:
        """Show ``fact``."""
        super().__init__(look, parent)
        self.fact = fact
        self.column = 0
        self.marked = fact.mark is not Mark.NONE
        self.icon = MarkIcon(look, 24, self)
        self.icon.show_mark(fact.mark)
        self.icon.setVisible(fact.mark is not Mark.NONE)
        self.name = label(look, "small", self, text=fact.label, ink="muted")
        ink = "text" if fact.mark is Mark.NONE else f"{fact.mark.value}.text"
        self.value = label(look, "body-bold", self, text=fact.value, ink=ink)
        self.name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.value.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.dress("raised" if fact.mark is Mark.NONE else f"{fact.mark.value}.soft", "hair")

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Widths of icon, label, value."""
        pad = self.look.px(10)
        icon = self.icon.side + self.look.px(8) if self.marked else 0
        room = width - 2 * pad - icon - self.look.px(GAP)
        if not self.fact.value:
            return icon, room, 0
        if not self.fact.label:
            return icon, 0, room
        name = min(max(self.column, self.name.natural() + 2), round(room * 0.42))
        return icon, name, room - name

    def want(self, width: int) -> int:
        """The higher of both."""
        _, name, value = self._columns(width)
        high = max(
            self.name.want(name) if name else 0,
            self.value.want(value) if value else 0,
            0 if self.icon.isHidden() else self.icon.side,
        )
        return high + 2 * self.look.px(5)

    def least(self, width: int) -> int:
        """Rows do not shrink; lists page."""
        return self.want(width)

    def arrange(self) -> None:
        """Icon, label, value."""
        icon, name, value = self._columns(self.width())
        left, top = self.look.px(10), self.look.px(5)
        high = self.height() - 2 * top
        self.icon.setGeometry(left, top, self.icon.side, min(high, self.icon.side))
        left += icon
        self.name.setGeometry(left, top, name, high)
        left += name + (self.look.px(GAP) if name else 0)
        self.value.setGeometry(left, top, value, high)


class FactList(Pager):
    """A paged list of facts, rebuilt only when they change."""

    def __init__(
        self, look: Look, taps: Taps, parent: QWidget | None = None, *, latest: bool = False
    ) -> None:
        """Hidden while empty."""
        super().__init__(look, taps, parent, gap=4, latest=latest)
        self.facts: tuple[Fact, ...] = ()
        self.hide()

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show them."""
        self.setVisible(bool(facts))
        if facts != self.facts:
            self.facts = facts
            rows = [FactRow(self.look, fact, self) for fact in facts]
            column = max((row.name.natural() + 2 for row in rows), default=0)
            marked = any(row.marked for row in rows)
            for row in rows:
                row.column, row.marked = column, marked
            self.show_rows(rows)
