"""A sheet as a picture, a PDF, and pieces of it as pictures: what is seen is what is printed."""

from __future__ import annotations

import io
import time

from PIL import Image, ImageDraw

from devices.sheet import Bar, Dots, Sheet, Words

_INK, _PAPER = 0, 255
_LINE = 3
_NO_TIME = time.gmtime(0)
"""In place of the time of drawing: the same label gives the same bytes."""


def picture(sheet: Sheet) -> Image.Image:
    """The whole label, grey."""
    image = Image.new("L", (sheet.width, sheet.height), _PAPER)
    draw = ImageDraw.Draw(image)
    for piece in sheet.pieces:
        if isinstance(piece, Dots):
            image.paste(Image.fromarray(piece.values), (piece.x, piece.y))
        elif isinstance(piece, Bar):
            end = (piece.x + piece.width - 1, piece.y + piece.height - 1)
            draw.rectangle((piece.x, piece.y, *end), fill=_INK)
        else:
            _write(draw, piece)
    return image


def height_of(words: Words) -> int:
    """How high a line of text is, with its box."""
    return words.box[1] if words.box else words.size + words.size // 3


def words_picture(words: Words) -> Image.Image:
    """One line of text alone, its origin in the corner."""
    width = words.box[0] if words.box else int(words.font.getlength(words.text)) + 2
    image = Image.new("L", (width, height_of(words)), _PAPER)
    moved = Words(0, 0, words.size, words.text, words.bold, words.box)
    _write(ImageDraw.Draw(image), moved)
    return image


def _write(draw: ImageDraw.ImageDraw, words: Words) -> None:
    middle = words.y + height_of(words) // 2
    if words.box:
        end = (words.x + words.box[0] - 1, words.y + words.box[1] - 1)
        draw.rectangle((words.x, words.y, *end), outline=_INK, width=_LINE)
        at, anchor = (words.x + words.box[0] // 2, middle), "mm"
    else:
        at, anchor = (words.x, middle), "lm"
    draw.text(at, words.text, font=words.font, fill=_INK, anchor=anchor)


def png(sheet: Sheet) -> bytes:
    """The label as PNG at its resolution."""
    return encoded(picture(sheet), "PNG", dpi=(sheet.dpi, sheet.dpi))


def pdf(sheet: Sheet) -> bytes:
    """The label as a PDF page of its own size, dot by dot."""
    page = picture(sheet).convert("1", dither=Image.Dither.NONE)
    times = {"creationDate": _NO_TIME, "modDate": _NO_TIME}
    return encoded(page, "PDF", resolution=sheet.dpi, **times)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
