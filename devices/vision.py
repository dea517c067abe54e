"""From a picture to codes and to whether it shows anything. Runs in the decoder process only.

zxing-cpp first; where it finds nothing, OpenCV's detector finds bars, each is straightened and
given to zxing again; pyzbar looks at 1-D codes beside it. Symbologies with a weak check digit
count only when both engines read the same: one of them alone was wrong too often.
"""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from devices.looks import MOST_BYTES, Ask, Look, Seen

Grey = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

MOST_PIXELS = 4096 * 4096
MOST_CODES = 32
_FLAT = 100

_WEAK = ("]E", "]X", "]I", "]A", "]F")
"""EAN/UPC, ITF, Code 39, Codabar: AIM identifiers whose check is weak or absent."""

_F = zxingcpp.BarcodeFormat
_LINES = [_F.Code128, _F.Code39, _F.Code93, _F.Codabar, _F.ITF, _F.EANUPC, _F.DataBar]
_LINEAR = zxingcpp.BarcodeFormats(_LINES)
_ALL = zxingcpp.BarcodeFormats([*_LINES, _F.DataMatrix, _F.QRCode, _F.Aztec, _F.PDF417])

_ZBAR = {
    pyzbar.ZBarSymbol.CODE128: "]C0",
    pyzbar.ZBarSymbol.CODE39: "]A0",
    pyzbar.ZBarSymbol.CODABAR: "]F0",
    pyzbar.ZBarSymbol.I25: "]I0",
    pyzbar.ZBarSymbol.EAN13: "]E0",
    pyzbar.ZBarSymbol.EAN8: "]E4",
}


def look(ask: Ask) -> Look:
    """Answer one question; anything that is not a picture of sane size is a Look of width 0."""
    grey = _grey(ask)
    if grey is None:
        return Look()
    found = read(grey) if ask.codes else []
    return Look(
        width=int(grey.shape[1]),
        height=int(grey.shape[0]),
        mean=float(grey.mean()),
        spread=float(grey.std()),
        codes=tuple(found[:MOST_CODES]),
    )


def read(grey: Grey) -> list[Seen]:
    """The codes in a grey picture, without repeats; weak ones only where two engines agree."""
    found = _zxing(grey, _ALL)
    if not found:
        for strip in _straightened(grey):
            found += [seen for seen in _zxing(strip, _LINEAR) if seen not in found]
    second = _zbar(grey) if not found or any(_is_weak(seen) for seen in found) else []
    agreed = {seen.raw.lstrip(b"0") for seen in second}
    kept = [seen for seen in found if not _is_weak(seen) or seen.raw.lstrip(b"0") in agreed]
    if not found:
        kept = [seen for seen in second if not _is_weak(seen)]
    return kept


def _is_weak(seen: Seen) -> bool:
    return seen.symbology.startswith(_WEAK)


def _grey(ask: Ask) -> Grey | None:
    if not 0 < len(ask.image) <= MOST_BYTES:
        return None
    raw = np.frombuffer(ask.image, dtype=np.uint8)
    if ask.width:
        whole = ask.width > 0 and len(raw) % ask.width == 0
        return raw.reshape((-1, ask.width)) if whole else None
    try:
        image = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    if image is None or image.size > MOST_PIXELS:
        return None
    return np.asarray(image, dtype=np.uint8)


def _zxing(grey: Grey, formats: zxingcpp.BarcodeFormats) -> list[Seen]:
    found: list[Seen] = []
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=formats):
        seen = Seen(bytes(code.bytes), str(code.symbology_identifier))
        if seen.raw and seen not in found:
            found.append(seen)
    return found


def _zbar(grey: Grey) -> list[Seen]:
    found: list[Seen] = []
    for code in pyzbar.decode(grey, symbols=list(_ZBAR)):
        kind = _ZBAR.get(pyzbar.ZBarSymbol[code.type])
        # a rectangle without area is a phantom read
        if kind and code.data and code.rect.width and code.rect.height:
            found.append(Seen(bytes(code.data), kind))
    return found


def _straightened(grey: Grey) -> list[Grey]:
    """Each bar code OpenCV's detector sees, warped upright with a margin, doubled if flat."""
    try:
        hit, corners = cv2.barcode.BarcodeDetector().detectMulti(grey)
    except cv2.error:
        return []
    if not hit or corners is None:
        return []
    return [_warp(grey, np.asarray(quad, dtype=np.float32)) for quad in corners[:MOST_CODES]]


def _warp(grey: Grey, quad: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Grey:
    middle = quad.mean(axis=0)
    wide = (middle + (quad - middle) * 1.24).astype(np.float32)
    width = max(np.linalg.norm(wide[1] - wide[2]), np.linalg.norm(wide[0] - wide[3]))
    height = max(np.linalg.norm(wide[0] - wide[1]), np.linalg.norm(wide[2] - wide[3]))
    factor = 2 if min(width, height) < _FLAT else 1
    w, h = (min(4096, max(16, int(side * factor))) for side in (width, height))
    target = np.array([[0, h], [0, 0], [w, 0], [w, h]], dtype=np.float32)
    turned = cv2.warpPerspective(grey, cv2.getPerspectiveTransform(wide, target), (w, h))
    return np.asarray(turned, dtype=np.uint8)
