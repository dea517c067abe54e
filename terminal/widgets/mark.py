"""The five states as shapes: check, octagon with cross, triangle, circle, dash."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from terminal.views import Mark
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look


def _octagon(box: QRectF) -> QPolygonF:
    """A regular octagon with flat top."""
    radius = box.width() / 2 / math.cos(math.pi / 8)
    turns = (math.pi / 8 + index * math.pi / 4 for index in range(8))
    middle = box.center()
    return QPolygonF(
        [middle + QPointF(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]
    )


def _at(box: QRectF, x: float, y: float) -> QPointF:
    """The point at fractions of the box."""
    return QPointF(box.left() + box.width() * x, box.top() + box.height() * y)


def paint_mark(painter: QPainter, look: Look, mark: Mark, box: QRectF) -> None:
    """Draw ``mark`` filling ``box`` (a square)."""
    name = mark.value
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = max(1.5, box.width() / 14)
    pen = QPen(look.colour(f"{name}.edge"), edge)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(look.colour(f"{name}.strong"))
    body = box.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
    _BODIES[mark](painter, body)
    glyph = QPen(look.colour(f"{name}.on"), box.width() / 8)
    glyph.setCapStyle(Qt.PenCapStyle.RoundCap)
    glyph.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(glyph)
    for line in _GLYPHS[mark]:
        points = [_at(box, x, y) for x, y in line]
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(QPolygonF(points))


def _round_square(painter: QPainter, box: QRectF) -> None:
    """A check stands in a square with round corners."""
    painter.drawRoundedRect(box, box.width() / 5, box.width() / 5)


def _triangle(painter: QPainter, box: QRectF) -> None:
    """A warning triangle."""
    points = [_at(box, 0.5, 0.02), _at(box, 1.0, 0.95), _at(box, 0.0, 0.95)]
    painter.drawPolygon(QPolygonF(points))


def _bar(painter: QPainter, box: QRectF) -> None:
    """A dash."""
    bar = QRectF(box.left(), _at(box, 0, 0.38).y(), box.width(), box.height() * 0.24)
    painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)


_BODIES = {
    Mark.PASS: _round_square,
    Mark.FAIL: lambda painter, box: painter.drawPolygon(_octagon(box)),
    Mark.WARN: _triangle,
    Mark.INFO: lambda painter, box: painter.drawEllipse(box),
    Mark.NONE: _bar,
}
_GLYPHS: dict[Mark, tuple[tuple[tuple[float, float], ...], ...]] = {
    Mark.PASS: (((0.24, 0.53), (0.43, 0.72), (0.77, 0.3)),),
    Mark.FAIL: (((0.32, 0.32), (0.68, 0.68)), ((0.68, 0.32), (0.32, 0.68))),
    Mark.WARN: (((0.5, 0.38), (0.5, 0.62)), ((0.5, 0.8),)),
    Mark.INFO: (((0.5, 0.46), (0.5, 0.74)), ((0.5, 0.26),)),
    Mark.NONE: (),
}


class MarkIcon(Part):
    """A mark on its own."""

    def __init__(self, look: Look, size: int, parent: QWidget | None = None) -> None:
        """``size``: pixels at 1280 × 800."""
        super().__init__(look, parent)
        self.mark = Mark.NONE
        self.side = round(look.bar(size))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_mark(self, mark: Mark) -> None:
        """Show another mark."""
        if mark is not self.mark:
            self.mark = mark
            self.update()

    def least(self, width: int) -> int:  # noqa: ARG002
        """As high as wide."""
        return self.side

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw the mark in the middle."""
        side = float(min(self.side, self.width(), self.height()))
        painter = QPainter(self)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_mark(painter, self.look, self.mark, box)
        painter.end()
