"""A long text in pages of whole lines: nothing that is signed may be out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from terminal.widgets.label import label
from terminal.widgets.pager import Pager
from terminal.widgets.part import Part, inner

if TYPE_CHECKING:
    from terminal.theme import Look
    from terminal.widgets.press import Taps


class Line(Part):
    """One line of the text as written (it may wrap)."""

    def __init__(self, look: Look, role: str, text: str, parent: QWidget) -> None:
        """Show ``text``; an empty line keeps its height."""
        super().__init__(look, parent)
        self.words = label(look, role, self, text=text)

    def want(self, width: int) -> int:
        """Its wrapped height."""
        return self.words.want(width) or self.look.size("body") // 2

    def least(self, width: int) -> int:
        """The same."""
        return self.want(width)

    def arrange(self) -> None:
        """All of it."""
        self.words.setGeometry(self.rect())


class TextPages(Part):
    """A panel with the text."""

    def __init__(
        self, look: Look, taps: Taps, parent: QWidget | None = None, *, role: str = "body"
    ) -> None:
        """Empty."""
        super().__init__(look, parent)
        self.role = role
        self.dress("raised", "line")
        self.stretch = 1
        self.list = Pager(look, taps, self, gap=2)
        self.list.rows_least = 1
        self.text = ""

    def show_text(self, text: str) -> None:
        """Show it from its beginning."""
        if text != self.text:
            self.text = text
            lines = text.split("\n")
            self.list.show_rows([Line(self.look, self.role, one, self.list) for one in lines])

    def least(self, width: int) -> int:
        """What a pager needs."""
        return self.list.least(width - self.look.px(32)) + self.look.px(24)

    def want(self, width: int) -> int:
        """The whole text."""
        return self.list.want(width - self.look.px(32)) + self.look.px(24)

    def arrange(self) -> None:
        """Inside the panel."""
        self.list.setGeometry(inner(self.rect(), self.look.px(16), self.look.px(12)))
