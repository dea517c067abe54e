"""Labels and codes as pictures: the UDI label, badge codes, command codes.

A label shows what its code says: the symbol that the label step asks for, and the same content in
readable form, laid out by the work master's design (:mod:`devices.sheet`).
"""

from __future__ import annotations

import barcode
import numpy as np
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image

from devices.drawing import encoded, png
from devices.faults import DeviceFault
from devices.kinds import Label
from devices.sheet import lay
from devices.symbol import Modules, modules

__all__ = ["Label", "code128_png", "gs1_png", "matrix", "matrix_png", "render"]

_DARK = 128


def render(label: Label) -> bytes:
    """The label as PNG (grey, at its design's resolution).

    ``label-refused`` if its content is not valid, says something else than its words, or if
    something has no room.
    """
    return png(lay(label))


def matrix(text: str) -> list[list[bool]]:
    """A DataMatrix of this text as rows of modules, dark is True; no quiet zone (add one)."""
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    except ValueError as error:
        raise DeviceFault("label-refused", str(error)) from error
    drawn = np.array(code.to_image(scale=1, add_quiet_zones=False))
    return [[bool(module < _DARK) for module in row] for row in drawn]


def matrix_png(text: str, *, scale: int = 8) -> bytes:
    """The same DataMatrix as PNG, ``scale`` dots per module, with a quiet zone of two modules."""
    dark = np.array(matrix(text))
    modules = np.pad(np.where(dark, 0, 255).astype(np.uint8), 2, constant_values=255)
    return _enlarged(modules, scale)


def gs1_png(content: str, *, scale: int = 8) -> bytes:
    """The GS1 DataMatrix of a brackets-form content as PNG with its quiet zone."""
    return _enlarged(np.pad(modules(content, "gs1-datamatrix"), 1, constant_values=255), scale)


def code128_png(text: str, *, caption: str = "") -> bytes:
    """A Code 128 of printable ASCII text as PNG, for badges and travelers; caption under it."""
    try:
        code = barcode.Code128(text, writer=ImageWriter())
        image = code.render(
            {"module_width": 0.34, "module_height": 14.0, "quiet_zone": 4.0, "font_size": 9},
            text=caption or text,
        )
    except (barcode.errors.BarcodeError, ValueError, KeyError) as error:
        raise DeviceFault("label-refused", str(error)) from error
    return encoded(image.convert("L"), "PNG", dpi=(300, 300))


def _enlarged(side: Modules, scale: int) -> bytes:
    dots = np.kron(side, np.ones((scale, scale), dtype=np.uint8))
    return encoded(Image.fromarray(dots), "PNG", dpi=(300, 300))
