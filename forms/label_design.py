"""The design of a label, as a work master holds it: sizes in millimetres, texts, one symbol.

Texts hold placeholders in braces (:data:`PLACEHOLDERS`); what they stand for is known when a unit's
label is printed. The origin is the label's top left corner, as it leaves the printer.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter

from forms.terms import Term

PLACEHOLDERS = (
    "product", "product_zh", "maker", "item", "gtin", "lot", "serial", "expiry", "udi", "head",
    "copy", "reprint",
)  # fmt: skip
"""What a text may name. ``udi`` is the symbol's content as people read it, ``head`` the station's
log mark, ``copy`` the number of the copy, ``reprint`` a word with that number from copy 2 on."""

DOTS_PER_MM = {203: Decimal(8), 300: Decimal("11.811"), 600: Decimal("23.622")}
"""The resolutions printers have, and their dots per millimetre."""


class LabelText(Term, frozen=True, kw_only=True, tag="text"):
    """A line of text; it shrinks to its width, it is never cut."""

    x: Decimal
    y: Decimal
    size: Decimal
    """Height of the letters' line."""
    text: str
    width: Decimal | None = None
    """Room to the right; none given: to the label's edge."""
    bold: bool = False
    boxed: bool = False
    """In a box, as the letter symbols of ISO 15223-1."""


class LabelSymbol(Term, frozen=True, kw_only=True, tag="symbol"):
    """The symbol, in the symbology of its label step; its quiet zone is inside its room."""

    x: Decimal
    y: Decimal
    module: Decimal
    """Width of the narrowest bar or module."""
    height: Decimal | None = None
    """Height of the bars; only of a linear symbol."""


class LabelHri(Term, frozen=True, kw_only=True, tag="hri"):
    """The symbol's content as people read it, one element a line where ``lines`` says so."""

    x: Decimal
    y: Decimal
    size: Decimal
    width: Decimal | None = None
    lines: bool = False


class LabelRule(Term, frozen=True, kw_only=True, tag="rule"):
    """A horizontal line."""

    x: Decimal
    y: Decimal
    width: Decimal
    thickness: Decimal


LabelField = LabelText | LabelSymbol | LabelHri | LabelRule


class LabelDesign(Term, frozen=True, kw_only=True):
    """What is printed where, and the longest lot and serial number it must have room for."""

    width: Decimal
    height: Decimal
    fields: tuple[LabelField, ...]
    dpi: int = 300
    longest_lot: int = 20
    """Characters; GS1 allows 20, HIBC 18."""
    longest_serial: int = 20
    required: tuple[str, ...] = ()
    """Words that must stand on the label whatever is changed in it."""


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order; ValueError if the braces are not closed or hold more."""
    names = []
    for _, name, spec, conversion in Formatter().parse(text):
        if spec or conversion:
            msg = "only {name} is known, without ':' and '!'"
            raise ValueError(msg)
        names += [] if name is None else [name]
    return tuple(names)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; KeyError for one that ``facts`` does not hold."""
    return text.format_map(facts)
