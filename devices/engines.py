"""The two libraries that read codes, behind one answer.

OpenCV's own decoder is not one of them: it turned 12 of 83 Code 128 images into EAN numbers with
valid check digits.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import zxingcpp
from pyzbar import pyzbar

from devices.looks import Seen
from devices.views import Real, View

_F = zxingcpp.BarcodeFormat
_LINES = [_F.Code128, _F.Code39, _F.Code93, _F.Codabar, _F.ITF, _F.EANUPC, _F.DataBar]
_MATRICES = [_F.DataMatrix, _F.QRCode, _F.Aztec, _F.PDF417]
LINEAR = zxingcpp.BarcodeFormats(_LINES)
MATRIX = zxingcpp.BarcodeFormats([*_MATRICES, _F.MicroQRCode, _F.RMQRCode, _F.MicroPDF417])
DATA_MATRIX = zxingcpp.BarcodeFormats([_F.DataMatrix])
ALL = zxingcpp.BarcodeFormats(
    [*_LINES, *_MATRICES, _F.MicroQRCode, _F.RMQRCode, _F.MicroPDF417]
)  # fmt: skip

_GS1 = ("]C1", "]e", "]d2", "]Q3", "]J1")

_ZBAR = {
    pyzbar.ZBarSymbol.CODE128: ("]C0", "Code 128"),
    pyzbar.ZBarSymbol.CODE93: ("]G0", "Code 93"),
    pyzbar.ZBarSymbol.CODE39: ("]A0", "Code 39"),
    pyzbar.ZBarSymbol.CODABAR: ("]F0", "Codabar"),
    pyzbar.ZBarSymbol.I25: ("]I0", "ITF"),
    pyzbar.ZBarSymbol.EAN13: ("]E0", "EAN-13"),
    pyzbar.ZBarSymbol.EAN8: ("]E4", "EAN-8"),
}
"""No QR (zbar garbles 8-bit text) and no DataBar (it prints failed assertions)."""


def zxing(
    view: View, formats: zxingcpp.BarcodeFormats, reader: str, *, upright: bool = False
) -> list[Seen]:
    """What zxing-cpp reads; ``upright``: only codes that stand, dark on light."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(view.pixels),
        formats=formats,
        try_rotate=not upright,
        try_invert=not upright,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [_seen(code, view, reader) for code in found if code.bytes]


def zbar(view: View, reader: str) -> list[Seen]:
    """What pyzbar reads of linear codes: a second opinion, never the only one for a weak code."""
    found = []
    for code in pyzbar.decode(np.ascontiguousarray(view.pixels), symbols=list(_ZBAR)):
        known = _ZBAR.get(pyzbar.ZBarSymbol[code.type])
        # a rectangle without area is a phantom read
        if known is None or not code.data or not code.rect.width or not code.rect.height:
            continue
        rect = code.rect
        corners = [(rect.left, rect.top), (rect.left + rect.width, rect.top + rect.height)]
        at, size = _placed(corners, view.to_frame)
        text = code.data.decode("latin-1")
        found.append(Seen(bytes(code.data), known[0], text, known[1], reader, at, size))
    return found


def _seen(code: zxingcpp.Barcode, view: View, reader: str) -> Seen:
    raw, aim, place = bytes(code.bytes), str(code.symbology_identifier), code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    at, size = _placed([(each.x, each.y) for each in corners], view.to_frame)
    text = raw.decode("latin-1") if aim.startswith(_GS1) else str(code.text)
    return Seen(raw, aim, text, str(code.format), reader, at, size)


def _placed(
    corners: Iterable[tuple[int, int]], to_frame: Real
) -> tuple[tuple[float, float], float]:
    """Middle and longer side of a code, in pixels of the frame."""
    points = np.array([[x, y, 1] for x, y in corners], dtype=np.float64) @ to_frame.T
    middle = points.mean(axis=0)
    return (float(middle[0]), float(middle[1])), float(np.ptp(points, axis=0).max())
