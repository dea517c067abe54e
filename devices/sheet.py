"""A label laid out in dots: every text at the size that fits, every module in its place.

The one source of all outputs: picture, PDF and ZPL draw the same sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from PIL import ImageFont

from devices.faults import DeviceFault
from devices.fonts import font
from devices.kinds import Label
from devices.symbol import Modules, is_linear, modules
from forms.identifiers import content_says
from forms.label_design import (
    DOTS_PER_MM,
    LabelDesign,
    LabelHri,
    LabelRule,
    LabelSymbol,
    LabelText,
    filled,
)
from forms.label_standard import standard
from forms.label_symbols import SHORTEST_BARS

_SMALLEST = 11
"""Dots: letters lower than this are not readable at 300 dpi (0.9 mm)."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; ``size`` is the height of its font, ``box`` width and height of its box."""

    x: int
    y: int
    size: int
    text: str
    bold: bool = False
    box: tuple[int, int] | None = None

    @property
    def font(self) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        """The font it is drawn with."""
        return font(self.size, bold=self.bold)


@dataclass(frozen=True, slots=True)
class Dots:
    """A symbol: grey values, one a dot."""

    x: int
    y: int
    values: Modules


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A label ready to be drawn."""

    width: int
    height: int
    dpi: int
    pieces: tuple[Words | Dots | Bar, ...]


def lay(label: Label) -> Sheet:
    """The label by its design; ``label-refused`` if code and words differ or something has no room.

    A label never cuts a value off (21 CFR 801.18 asks that what the code says can be read).
    """
    _demand_agreement(label)
    design = label.design or standard(label.symbology)
    if design.dpi not in DOTS_PER_MM:
        raise DeviceFault("label-refused", f"{design.dpi} dpi")
    return _Layer(label, design).sheet()


class _Layer:
    def __init__(self, label: Label, design: LabelDesign) -> None:
        self._label, self._design = label, design
        self._per_mm = DOTS_PER_MM[design.dpi]
        self._facts = facts_of(label)

    def sheet(self) -> Sheet:
        """Every field, in order."""
        pieces: list[Words | Dots | Bar] = []
        for field in self._design.fields:
            if isinstance(field, LabelSymbol):
                pieces.append(self._symbol(field))
            elif isinstance(field, LabelRule):
                pieces.append(self._rule(field))
            elif isinstance(field, LabelHri):
                pieces += self._hri(field)
            else:
                pieces += self._text(field)
        size = (self._dots(self._design.width), self._dots(self._design.height))
        return Sheet(*size, self._design.dpi, tuple(pieces))

    def _dots(self, millimetres: Decimal) -> int:
        return int((millimetres * self._per_mm).to_integral_value())

    def _text(self, field: LabelText) -> list[Words]:
        try:
            text = filled(field.text, self._facts).strip()
        except (KeyError, ValueError, IndexError) as error:
            raise DeviceFault("label-refused", f"{field.text}: {error}") from error
        if not text:
            return []
        room, size = self._room(field.x, field.width), self._dots(field.size)
        box = (room, size + size // 4) if field.boxed else None
        fitted = _fit(text, size, room - (size // 3 if box else 0), bold=field.bold)
        return [Words(self._dots(field.x), self._dots(field.y), fitted, text, field.bold, box)]

    def _hri(self, field: LabelHri) -> list[Words]:
        """The content; one element or segment a line where there is room, none of it left out."""
        says = content_says(self._label.content)
        lines = says.hri_lines if field.lines else (says.hri,)
        size, room = self._dots(field.size), self._room(field.x, field.width)
        size = min(_fit(line, size, room, bold=False) for line in lines)
        x, y = self._dots(field.x), self._dots(field.y)
        bottom = y + (len(lines) - 1) * (size + size // 5) + size
        if len(lines) > 1 and bottom > self._dots(self._design.height):
            raise DeviceFault("label-refused", f"no room for {lines[-1]}")
        return [Words(x, y + n * (size + size // 5), size, line) for n, line in enumerate(lines)]

    def _room(self, x: Decimal, width: Decimal | None) -> int:
        return self._dots(self._design.width - x if width is None else width)

    def _rule(self, field: LabelRule) -> Bar:
        x, y, width, height = map(self._dots, (field.x, field.y, field.width, field.thickness))
        return Bar(x, y, width, max(1, height))

    def _symbol(self, field: LabelSymbol) -> Dots:
        drawn = modules(self._label.content, self._label.symbology)
        module = int(field.module * self._per_mm)
        high = self._dots(field.height or SHORTEST_BARS) if is_linear(self._label.symbology) else 0
        values = np.kron(drawn, np.ones((high or module, module), dtype=np.uint8))
        x, y = self._dots(field.x), self._dots(field.y)
        over = x + values.shape[1] > self._dots(self._design.width)
        under = y + values.shape[0] > self._dots(self._design.height)
        if module < 1 or over or under:
            raise DeviceFault("label-refused", f"no room for {self._label.content}")
        return Dots(x, y, values)


def facts_of(label: Label) -> dict[str, str]:
    """What the placeholders of a design stand for on this label."""
    made = label.manufacturer
    maker = "" if made is None else "  ".join(dict.fromkeys((made.en, made.zh_CN)))
    return {
        "product": label.product.en,
        "product_zh": label.product.zh_CN,
        "maker": maker,
        "item": label.item,
        "gtin": label.gtin,
        "lot": label.lot,
        "serial": label.serial,
        "expiry": label.expiry.isoformat(),
        "udi": content_says(label.content).hri,
        "head": label.log_mark,
        "copy": str(label.copy),
        "reprint": f"COPY {label.copy} / 副本 {label.copy}" if label.copy > 1 else "",
    }


def _demand_agreement(label: Label) -> None:
    """Code and words of a label must say the same (21 CFR 801.18, UDI-801.18)."""
    says = content_says(label.content)
    gtin = says.gtin or label.gtin  # HIBC names the product its own way
    words = (label.gtin, label.expiry, label.lot, label.serial)
    if says.findings or (gtin, says.expiry, says.lot, says.serial) != words:
        raise DeviceFault("label-refused", f"{label.content}: {', '.join(says.findings)}")


def _fit(text: str, size: int, room: int, *, bold: bool) -> int:
    """The largest size up to ``size`` at which the text fits; ``label-refused`` if none does.

    So is a text with control characters: there is nothing to draw.
    """
    while size >= _SMALLEST and text.isprintable():
        if font(size, bold=bold).getlength(text) <= room:
            return size
        size -= 1
    raise DeviceFault("label-refused", f"no room for {text}")
