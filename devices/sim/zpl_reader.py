"""Reads the part of ZPL II that Lotbook writes, and draws it; anything else is refused by name.

Written from the manual, not from the writer: Zebra, ZPL II Programming Guide P1099958. Text is
drawn in whatever font is here, at the height asked for; dots, boxes and graphics are exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageOps

from devices.fonts import font

_COMMAND = re.compile(r"[\^~]([A-Z][A-Z0-9@])([^\^~]*)")
_ESCAPE = re.compile(r"_([0-9A-Fa-f]{2})")
_MOST_DOTS = 16_000
_HEX = set("0123456789ABCDEF")


class ZplError(ValueError):
    """The format cannot be printed as this printer understands it."""


@dataclass(slots=True)
class _Page:
    """What a format has said so far."""

    width: int = 0
    length: int = 0
    at: tuple[int, int] = (0, 0)
    high: int = 0
    escaped: bool = False
    ended: bool = False
    done: list[tuple[str, tuple[int, int], object]] = field(default_factory=list)


def draw(job: bytes) -> Image.Image:
    """The label that this format prints; ZplError for what is not understood."""
    try:
        text = job.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise ZplError("not ASCII") from error
    if not text.startswith("^XA") or not text.endswith("^XZ"):
        msg = "a format is ^XA … ^XZ"
        raise ZplError(msg)
    page, reached = _Page(), 0
    for found in _COMMAND.finditer(text):
        if found.start() != reached:
            msg = f"stray text {text[reached : found.start()][:20]!r}"
            raise ZplError(msg)
        reached = found.end()
        _command(page, found[1], found[2])
    if reached != len(text):
        msg = f"stray text {text[reached:][:20]!r}"
        raise ZplError(msg)
    return _painted(page)


def _command(page: _Page, name: str, rest: str) -> None:
    if name == "FD":
        _field(page, rest)
        return
    known = _COMMANDS.get(name)
    if known is None and name[0] == "A" and name[1] == "0":
        known = _font
    if known is None:
        msg = f"unknown command ^{name}"
        raise ZplError(msg)
    known(page, rest)


def _numbers(text: str, count: int) -> list[int]:
    parts = text.strip().split(",")
    if len(parts) < count or not all(part.isdigit() for part in parts[:count]):
        msg = f"{count} numbers are needed, not {text[:30]!r}"
        raise ZplError(msg)
    numbers = [int(part) for part in parts[:count]]
    if max(numbers) > _MOST_DOTS * _MOST_DOTS:
        msg = f"too large: {text[:30]!r}"
        raise ZplError(msg)
    return numbers


def _nothing(page: _Page, rest: str) -> None:
    """What changes nothing here; it has numbers or nothing behind it."""
    del page
    if rest.strip("0123456789,"):
        msg = f"stray text {rest[:20]!r}"
        raise ZplError(msg)


def _width(page: _Page, rest: str) -> None:
    (page.width,) = _numbers(rest, 1)


def _length(page: _Page, rest: str) -> None:
    (page.length,) = _numbers(rest, 1)


def _origin(page: _Page, rest: str) -> None:
    x, y = _numbers(rest, 2)
    page.at, page.high, page.escaped = (x, y), 0, False


def _font(page: _Page, rest: str) -> None:
    (page.high,) = _numbers(rest.removeprefix("N,"), 1)


def _hex(page: _Page, rest: str) -> None:
    if rest not in {"", "_"}:
        msg = f"another hexadecimal indicator {rest!r}"
        raise ZplError(msg)
    page.escaped = True


def _field(page: _Page, rest: str) -> None:
    if not page.high:
        msg = "a field without a font"
        raise ZplError(msg)
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), rest) if page.escaped else rest
    page.done.append(("text", page.at, (page.high, text)))


def _box(page: _Page, rest: str) -> None:
    page.done.append(("box", page.at, tuple(_numbers(rest, 3))))


def _graphic(page: _Page, rest: str) -> None:
    head, *data = rest.split(",", 4)
    if head != "A" or len(data) < 4:  # noqa: PLR2004 - form, three numbers, data
        msg = "only ^GFA is read"
        raise ZplError(msg)
    sent, total, row = _numbers(",".join(data[:3]), 3)
    if sent != len(data[3]) or not row or total % row or total > _MOST_DOTS * _MOST_DOTS // 8:
        msg = "the graphic's lengths do not fit"
        raise ZplError(msg)
    bits = _unpacked(data[3], row, total)
    image = Image.frombytes("1", (row * 8, total // row), bits).convert("L")
    page.done.append(("graphic", page.at, ImageOps.invert(image)))


_REPEATS = {chr(ord("G") + n): n + 1 for n in range(19)} | {
    chr(ord("g") + n): 20 * (n + 1) for n in range(20)
}
_FILLS = {",": "0", "!": "F"}


def _unpacked(data: str, row: int, total: int) -> bytes:
    """The graphic's bytes: repeat letters, ``,`` and ``!`` to the row's end, ``:`` a row again."""
    rows: list[str] = []
    line, times = "", 0
    for sign in data:
        if sign in _REPEATS:
            times += _REPEATS[sign]
        else:
            line, times = line + _said(sign, line, max(1, times), rows, 2 * row), 0
        if len(line) >= 2 * row:
            rows, line = [*rows, line], ""
    whole = "".join(rows)
    if line or len(whole) != 2 * total or any(len(each) != 2 * row for each in rows):
        msg = "the graphic's rows do not fit"
        raise ZplError(msg)
    return bytes.fromhex(whole)


def _said(sign: str, line: str, times: int, rows: list[str], full: int) -> str:
    """The digits that a sign of a graphic adds to its row."""
    if sign in _HEX:
        return sign * times
    if sign in _FILLS and times == 1:
        return _FILLS[sign] * (full - len(line))
    if sign == ":" and not line and rows and times == 1:
        return rows[-1]
    msg = f"{sign!r} in a graphic"
    raise ZplError(msg)


_COMMANDS = {
    "XA": _nothing, "XZ": _nothing, "CI": _nothing, "LH": _nothing, "PQ": _nothing, "FS": _nothing,
    "PW": _width, "LL": _length, "FO": _origin, "FH": _hex, "GB": _box, "GF": _graphic,
}  # fmt: skip


def _painted(page: _Page) -> Image.Image:
    if not 0 < page.width <= _MOST_DOTS or not 0 < page.length <= _MOST_DOTS:
        msg = "^PW and ^LL must say the label's size"
        raise ZplError(msg)
    image = Image.new("L", (page.width, page.length), 255)
    pen = ImageDraw.Draw(image)
    for kind, (x, y), what in page.done:
        if kind == "graphic" and isinstance(what, Image.Image):
            image.paste(0, (x, y), ImageOps.invert(what))
        elif kind == "text" and isinstance(what, tuple):
            pen.text((x, y + what[0] // 2), what[1], font=font(what[0]), fill=0, anchor="lm")
        elif isinstance(what, tuple):
            width, height, line = what
            pen.rectangle((x, y, x + width - 1, y + height - 1), outline=0, width=line)
    return image
