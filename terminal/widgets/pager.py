"""A list that shows what fits and pages with two large buttons; nothing is dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP, TARGET
from terminal.widgets.label import label
from terminal.widgets.part import Part
from terminal.widgets.picture import Icon
from terminal.widgets.press import Press, Taps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from terminal.theme import Look


class PageButton(Press):
    """Turns the page of its pager; sends no intent."""

    def __init__(self, pager: Pager, name: str, step: int) -> None:
        """``step``: -1 or 1."""
        super().__init__(pager.look, pager.taps, pager)
        self.pager, self.step = pager, step
        self.picture = Icon(pager.look, name, 36, self)
        self.dress("raised", "line")

    def tap(self) -> None:
        """Turn the page."""
        if self.taps.allow(self):
            self.pager.turn(self.step)

    def show_active(self, *, active: bool) -> None:
        """Grey where there is no further page."""
        self.active = active
        self.resting = "raised" if active else "surface"
        self.dress(self.resting, "line" if active else "hair")
        self.picture.show_icon(self.picture.name, "text" if active else "hair")

    def arrange(self) -> None:
        """The icon fills the button."""
        self.picture.setGeometry(self.rect())


class Pager(Part):
    """Rows one under the other, a page at a time."""

    def __init__(
        self,
        look: Look,
        taps: Taps,
        parent: QWidget | None = None,
        *,
        gap: int = GAP,
        latest: bool = False,
        beside: bool = False,
    ) -> None:
        """``gap``: between rows; ``latest``: where room is short, the last rows and a count.

        ``beside``: the buttons stand at the right of the rows, so that more rows fit.
        """
        super().__init__(look, parent)
        self.beside = beside
        self.taps, self.gap = taps, look.px(gap)
        self.rows: list[Part] = []
        self.page = 0
        self.latest = latest
        self.rows_least = 2
        """How many of the highest rows must fit on a page."""
        self.firm = False
        """Whether all rows must show: others give way first."""
        self.stretch = 1
        self.up, self.down = PageButton(self, "chevron-up", -1), PageButton(self, "chevron-down", 1)
        self.count = label(look, "small-bold", self, wrap=False)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages: list[tuple[int, int]] = []

    def show_rows(self, rows: Sequence[Part]) -> None:
        """Take new rows (made with this pager as parent) in place of the old."""
        for old in self.rows:
            old.hide()
            old.deleteLater()
        self.rows = list(rows)
        self.page = 0
        self.arrange()

    def turn(self, step: int) -> None:
        """Another page."""
        self.page = max(0, min(len(self._pages) - 1, self.page + step))
        self.arrange()

    def want(self, width: int) -> int:
        """All rows."""
        return sum(row.want(width) for row in self.rows) + self.gap * max(0, len(self.rows) - 1)

    def least(self, width: int) -> int:
        """All rows if few, else the highest row and the buttons."""
        highest = max((row.want(width) for row in self.rows), default=0)
        if self.firm:
            return self.want(width)
        if self.latest:
            return min(self.want(width), highest + self._line())
        bar = self.look.px(TARGET + GAP)
        rows = self.rows_least
        return min(self.want(width), highest * rows + self.gap * (rows - 1) + bar)

    def _line(self) -> int:
        """Height of the count of rows not shown."""
        return self.look.bar(26)

    def _arrange_latest(self) -> None:
        """The last rows that fit, under how many there are before them."""
        for part in (self.up, self.down):
            part.hide()
        room, first = self.height() - self._line(), len(self.rows)
        while first and (high := self.rows[first - 1].want(self.width())) <= room:
            room -= high + self.gap
            first -= 1
        self.count.setVisible(first > 0)
        self.count.show_text(f"▲ {first}")
        self.count.setGeometry(0, 0, self.width(), self._line())
        top = self._line()
        for index, row in enumerate(self.rows):
            row.setVisible(index >= first)
            if index >= first:
                high = row.want(self.width())
                row.setGeometry(0, top, self.width(), high)
                top += high + self.gap

    def _split(self, width: int, room: int) -> list[tuple[int, int]]:
        """Pages as ranges of rows."""
        pages, start, used = [], 0, 0
        for index, row in enumerate(self.rows):
            high = row.want(width)
            if index > start and used + high > room:
                end = index - 1 if self.rows[index - 1].leads and index - 1 > start else index
                pages.append((start, end))
                start, used = end, 0 if end == index else self.rows[end].want(width) + self.gap
            used += high + self.gap
        return [*pages, (start, len(self.rows))]

    def arrange(self) -> None:
        """Show the rows of this page, and the buttons where there is another."""
        width, bar = self.width(), self.look.px(TARGET)
        whole = self.want(width) <= self.height()
        if self.latest and not whole:
            self._arrange_latest()
            return
        room, taken = self.height(), 0 if whole else bar + self.look.px(GAP)
        width, room = (width - taken, room) if self.beside else (width, room - taken)
        self._pages = self._split(width, room)
        self.page = min(self.page, len(self._pages) - 1)
        first, last = self._pages[self.page]
        top = 0
        for index, row in enumerate(self.rows):
            shown = first <= index < last
            row.setVisible(shown)
            if shown:
                high = row.want(width)
                row.setGeometry(0, top, width, high)
                top += high + self.gap
        self._arrange_buttons(bar, whole=whole)

    def _arrange_buttons(self, bar: int, *, whole: bool) -> None:
        """Up and down with the page between: below the rows, or beside them."""
        for part in (self.up, self.down, self.count):
            part.setVisible(not whole)
        if whole:
            return
        if self.beside:
            left, high = self.width() - bar, min(self.look.px(160), self.height() * 2 // 5)
            self.up.setGeometry(left, 0, bar, high)
            self.down.setGeometry(left, self.height() - high, bar, high)
            self.count.setGeometry(left, high, bar, self.height() - 2 * high)
        else:
            top, wide = self.height() - bar, min(self.look.px(160), self.width() // 3)
            self.up.setGeometry(0, top, wide, bar)
            self.down.setGeometry(self.width() - wide, top, wide, bar)
            self.count.setGeometry(wide, top, self.width() - 2 * wide, bar)
        self.count.show_text(f"{self.page + 1} / {len(self._pages)}")
        self.up.show_active(active=self.page > 0)
        self.down.show_active(active=self.page < len(self._pages) - 1)
