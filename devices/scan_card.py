"""The scanner test card: codes whose known contents show how a scanner is set. And how they look.

Four codes, because a scanner is set kind by kind. Their texts hold letters and marks that change
places between keyboard layouts, both cases, a separator that is needed, and (in the last) letters
beyond ASCII. What a US scanner types is on no dead key elsewhere, so a wrong layout can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from devices.fonts import font

if TYPE_CHECKING:
    from pathlib import Path

GS = "\x1d"
DOTS_PER_MM = 12
"""300 dpi."""
_SHEET = (210 * DOTS_PER_MM, 297 * DOTS_PER_MM)
_LEFT = 120
_BLOCK = 640
_TOP = 700
_BARS = 260


class CardCode(NamedTuple):
    """One code of the card."""

    key: Literal["A", "B", "C", "D"]
    name: str
    """Of the symbology, as printed."""
    aims: tuple[str, ...]
    """AIM identifiers that a well-set scanner may give it; the first is the usual one."""
    text: str
    """What it says, with separators."""

    @property
    def separated(self) -> bool:
        """Whether a separator must arrive."""
        return GS in self.text


_ITEM = "0109506000134352"
CODES = (
    CardCode("A", "GS1 DataMatrix", ("]d2",), f"{_ITEM}10aAyYzZqQwWmM{GS}21;:/?-_&%!*,.<>"),
    CardCode("B", "GS1-128", ("]C1",), f"{_ITEM}10Zy-1{GS}21aQ7"),
    CardCode("C", "Code 128", ("]C0",), "LOTBOOK-TEST aAzZ 0189@"),
    CardCode("D", "QR", ("]Q1", "]Q2", "]Q0", "]Q3"), "LOTBOOK 8-BIT äöüßéµ END"),
)
"""In the order in which they are scanned."""

_FORMATS = {
    "A": zxingcpp.BarcodeFormat.DataMatrix,
    "B": zxingcpp.BarcodeFormat.Code128,
    "C": zxingcpp.BarcodeFormat.Code128,
    "D": zxingcpp.BarcodeFormat.QRCode,
}
_TITLES = (
    ("Scanner test card", 76, True),
    ("扫描枪测试卡", 76, True),
    ("Scan each code once: in the kiosk's instruments page, or with", 40, False),
    ("请依次扫描每个条码：在终端的仪器页面，或使用命令", 40, False),
    ("lotbook-terminal devices --scan-test NAME", 40, False),
)


def picture(code: CardCode) -> Image.Image:
    """A code of the card as grey picture, with its quiet zone; a linear one is 22 mm high."""
    brackets = f"(01){_ITEM[2:]}(10){code.text[18:].replace(f'{GS}21', '(21)')}"
    made = zxingcpp.create_barcode(
        brackets if code.separated else code.text,
        _FORMATS[code.key],
        **({"gs1": True} if code.separated else {}),
        **({"force_square": True} if code.key == "A" else {}),
    )
    drawn = np.array(made.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    if code.key in "BC":
        tall, scale = np.pad(drawn[:1], ((0, 0), (10, 10)), constant_values=255), 4
        return Image.fromarray(np.kron(tall, np.ones((_BARS, scale), dtype=np.uint8)))
    square = np.pad(drawn, 4, constant_values=255)
    return Image.fromarray(np.kron(square, np.ones((12, 12), dtype=np.uint8)))


def sheet() -> Image.Image:
    """The card: one A4 page at 300 dpi, grey."""
    page = Image.new("L", _SHEET, 255)
    draw = ImageDraw.Draw(page)
    top = 100
    for text, size, bold in _TITLES:
        draw.text((_LEFT, top), text, font=font(size, bold=bold), fill=0)
        top += size + 30
    for place, code in enumerate(CODES):
        top = _TOP + place * _BLOCK
        draw.line((_LEFT, top, _SHEET[0] - _LEFT, top), fill=160, width=3)
        draw.text((_LEFT, top + 40), code.key, font=font(120, bold=True), fill=0)
        draw.text((_LEFT, top + 200), code.name, font=font(44), fill=0)
        page.paste(picture(code), (_LEFT + 480, top + 40))
    return page


def write(out: Path) -> None:
    """Write the card as PNG or PDF, by the file's ending; ValueError for any other."""
    kind = out.suffix.lower()
    if kind not in (".png", ".pdf"):
        raise ValueError(f"{out}: the card is written as .pdf or .png")
    dots = DOTS_PER_MM * 25.4
    if kind == ".png":
        sheet().save(out, dpi=(dots, dots))
    else:
        sheet().save(out, resolution=dots)
