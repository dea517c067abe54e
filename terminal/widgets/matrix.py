"""Command codes as small DataMatrix symbols, drawn from modules so that they stay sharp."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import zxingcpp
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from terminal.widgets.part import Part

if TYPE_CHECKING:
    from terminal.theme import Look

SIZES = range(3, 17)
"""Square DataMatrix sizes, 14 to 64 modules, as the encoder numbers them."""

QUIET = 2
"""Modules of quiet zone around the symbol (the standard asks for one)."""


def _square(text: str) -> zxingcpp.Barcode:
    """The smallest square symbol: the oblong ones are too fine for the room there is."""
    kind = zxingcpp.BarcodeFormat.DataMatrix
    for size in SIZES:
        try:
            return zxingcpp.create_barcode(text, kind, options=f"forceSquare,version={size}")
        except ValueError:
            continue
    return zxingcpp.create_barcode(text, kind)


@lru_cache(maxsize=256)
def modules(text: str) -> QImage:
    """The symbol with its quiet zone, one pixel per module."""
    # Through the buffer protocol: importing numpy would double the time to the first screen.
    drawn = _square(text).to_image(scale=1, add_quiet_zones=False)
    symbol = memoryview(drawn)  # type: ignore[arg-type]  # its stubs do not say so
    height, width = symbol.shape or (0, 0)
    bare = QImage(symbol.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    image = QImage(width + 2 * QUIET, height + 2 * QUIET, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawImage(QUIET, QUIET, bare)
    painter.end()
    return image


class Matrix(Part):
    """One command code; empty text shows nothing."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(look, parent)
        self.code = ""
        self.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_code(self, text: str) -> None:
        """Show the symbol of ``text``."""
        if text != self.code:
            self.code = text
            self.setVisible(bool(text))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw whole pixels per module on white."""
        image = modules(self.code)
        side = min(self.width(), self.height())
        each = max(1, side // max(image.width(), image.height()))
        wide, high = image.width() * each, image.height() * each
        box = QRect((self.width() - wide) // 2, (self.height() - high) // 2, wide, high)
        painter = QPainter(self)
        painter.drawImage(box, image)
        painter.end()
