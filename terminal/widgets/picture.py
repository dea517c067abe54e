"""Pictures: the product's SVG drawings, PNGs from cameras, and icons; sharp at any zoom."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from terminal.widgets.part import Part, inner

if TYPE_CHECKING:
    from terminal.theme import Look

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}(\.svg)?$")
_IMAGE_SIDE = 8192
"""Larger camera pictures are not decoded."""


@lru_cache(maxsize=64)
def drawing(folder: str, name: str) -> bytes:
    """The SVG of that name, or empty where there is none."""
    if not _NAME.match(name):
        return b""
    file = files("terminal") / folder / f"{name.removesuffix('.svg')}.svg"
    return file.read_bytes() if file.is_file() else b""


@lru_cache(maxsize=256)
def icon(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    """An icon in a colour, ``side`` logical pixels wide."""
    source = drawing("icons", name).replace(b"currentColor", colour.encode("ascii"))
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source)).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class Icon(Part):
    """An icon of the set, centred."""

    def __init__(self, look: Look, name: str, size: int, parent: QWidget | None = None) -> None:
        """``size``: pixels at 1280 × 800."""
        super().__init__(look, parent)
        self.name, self.side, self.ink = name, look.bar(size), "text"
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, ink: str = "text") -> None:
        """Show another icon or colour."""
        if (name, ink) != (self.name, self.ink):
            self.name, self.ink = name, ink
            self.update()

    def least(self, width: int) -> int:  # noqa: ARG002
        """As high as wide."""
        return self.side

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw it in the middle."""
        if not self.name:
            return
        side = min(self.side, self.width(), self.height())
        ink = self.look.colour(self.ink).name()
        painter = QPainter(self)
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        painter.drawPixmap(left, top, icon(self.name, ink, side, self.devicePixelRatioF()))
        painter.end()


class Picture(Part):
    """A drawing or a PNG on paper, as large as fits, never stretched."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, low: int = 120) -> None:
        """``low``: the least height at 1280 × 800."""
        super().__init__(look, parent)
        self._low = look.px(low)
        self._key: tuple[str, bytes] = ("", b"")
        self._svg: QSvgRenderer | None = None
        self._image: QImage | None = None
        self._drawn: tuple[int, int, QPixmap] | None = None
        self.stretch = 1
        self.dress("paper", "hair")
        self.hide()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self._svg is None and self._image is None

    def show_picture(self, name: str = "", png: bytes = b"") -> None:
        """Show a PNG, or the drawing ``name``; hides itself where there is neither."""
        if (name, png) == self._key:
            return
        self._key, self._svg, self._image, self._drawn = (name, png), None, None, None
        if png:
            image = QImage.fromData(QByteArray(png))
            ok = not image.isNull() and max(image.width(), image.height()) <= _IMAGE_SIDE
            self._image = image if ok else None
        elif source := drawing("pictures", name):
            renderer = QSvgRenderer(QByteArray(source))
            self._svg = renderer if renderer.isValid() else None
        self.setVisible(not self.empty)
        self.update()

    def least(self, width: int) -> int:  # noqa: ARG002
        """A picture gives way to words, down to this."""
        return self._low

    def _ratio(self) -> float:
        """Width by height of what is shown."""
        if self._image is not None:
            return self._image.width() / max(1, self._image.height())
        size = self._svg.defaultSize() if self._svg else None
        return size.width() / max(1, size.height()) if size else 1.0

    def _pixmap(self, width: int, height: int) -> QPixmap:
        """The picture drawn at this size, kept until the size changes."""
        if self._drawn and self._drawn[:2] == (width, height):
            return self._drawn[2]
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(width * ratio), round(height * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(0, 0, pixmap.width(), pixmap.height())
        if self._image is not None:
            painter.drawImage(box, self._image)
        elif self._svg:
            self._svg.render(painter, box)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self._drawn = (width, height, pixmap)
        return pixmap

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paper, then the picture in the middle."""
        super().paintEvent(event)
        room = inner(self.rect(), self.look.px(6))
        if self.empty or room.width() < 8 or room.height() < 8:  # noqa: PLR2004
            return
        width = min(room.width(), round(room.height() * self._ratio()))
        height = min(room.height(), round(width / self._ratio()))
        left = room.left() + (room.width() - width) // 2
        top = room.top() + (room.height() - height) // 2
        painter = QPainter(self)
        painter.drawPixmap(left, top, self._pixmap(width, height))
        painter.end()
