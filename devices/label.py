"""Labels and codes as pictures: the UDI label, badge codes, command codes.

The label shows what its code says: the symbol that the label step asks for, the same content in
readable form (HRI) under it, and the words and boxed letters of ISO 15223-1 with dates as
YYYY-MM-DD (21 CFR 801.18).
"""

from __future__ import annotations

import io

import barcode
import numpy as np
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image, ImageDraw

from devices.faults import DeviceFault
from devices.fonts import font
from devices.kinds import Label
from devices.symbol import is_linear, modules
from forms.identifiers import from_brackets

__all__ = ["Label", "code128_png", "gs1_png", "matrix", "matrix_png", "render"]

DOTS_PER_MM = 12
"""300 dpi, to the millimetre."""

WIDTH, HEIGHT = 100 * DOTS_PER_MM, 60 * DOTS_PER_MM
_MARGIN = 40
_CODE_SIDE = 320
_TOP = 196
_INK = 0
_DARK = 128
_SMALLEST = 12
_BARS = 152
"""Height of a linear symbol: GS1 asks for 12.7 mm."""
_THINNEST = 2
"""Dots of a linear symbol's narrowest bar: 0.169 mm, what GS1 asks for in healthcare."""
_ROW = 88


def render(label: Label) -> bytes:
    """The label as PNG (grey, 300 dpi).

    ``label-refused`` if its content is not valid GS1 or says something else than its words.
    """
    _demand_agreement(label)
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((6, 6, WIDTH - 7, HEIGHT - 7), 24, outline=_INK, width=3)
    _heading(draw, label)
    linear = is_linear(label.symbology)
    _facts(draw, label, columns=2 if linear else 1)
    (_bars if linear else _code)(image, draw, label)
    _foot(draw, label)
    return _png(image)


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
    return _png(Image.fromarray(np.kron(modules, np.ones((scale, scale), dtype=np.uint8))))


def gs1_png(content: str, *, scale: int = 8) -> bytes:
    """The GS1 DataMatrix of a brackets-form content as PNG with its quiet zone."""
    side = np.pad(modules(content, "gs1-datamatrix"), 2, constant_values=255)
    return _png(Image.fromarray(np.kron(side, np.ones((scale, scale), dtype=np.uint8))))


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
    return _png(image.convert("L"))


def _demand_agreement(label: Label) -> None:
    """Code and words of a label must say the same (21 CFR 801.18, UDI-801.18)."""
    says = from_brackets(label.content)
    words = (label.gtin, label.expiry, label.lot, label.serial)
    if says.findings or (says.gtin, says.expiry, says.lot, says.serial) != words:
        raise DeviceFault("label-refused", f"{label.content}: {', '.join(says.findings)}")


def _heading(draw: ImageDraw.ImageDraw, label: Label) -> None:
    room = WIDTH - 2 * _MARGIN
    y = 26
    for text, size in ((label.product.en, 54), (label.product.zh_CN, 44)):
        fitted = _fit(draw, text, size, room, bold=True)
        draw.text((_MARGIN, y), text, font=font(fitted, bold=True), fill=_INK)
        y += size + 14
    draw.line((_MARGIN, _TOP - 22, WIDTH - _MARGIN, _TOP - 22), fill=_INK, width=4)


def _facts(draw: ImageDraw.ImageDraw, label: Label, *, columns: int) -> None:
    rows = (
        ("UDI", "产品标识", label.gtin),
        ("LOT", "批号", label.lot),
        ("EXP", "失效日期", label.expiry.isoformat()),
        ("SN", "序列号", label.serial),
    )
    width = WIDTH - 2 * _MARGIN if columns > 1 else WIDTH - 2 * _MARGIN - _CODE_SIDE
    room = width // columns - 290
    for place, (symbol, word, text) in enumerate(rows):
        x = _MARGIN + place % columns * (width // columns)
        y = _TOP + place // columns * _ROW
        _boxed(draw, (x, y), symbol)
        draw.text((x + 120, y + 32), word, font=font(26), fill=_INK, anchor="lm")
        fitted = _fit(draw, text, 50, room, bold=True)
        at = (x + 250, y + 32)
        draw.text(at, text, font=font(fitted, bold=True), fill=_INK, anchor="lm")


def _code(image: Image.Image, draw: ImageDraw.ImageDraw, label: Label) -> None:
    drawn = modules(label.content, label.symbology)
    scale = _CODE_SIDE // drawn.shape[1]
    code = np.kron(drawn, np.ones((scale, scale), dtype=np.uint8))
    left = WIDTH - _MARGIN - code.shape[1] - 2 * scale
    image.paste(Image.fromarray(code), (left, _TOP + scale))
    y = _TOP + code.shape[0] + 2 * scale + 8
    for line in _hri_lines(label.content):
        size = _fit(draw, line, 28, WIDTH - _MARGIN - left, bold=False)
        draw.text((left, y), line, font=font(size), fill=_INK)
        y += 34


def _bars(image: Image.Image, draw: ImageDraw.ImageDraw, label: Label) -> None:
    """A linear symbol across the label, its content in one line under it."""
    drawn = modules(label.content, label.symbology)
    room = WIDTH - 2 * _MARGIN
    scale = room // drawn.shape[1]
    if scale < _THINNEST:
        raise DeviceFault("label-refused", f"{label.symbology} has no room for {label.content}")
    code = np.kron(drawn, np.ones((_BARS, scale), dtype=np.uint8))
    y = _TOP + 2 * _ROW + 4
    image.paste(Image.fromarray(code), ((WIDTH - code.shape[1]) // 2, y))
    size = _fit(draw, label.content, 28, room, bold=False)
    middle = (WIDTH // 2, y + _BARS + 18)
    draw.text(middle, label.content, font=font(size), fill=_INK, anchor="mm")


def _foot(draw: ImageDraw.ImageDraw, label: Label) -> None:
    y = HEIGHT - 150
    x = _boxed(draw, (_MARGIN, y), "MD")
    draw.text((x + 16, y + 16), "Medical device / 医疗器械", font=font(26), fill=_INK, anchor="lm")
    made = label.manufacturer
    if made is not None:
        text = made.en if made.en == made.zh_CN else f"{made.en}  {made.zh_CN}"
        size = _fit(draw, text, 26, 620, bold=False)
        draw.text((x + 16, y + 50), text, font=font(size), fill=_INK, anchor="lm")
    marks = [f"LOG {label.log_mark}"] if label.log_mark else []
    marks += [f"COPY {label.copy}"] if label.copy > 1 else []
    line = "   ".join(marks)
    size = _fit(draw, line, 24, 740, bold=False)
    draw.text((_MARGIN, HEIGHT - 44), line, font=font(size), fill=_INK, anchor="lm")


def _boxed(draw: ImageDraw.ImageDraw, at: tuple[int, int], symbol: str) -> int:
    """A boxed letter symbol as in ISO 15223-1; where it ends."""
    x, y = at
    draw.rectangle((x, y, x + 104, y + 64), outline=_INK, width=4)
    draw.text((x + 52, y + 33), symbol, font=font(38, bold=True), fill=_INK, anchor="mm")
    return x + 104


def _hri_lines(content: str) -> list[str]:
    """One application identifier a line, as GS1 asks for where there is room."""
    return [f"({part}" for part in content.split("(") if part]


def _fit(draw: ImageDraw.ImageDraw, text: str, size: int, room: int, *, bold: bool) -> int:
    """The largest size up to ``size`` at which the text fits: a label never cuts a value off."""
    while size > _SMALLEST and draw.textlength(text, font=font(size, bold=bold)) > room:
        size -= 2
    return size


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(DOTS_PER_MM * 25.4, DOTS_PER_MM * 25.4))
    return out.getvalue()
