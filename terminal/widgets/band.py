"""Limits as a band: where good is, where the value stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from terminal.theme import GAP, ROLES, SETTLE_MS, font
from terminal.views import Band
from terminal.widgets.label import extent
from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look

_EMPTY = Band()


class LimitBand(Part):
    """The scale with its good stretch, limits and target named, and a marker for the value."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden until there are limits."""
        super().__init__(look, parent)
        self.band = _EMPTY
        self._at: float | None = None
        self._settle = QVariantAnimation(self)
        self._settle.setDuration(SETTLE_MS)
        self._settle.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._settle.valueChanged.connect(self._moved)
        self.hide()

    def show_band(self, band: Band | None) -> None:
        """Show limits and value; the marker settles at a new value in 150 ms."""
        self.setVisible(band is not None)
        if band is None or band == self.band:
            return
        self.band = band
        self._settle.stop()
        target = None if band.value_at is None else min(1.0, max(0.0, band.value_at))
        if self._at is None or target is None or not self.isVisible():
            self._at = target
        else:
            self._settle.setStartValue(self._at)
            self._settle.setEndValue(target)
            self._settle.start()
        self.update()

    def settle_now(self) -> None:
        """Jump to the end of the settle (for pictures of the screen)."""
        if self._settle.state() == QVariantAnimation.State.Running:
            self._moved(self._settle.endValue())
            self._settle.stop()

    def _moved(self, value: object) -> None:
        """One step of the settle."""
        if isinstance(value, float):
            self._at = value
            self.update()

    @property
    def texts(self) -> list[tuple[float, str]]:
        """What is written under the scale, and where."""
        band = self.band
        written = [(band.low_at, band.low), (band.high_at, band.high)]
        if band.target_at is not None and not self._crowded():
            written.append((band.target_at, band.target))
        return [(at, text) for at, text in written if text]

    def _wide(self, text: str) -> int:
        """Width of a text under the scale."""
        return extent(text, self._size(), False, 0, wrap=False)[0]  # noqa: FBT003

    def _size(self) -> int:
        """Pixel size of the texts."""
        return self.look.least("body") if self.look.text > 1 else self.look.size("body")

    def _crowded(self) -> bool:
        """Whether the target's text would touch a limit's (the expectation names it anyway)."""
        band = self.band
        if band.target_at is None:
            return True
        reach = self.width() or 1
        low = band.low_at + (self._wide(band.low) / 2 + self._wide(band.target) / 2 + 16) / reach
        high = band.high_at - (self._wide(band.high) / 2 + self._wide(band.target) / 2 + 16) / reach
        return not low <= band.target_at <= high

    def least(self, width: int) -> int:  # noqa: ARG002
        """Marker, scale and texts."""
        return self.look.px(22 + 22 + 6) + round(self._size() * ROLES["body"].size / 20 * 1.4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw scale, good stretch, ticks, texts, marker."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, band = self.look.px, self.band
        scale = QRectF(1, px(22), self.width() - 2, px(22))
        painter.setPen(QPen(self.look.colour("line"), px(1)))
        painter.setBrush(self.look.colour("none.soft"))
        painter.drawRect(scale)
        left, right = (
            self._x(band.low_at if band.low else 0),
            self._x(band.high_at if band.high else 1),
        )
        painter.setBrush(self.look.colour("raised"))
        painter.setPen(QPen(self.look.colour("text"), px(2)))
        painter.drawRect(QRectF(left, scale.top(), right - left, scale.height()))
        if band.target_at is not None:
            x = self._x(band.target_at)
            painter.drawLine(QPointF(x, scale.top()), QPointF(x, scale.bottom()))
        self._paint_texts(painter, scale.bottom())
        if self._at is not None:
            self._paint_marker(painter, scale)
        painter.end()

    def _x(self, at: float) -> float:
        """A fraction as a place."""
        return 1 + (self.width() - 2) * min(1.0, max(0.0, at))

    def _paint_texts(self, painter: QPainter, top: float) -> None:
        """Limits and target under their ticks, kept inside."""
        painter.setFont(font(self._size(), bold=False))
        painter.setPen(self.look.colour("text"))
        for at, text in self.texts:
            wide = self._wide(text)
            left = min(max(0.0, self._x(at) - wide / 2), float(self.width() - wide))
            box = QRectF(left, top + self.look.px(4), wide + 1, self.height() - top)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)

    def _paint_marker(self, painter: QPainter, scale: QRectF) -> None:
        """A pointer from above with a line through the scale; its shape says in or out."""
        px = self.look.px
        x = min(max(self._x(self._at or 0.0), px(GAP)), self.width() - px(GAP))
        painter.setPen(QPen(self.look.colour("text"), px(4)))
        painter.drawLine(QPointF(x, scale.top()), QPointF(x, scale.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.colour("text"))
        half = px(11)
        tip = QPointF(x, scale.top())
        painter.drawPolygon(QPolygonF([tip, QPointF(x - half, px(2)), QPointF(x + half, px(2))]))
