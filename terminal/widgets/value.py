"""The live value in large tabular figures, with its unit beside and its instrument below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.widgets.label import label
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look

LONGEST_FIGURE = 9
"""A value with more characters is a text (a lot, a code), shown as an echo."""


NOTHING_YET = "– –"
"""Stands where a figure will be."""


class LiveValue(Part):
    """A figure at 72 to 96 px (times zoom), or a text that was read."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty at first."""
        super().__init__(look, parent)
        bottom = Qt.AlignmentFlag.AlignBottom
        centre = Qt.AlignmentFlag.AlignVCenter
        self.value = label(look, "value", self, wrap=False)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | centre)
        self.unit = label(look, "unit", self, ink="muted", wrap=False)
        self.unit.setAlignment(Qt.AlignmentFlag.AlignLeft | bottom)
        self.echo = label(look, "echo", self)

    def show_value(self, value: str, unit: str) -> None:
        """Show a figure with its unit, or an echo."""
        value = value or (NOTHING_YET if unit else "")
        figure = len(value) <= LONGEST_FIGURE and (bool(unit) or value[:1].isdigit())
        self.value.setVisible(figure)
        self.unit.setVisible(figure)
        self.echo.setVisible(not figure)
        self.value.show_text(value if figure else "")
        self.unit.show_text(unit if figure else "")
        self.echo.show_text("" if figure else f"{value}\u2009{unit}".strip())
        self.arrange()

    def want(self, width: int) -> int:
        """One line of figures, or the echo's lines."""
        return self._high(width, least=False)

    def least(self, width: int) -> int:
        """The same at the least sizes."""
        return self._high(width, least=True)

    def _high(self, width: int, *, least: bool) -> int:
        """Height at ``width``."""
        if not self.echo.isHidden():
            return self.echo.least(width) if least else self.echo.want(width)
        size = self.look.px(72) if least else self.look.size("value")
        return round(size * 1.37)

    def arrange(self) -> None:
        """Figure, thin space, unit: at the left, on one base line."""
        self.echo.setGeometry(self.rect())
        unit = self.unit.natural() + self.look.px(4) if self.unit.text() else 0
        gap = self.look.px(8) if unit else 0
        room = self.width() - unit - gap
        size = min(self.look.size("value"), round(self.height() / 1.37))
        natural = self.value.natural() * size // self.look.size("value") + self.look.px(6)
        wide = min(natural, room)
        self.value.setGeometry(0, 0, wide, self.height())
        drop = round((self.height() - size * 1.37) / 2 + size * 0.185)
        self.unit.setGeometry(wide + gap, 0, unit, self.height() - drop)
