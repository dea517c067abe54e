"""The one label: plain text only, wrapped, shrunk to fit, control characters made visible."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QWidget

from terminal.theme import ROLES, Look, font

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

_BREAK = "\u2028"
"""What a text layout takes for a new line."""


def _pictures() -> dict[int, str]:
    """Every character that would act instead of show, and what is shown for it."""
    table = {code: chr(0x2400 + code) for code in range(0x20) if code != ord("\n")}
    table[0x7F] = "\u2421"
    hidden = (*range(0x80, 0xA0), 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F))
    for code in (*hidden, *range(0x2060, 0x2070), 0xFEFF, *range(0xD800, 0xE000)):
        table[code] = f"⟨{code:04X}⟩"
    return table


_PICTURES = _pictures()


def visible(text: str) -> str:
    r"""``text`` with control, direction and zero-width characters as pictures; ``\n`` stays."""
    return text.translate(_PICTURES)


def _laid(text: str, face: QFont, width: int, *, anywhere: bool) -> QTextLayout:
    """The text broken into lines of ``width``."""
    layout = QTextLayout(text.replace("\n", _BREAK), face)
    option = QTextOption()
    option.setWrapMode(
        QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        if anywhere
        else QTextOption.WrapMode.WordWrap
    )
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    return layout


@lru_cache(maxsize=8192)
def extent(text: str, size: int, bold: bool, width: int, *, wrap: bool) -> tuple[int, int]:  # noqa: FBT001
    """Natural width and height of the text at ``width`` without breaking inside a word."""
    if not wrap:
        metrics = QFontMetrics(font(size, bold=bold))
        return metrics.horizontalAdvance(text) + 1, metrics.height()
    layout = _laid(text, font(size, bold=bold), width, anywhere=False)
    return _extent_of(layout)


def _extent_of(layout: QTextLayout) -> tuple[int, int]:
    """Width and height the lines take."""
    lines = [layout.lineAt(index) for index in range(layout.lineCount())]
    wide = max((line.naturalTextWidth() for line in lines), default=0.0)
    return int(wide + 0.999), int(sum(line.height() for line in lines) + 0.999)


@lru_cache(maxsize=4096)
def broken(text: str, size: int, bold: bool, width: int) -> int:  # noqa: FBT001
    """Height at ``width`` where long words (lot numbers, codes) may break anywhere."""
    return _extent_of(_laid(text, font(size, bold=bold), width, anywhere=True))[1]


class Label(QLabel):
    """A piece of text in a role. Make it with :func:`label`."""

    def __init__(self, look: Look, role: str, parent: QWidget | None) -> None:
        """Plain, no focus, no selection, no menu, transparent to touch."""
        super().__init__(parent)
        self.look, self.role = look, role
        self.stretch = 0
        self.wrap = True
        self.ink = "text"
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_text(self, text: str) -> None:
        """Show ``text``; nothing is redrawn where it is the same."""
        shown = visible(text)
        if shown != self.text():
            self.setText(shown)

    def show_ink(self, ink: str) -> None:
        """Use another colour of the theme."""
        if ink != self.ink:
            self.ink = ink
            self.update()

    @property
    def bold(self) -> bool:
        """Whether the role is bold."""
        return ROLES[self.role].bold

    def want(self, width: int) -> int:
        """Height at the nominal size."""
        return self._height(self.look.size(self.role), width)

    def least(self, width: int) -> int:
        """Height at the least size."""
        return self._height(self.look.least(self.role), width)

    def natural(self) -> int:
        """Width of the text on one line at the nominal size."""
        size = self.look.size(self.role)
        lines = self.text().split("\n")
        return max(extent(line, size, self.bold, 0, wrap=False)[0] for line in lines)

    def _height(self, size: int, width: int) -> int:
        """Height at a size, with long words broken where they must."""
        if not self.text():
            return 0
        wide, high = extent(self.text(), size, self.bold, max(1, width), wrap=self.wrap)
        if wide > width and self.wrap:
            return broken(self.text(), size, self.bold, max(1, width))
        return high

    def fitted(self) -> tuple[int, bool, bool]:
        """The size at which the text fits its box, whether words break, and whether it fits."""
        box, low, high = self.size(), self.look.least(self.role), self.look.size(self.role)
        best = 0
        while low <= high:
            middle = (low + high) // 2
            if self._fits(middle, box):
                best, low = middle, middle + 1
            else:
                high = middle - 1
        if best:
            return best, False, True
        least = self.look.least(self.role)
        rows = broken(self.text(), least, self.bold, max(1, box.width()))
        return least, True, self.wrap and rows <= box.height()

    def _fits(self, size: int, box: QSize) -> bool:
        """Whether the text at this size stays in the box without breaking a word."""
        wide, high = extent(self.text(), size, self.bold, max(1, box.width()), wrap=self.wrap)
        return wide <= box.width() and high <= box.height()

    def fits(self) -> bool:
        """Whether all the text can be seen."""
        return not self.text() or self.fitted()[2]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw the lines at the fitted size."""
        if not self.text():
            return
        size, anywhere, fits = self.fitted()
        painter = QPainter(self)
        painter.setPen(self.look.colour(self.ink))
        face = font(size, bold=self.bold)
        if self.wrap:
            self._paint_lines(painter, _laid(self.text(), face, self.width(), anywhere=anywhere))
        else:
            painter.setFont(face)
            text = self.text() if fits else self._elided(face)
            painter.drawText(self.rect(), self.alignment(), text)
        painter.end()

    def _elided(self, face: QFont) -> str:
        """The text cut with an ellipsis: the last resort, which a test looks for."""
        metrics = QFontMetrics(face)
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def _paint_lines(self, painter: QPainter, layout: QTextLayout) -> None:
        """Draw the laid lines, aligned in the box."""
        _, high = _extent_of(layout)
        align = self.alignment()
        top = 0.0
        if align & Qt.AlignmentFlag.AlignVCenter:
            top = max(0.0, (self.height() - high) / 2)
        elif align & Qt.AlignmentFlag.AlignBottom:
            top = max(0.0, float(self.height() - high))
        for index in range(layout.lineCount()):
            line = layout.lineAt(index)
            left = 0.0
            if align & Qt.AlignmentFlag.AlignHCenter:
                left = (self.width() - line.naturalTextWidth()) / 2
            elif align & Qt.AlignmentFlag.AlignRight:
                left = self.width() - line.naturalTextWidth()
            line.draw(painter, QPointF(left, top))

    def sizeHint(self) -> QSize:  # noqa: N802
        """The natural size."""
        return QSize(self.natural(), self.want(10_000))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """None: the arranging part decides."""
        return QSize(0, 0)

    def box(self) -> QRect:
        """The label's rectangle in its window."""
        return QRect(self.mapTo(self.window(), self.rect().topLeft()), self.size())


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def label(  # noqa: PLR0913
    look: Look,
    role: str,
    parent: QWidget | None = None,
    *,
    text: str = "",
    ink: str = "text",
    wrap: bool = True,
    align: Qt.AlignmentFlag = _LEFT,
) -> Label:
    """The only way to make a label."""
    made = Label(look, role, parent)
    made.wrap, made.ink = wrap, ink
    made.setAlignment(align)
    made.show_text(text)
    return made
