"""A record in one compact line: mark, time, what, value, verdict, where and who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.views import Mark, RecordRow
from terminal.widgets.label import label
from terminal.widgets.mark import MarkIcon
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look

WHAT, VALUE = 0.22, 0.25
"""Shares of the width that is left beside mark and time."""


class RecordLine(Part):
    """A record. Good ones are one line high; a long verdict takes a second line."""

    def __init__(self, look: Look, record: RecordRow, parent: QWidget) -> None:
        """Show ``record``."""
        super().__init__(look, parent)
        plain = record.mark in {Mark.PASS, Mark.NONE}
        self.dress("raised" if plain else f"{record.mark.value}.soft", "hair")
        self.icon = MarkIcon(look, 22, self)
        self.icon.show_mark(record.mark)
        ink = f"{record.mark.value}.text"
        self.time = label(look, "caption", self, text=record.time, ink="text", wrap=False)
        self.what = label(look, "caption", self, text=record.what)
        self.value = label(look, "caption-bold", self, text=record.value)
        self.word = label(look, "caption-bold", self, text=record.word, ink=ink)
        beside = " · ".join(word for word in (record.operation, record.person) if word)
        ink = "muted" if plain else ink
        self.beside = label(look, "caption", self, text=beside, ink=ink)

    def _columns(self, width: int) -> tuple[int, int, int, int]:
        """Widths of time, what, value, and verdict with place."""
        gap = self.look.px(10)
        time = self.time.natural() + self.look.px(2)
        room = width - 6 * gap - self.icon.side - time
        what, value = int(room * WHAT), int(room * VALUE)
        return time, what, value, room - what - value

    def _one_line(self, tail: int) -> bool:
        """Whether verdict and place stand side by side."""
        return self.word.natural() + self.look.px(10) + self.beside.natural() <= tail

    def _tail(self, tail: int) -> int:
        """Height of verdict and place."""
        high = self.beside.want(tail)
        return max(self.word.want(tail), high) if self._one_line(tail) else self._two(tail)

    def _pad(self, tail: int) -> int:
        """Air above and below; two lines need less of it."""
        return self.look.px(5 if self._one_line(tail) else 2)

    def _two(self, tail: int) -> int:
        """Height of verdict over place."""
        return self.word.want(tail) + self.beside.want(tail)

    def want(self, width: int) -> int:
        """The highest column."""
        _, what, value, tail = self._columns(width)
        high = max(self.what.want(what), self.value.want(value), self._tail(tail))
        return max(high, self.icon.side) + 2 * self._pad(tail)

    def arrange(self) -> None:
        """Mark, time, what, value, verdict with place."""
        gap = self.look.px(10)
        time, what, value, tail = self._columns(self.width())
        top = self._pad(tail)
        high, left = self.height() - 2 * top, gap
        for part, wide in (
            (self.icon, self.icon.side),
            (self.time, time),
            (self.what, what),
            (self.value, value),
        ):
            part.setGeometry(left, top, wide, high)
            left += wide + gap
        if self._one_line(tail):
            word = self.word.natural() + self.look.px(2) if self.word.text() else 0
            self.word.setGeometry(left, top, word, high)
            left += word + (gap if word else 0)
            self.beside.setGeometry(left, top, self.width() - gap - left, high)
        else:
            first = self.word.want(tail)
            self.word.setGeometry(left, top, tail, first)
            self.beside.setGeometry(left, top + first, tail, high - first)


class HeadingLine(Part):
    """Names the rows below, with their number."""

    leads = True

    def __init__(self, look: Look, record: RecordRow, parent: QWidget) -> None:
        """Show ``record``'s words; its mark where it is a state."""
        super().__init__(look, parent)
        self.icon = MarkIcon(look, 22, self)
        self.icon.show_mark(record.mark)
        self.icon.setVisible(record.mark is not Mark.NONE)
        self.what = label(look, "small-bold", self, text=record.what)
        self.count = label(look, "small-bold", self, text=record.value, wrap=False)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _left(self) -> int:
        """Where the words begin."""
        return self.look.px(10) + (0 if self.icon.isHidden() else self.icon.side + self.look.px(10))

    def _words(self, width: int) -> int:
        """Room for the words."""
        return width - self._left() - self.count.natural() - self.look.px(24)

    def want(self, width: int) -> int:
        """One line, or more where it must."""
        return self.what.want(self._words(width)) + self.look.px(8)

    def arrange(self) -> None:
        """Mark, words, number."""
        left, count = self._left(), self.count.natural() + self.look.px(2)
        self.icon.setGeometry(self.look.px(10), 0, self.icon.side, self.height())
        self.what.setGeometry(left, 0, self._words(self.width()), self.height())
        right = self.width() - count - self.look.px(10)
        self.count.setGeometry(right, 0, count, self.height())


def record_line(look: Look, record: RecordRow, parent: QWidget) -> Part:
    """The line for a row."""
    kind = HeadingLine if record.heading else RecordLine
    return kind(look, record, parent)
