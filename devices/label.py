"""Labels and codes as pictures: the UDI label, badge codes, command codes.

The label shows what its code says: GS1 DataMatrix, the same content in readable form (HRI) under
it, and the words and boxed letters of ISO 15223-1 with dates as YYYY-MM-DD (21 CFR 801.18).
"""

from __future__ import annotations

import io
import re

import barcode
import numpy as np
import zxingcpp
from barcode.writer import ImageWriter
from PIL import Image, ImageDraw

from devices.faults import DeviceFault
from devices.fonts import font
from devices.kinds import Label

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


def render(label: Label) -> bytes:
    """The label as PNG (grey, 300 dpi).

    ``label-refused`` if its content is not valid GS1 or says something else than its words.
    """
    _demand_agreement(label)
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((6, 6, WIDTH - 7, HEIGHT - 7), 24, outline=_INK, width=3)
    _heading(draw, label)
    _facts(draw, label)
    _code(image, draw, label)
    _foot(draw, label)
    return _png(image)


def matrix(text: str) -> list[list[bool]]:
    """A DataMatrix of this text as rows of modules, dark is True; no quiet zone (add one)."""
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    except ValueError as error:
        raise DeviceFault("label-refused", str(error)) from error
    modules = np.array(code.to_image(scale=1, add_quiet_zones=False))
    return [[bool(module < _DARK) for module in row] for row in modules]


def matrix_png(text: str, *, scale: int = 8) -> bytes:
    """The same DataMatrix as PNG, ``scale`` dots per module, with a quiet zone of two modules."""
    dark = np.array(matrix(text))
    modules = np.pad(np.where(dark, 0, 255).astype(np.uint8), 2, constant_values=255)
    return _png(Image.fromarray(np.kron(modules, np.ones((scale, scale), dtype=np.uint8))))


def gs1_png(content: str, *, scale: int = 8) -> bytes:
    """The GS1 DataMatrix of a brackets-form content as PNG with its quiet zone."""
    side = np.pad(_gs1_modules(content), 2, constant_values=255)
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
    parts = dict(part.split(")", 1) for part in label.content.split("(") if ")" in part)
    said = {
        "01": label.gtin,
        "17": label.expiry.strftime("%y%m%d"),
        "10": label.lot,
        "21": label.serial,
    }
    wrong = [ai for ai, text in said.items() if parts.get(ai) != text]
    if wrong or not _checks(label.gtin):
        raise DeviceFault("label-refused", f"({', '.join(wrong or ['01'])}) {label.content}")


def _checks(gtin: str) -> bool:
    """Whether the check digit of a GTIN-14 is right (zxing writes wrong ones without a word)."""
    if re.fullmatch(r"[0-9]{14}", gtin) is None:
        return False
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(gtin))
    return total % 10 == 0


def _gs1_modules(content: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    try:
        code = zxingcpp.create_barcode(
            content, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True
        )
    except ValueError as error:
        raise DeviceFault("label-refused", str(error)) from error
    return np.array(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)


def _heading(draw: ImageDraw.ImageDraw, label: Label) -> None:
    room = WIDTH - 2 * _MARGIN
    y = 26
    for text, size in ((label.product.en, 54), (label.product.zh_CN, 44)):
        fitted = _fit(draw, text, size, room, bold=True)
        draw.text((_MARGIN, y), text, font=font(fitted, bold=True), fill=_INK)
        y += size + 14
    draw.line((_MARGIN, _TOP - 22, WIDTH - _MARGIN, _TOP - 22), fill=_INK, width=4)


def _facts(draw: ImageDraw.ImageDraw, label: Label) -> None:
    rows = (
        ("UDI", "产品标识", label.gtin),
        ("LOT", "批号", label.lot),
        ("EXP", "失效日期", label.expiry.isoformat()),
        ("SN", "序列号", label.serial),
    )
    room = WIDTH - 2 * _MARGIN - _CODE_SIDE - 290
    for row, (symbol, word, text) in enumerate(rows):
        y = _TOP + row * 88
        _boxed(draw, (_MARGIN, y), symbol)
        draw.text((_MARGIN + 120, y + 32), word, font=font(26), fill=_INK, anchor="lm")
        fitted = _fit(draw, text, 50, room, bold=True)
        at = (_MARGIN + 250, y + 32)
        draw.text(at, text, font=font(fitted, bold=True), fill=_INK, anchor="lm")


def _code(image: Image.Image, draw: ImageDraw.ImageDraw, label: Label) -> None:
    modules = _gs1_modules(label.content)
    scale = _CODE_SIDE // modules.shape[1]
    code = np.kron(modules, np.ones((scale, scale), dtype=np.uint8))
    left = WIDTH - _MARGIN - code.shape[1] - 2 * scale
    image.paste(Image.fromarray(code), (left, _TOP + scale))
    y = _TOP + code.shape[0] + 2 * scale + 8
    for line in _hri_lines(label.content):
        size = _fit(draw, line, 28, WIDTH - _MARGIN - left, bold=False)
        draw.text((left, y), line, font=font(size), fill=_INK)
        y += 34


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
