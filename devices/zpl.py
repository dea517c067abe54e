r"""A sheet as ZPL II, Zebra's label language: Latin text in the printer's font, the rest as dots.

Symbols go as the very dots that were drawn and shown: no firmware encodes them again, and none
has to know FNC1. Text that the printer's font 0 has (printable ASCII) is a field (``^A0``,
``^FD``), every sign in it that could mean more escaped (``^FH``): no value can end a field or begin
a command. Chinese goes as dots, with no font in the printer.
Source: Zebra, ZPL II Programming Guide P1099958.
"""

from __future__ import annotations

import re
from itertools import groupby

from PIL import Image

from devices.drawing import height_of, words_picture
from devices.sheet import Bar, Dots, Sheet, Words

_DARK = 128
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;/()+-]")
_LINE = 3
_MOST = 400
"""Longest run one repeat letter can say."""


def zpl(sheet: Sheet) -> bytes:
    """The label as one ZPL format."""
    parts = [f"^XA^CI28^PW{sheet.width}^LL{sheet.height}^LH0,0"]
    parts += [_piece(each) for each in sheet.pieces]
    return "".join([*parts, "^PQ1^XZ\r\n"]).encode("ascii")


def _piece(piece: Words | Dots | Bar) -> str:
    if isinstance(piece, Dots):
        return _graphic(piece.x, piece.y, Image.fromarray(piece.values))
    if isinstance(piece, Bar):
        return _box(piece.x, piece.y, piece.width, piece.height, min(piece.width, piece.height))
    if not (piece.text.isascii() and piece.text.isprintable()):
        return _graphic(piece.x, piece.y, words_picture(piece))
    above = (height_of(piece) - piece.size) // 2
    if not piece.box:
        return _text(piece.x, piece.y + above, piece.size, piece.text)
    inside = (piece.box[0] - int(piece.font.getlength(piece.text))) // 2
    frame = _box(piece.x, piece.y, *piece.box, _LINE)
    return frame + _text(piece.x + max(0, inside), piece.y + above, piece.size, piece.text)


def _text(x: int, y: int, size: int, text: str) -> str:
    escaped = "".join(each if _PLAIN.match(each) else f"_{ord(each):02X}" for each in text)
    return f"^FO{x},{y}^A0N,{size}^FH_^FD{escaped}^FS"


def _box(x: int, y: int, width: int, height: int, line: int) -> str:
    return f"^FO{x},{y}^GB{width},{height},{line}^FS"


def _graphic(x: int, y: int, image: Image.Image) -> str:
    bits = image.point(lambda dot: 255 if dot < _DARK else 0).convert("1").tobytes()
    row = (image.width + 7) // 8
    rows = [bits[at : at + row].hex().upper() for at in range(0, len(bits), row)]
    packed = "".join(
        _packed(line) if line != before else ":"
        for before, line in zip(["", *rows], rows, strict=False)
    )
    return f"^FO{x},{y}^GFA,{len(packed)},{len(bits)},{row},{packed}^FS"


def _packed(line: str) -> str:
    """A row of hex digits in ZPL's repeat letters; a tail of zeros is ``,``, of ones ``!``."""
    kept, tail = line, ""
    for digit, sign in (("0", ","), ("F", "!")):
        bare = line.rstrip(digit)
        if len(line) - len(bare) > 1:
            kept, tail = bare, sign
            break
    return "".join(_run(digit, len(list(group))) for digit, group in groupby(kept)) + tail


def _run(digit: str, count: int) -> str:
    """``G`` to ``Y`` stand for 1 to 19 times, ``g`` to ``z`` for 20 to 400 in twenties."""
    said = ""
    while count > _MOST:
        said, count = said + "z" + digit, count - _MOST
    if count == 1:
        return said + digit
    twenties, ones = divmod(count, 20)
    letters = (chr(ord("g") + twenties - 1) if twenties else "") + (
        chr(ord("G") + ones - 1) if ones else ""
    )
    return said + letters + digit
