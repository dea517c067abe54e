"""The left rail: the operation's steps, done, now and to come. It scrolls by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.theme import RAIL
from terminal.views import Mark, RailItem
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.part import Part
from terminal.widgets.picture import Icon

if TYPE_CHECKING:
    from terminal.theme import Look

_ICONS = {"todo": "circle", "now": "play", "heading": ""}
_MARKS = {"done": Mark.PASS, "blocked": Mark.FAIL}


class Tally(Part):
    """An icon with a number: repeats, deviations, signed."""

    def __init__(self, look: Look, name: str, count: int, parent: QWidget) -> None:
        """``count`` 0 shows the icon alone."""
        super().__init__(look, parent)
        self.icon = Icon(look, name, 18, self)
        self.word = label(look, "caption-bold", self, text=str(count or ""), wrap=False)

    def natural(self) -> int:
        """Icon and number."""
        return self.icon.side + (self.word.natural() + self.look.px(2) if self.word.text() else 0)

    def arrange(self) -> None:
        """Side by side."""
        self.icon.setGeometry(0, 0, self.icon.side, self.height())
        left = self.icon.side + self.look.px(2)
        self.word.setGeometry(left, 0, self.width() - left, self.height())


class RailRow(Part):
    """A step or a heading."""

    def __init__(self, look: Look, item: RailItem, parent: QWidget) -> None:
        """Show ``item``."""
        super().__init__(look, parent)
        self.item = item
        now, heading = item.state == "now", item.state == "heading"
        if mark := _MARKS.get(item.state):
            icon = MarkIcon(look, 22, self)
            icon.show_mark(mark)
            self.icon: Part = icon
        else:
            picture = Icon(look, _ICONS.get(item.state, "circle"), 22, self)
            picture.ink = "on_usual" if now else "muted"
            self.icon = picture
        ink = "on_usual" if now else "text" if heading or item.state != "todo" else "muted"
        role = "small-bold" if now or heading else "small"
        self.title = label(look, role, self, text=item.title, ink=ink)
        word_ink = "on_usual" if now else "muted"
        self.word = label(look, "caption", self, text=item.word, ink=word_ink, wrap=False)
        self.tallies = self._tallies(look, "on_usual" if now else "text")
        if now:
            self.dress("usual")

    def _tallies(self, look: Look, ink: str) -> list[Tally]:
        """The marks this step has."""
        item = self.item
        wanted = [("rotate-cw", item.repeats), ("flag", item.deviations)]
        made = [Tally(look, name, count, self) for name, count in wanted if count]
        if item.signed:
            made.append(Tally(look, "signature", 0, self))
        for tally in made:
            tally.icon.ink = ink
            tally.word.ink = ink
        return made

    def _text_left(self) -> int:
        """Where the words begin."""
        return self.look.px(10) if self.item.state == "heading" else self.look.bar(22 + 18)

    def want(self, width: int) -> int:
        """Title lines, then a line of state and marks."""
        room = width - self._text_left() - self.look.px(8)
        second = self.word.want(room) if self.item.word or self.tallies else 0
        if self.tallies and not second:
            second = self.look.bar(22)
        return self.title.want(room) + second + 2 * self.look.px(5)

    def least(self, width: int) -> int:
        """Rows do not shrink; the rail scrolls."""
        return self.want(width)

    def arrange(self) -> None:
        """Icon left of the title; state and marks below."""
        px, left = self.look.px, self._text_left()
        room, top = self.width() - left - px(8), px(5)
        high = self.title.want(room)
        self.title.setGeometry(left, top, room, high)
        side = self.look.bar(22)
        line = self.look.size("small") * 27 // 20
        self.icon.setGeometry(px(10), top + max(0, (line - side) // 2), side, side)
        top += high
        rest = max(0, self.height() - top - px(5))
        right = self.width() - px(8)
        for tally in reversed(self.tallies):
            wide = tally.natural()
            right -= wide
            tally.setGeometry(right, top, wide, rest)
            right -= px(8)
        self.word.setGeometry(left, top, max(0, right - left), rest)


class Rail(Part):
    """Keeps the step that is now in sight; says how much is above and below."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.dress("surface")
        self.items: tuple[RailItem, ...] = ()
        self.rows: list[RailRow] = []
        centre = Qt.AlignmentFlag.AlignCenter
        self.above = label(look, "caption-bold", self, ink="muted", wrap=False, align=centre)
        self.below = label(look, "caption-bold", self, ink="muted", wrap=False, align=centre)

    def wide(self) -> int:
        """240 px, more with larger text."""
        return self.look.bar(RAIL)

    def show_items(self, items: tuple[RailItem, ...]) -> None:
        """Show them; rows are made anew only where they changed."""
        self.setVisible(bool(items))
        if items == self.items:
            return
        old = {row.item: row for row in self.rows}
        self.rows = [
            old.pop(item) if item in old else RailRow(self.look, item, self) for item in items
        ]
        for gone in old.values():
            gone.hide()
            gone.deleteLater()
        self.items = items
        self.arrange()

    def _window(self, room: int, width: int) -> tuple[int, int]:
        """Which rows are shown: grown around the one that is now."""
        states = [item.state for item in self.items]
        first = next((i for i, state in enumerate(states) if state in {"now", "blocked"}), 0)
        if "now" in states:
            first = states.index("now")
        last, used = first + 1, self.rows[first].want(width)
        while True:
            grown = False
            for index in (last, first - 1):
                if 0 <= index < len(self.rows) and not first <= index < last:
                    high = self.rows[index].want(width) + self.look.px(4)
                    if used + high <= room:
                        used, grown = used + high, True
                        first, last = min(first, index), max(last, index + 1)
            if not grown:
                return first, last

    def arrange(self) -> None:
        """Place the rows that fit."""
        if not self.rows:
            return
        px = self.look.px
        width, gap, line = self.width() - 2 * px(8), px(4), self.look.bar(26)
        total = sum(row.want(width) + gap for row in self.rows)
        whole = total <= self.height() - 2 * px(8)
        room = self.height() - 2 * px(8) - (0 if whole else 2 * line)
        first, last = (0, len(self.rows)) if whole else self._window(room, width)
        top = px(8) + (0 if whole else line)
        for index, row in enumerate(self.rows):
            row.setVisible(first <= index < last)
            if first <= index < last:
                high = row.want(width)
                row.setGeometry(px(8), top, width, high)
                top += high + gap
        self.above.show_text(f"▲ {first}" if first else "")
        left = len(self.rows) - last
        self.below.show_text(f"▼ {left}" if left else "")
        self.above.setGeometry(px(8), px(4), width, line)
        self.below.setGeometry(px(8), self.height() - line - px(4), width, line)
