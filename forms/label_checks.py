"""What a label design can get wrong: found when the work master is authored, not at the printer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from forms.identifiers import content_bytes
from forms.judge_label import content_for
from forms.label_design import (
    DOTS_PER_MM,
    PLACEHOLDERS,
    LabelDesign,
    LabelField,
    LabelHri,
    LabelRule,
    LabelSymbol,
    LabelText,
    placeholders,
)
from forms.label_symbols import HIBC, LINEAR, QUIET, SHORTEST_BARS, SMALLEST_MODULE, most_modules
from forms.masters import LabelStep, Product

Path = tuple[str | int, ...]
Found = Iterator[tuple[Path, str, str]]

LARGEST = Decimal(250)
"""Millimetres: wider than any label printer."""
MOST_FIELDS = 100
LONGEST = 20
LINES = {False: Decimal("4.8"), True: Decimal("3.6")}
"""Height of what people read with one element a line, in letters' lines, by whether it is HIBC.

GTIN, expiry, lot and serial number; or primary data, date with lot, and serial number."""
_SAMPLE_DAY = date(2029, 11, 30)
_SAID = (("lot", "{lot}"), ("serial", "{serial}"), ("expiry", "{expiry}"), ("head", "{head}"))


def check_label(product: Product, step: LabelStep) -> Found:
    """Every (path, problem, cure) of a label step's design, and whether its code can be made."""
    try:
        longest = _longest(product, step)
    except ValueError as error:
        yield ("symbology",), f"no {step.symbology} of this product: {error}", "correct the product"
        return
    design = step.design
    if design is None:
        return
    wrong = [*_sheet(design)]
    yield from wrong
    if wrong:
        return
    for at, field in enumerate(design.fields):
        yield from _field(design, field, step.symbology, longest, ("design", "fields", at))
    yield from _complete(design)


def _longest(product: Product, step: LabelStep) -> str:
    """What the code carries with the longest lot and serial number, as a scanner sends it."""
    lot, serial = (step.design.longest_lot, step.design.longest_serial) if step.design else (1, 1)
    known = (max(1, min(lot, LONGEST)), max(1, min(serial, LONGEST)))
    content = content_for(product, step.symbology, _SAMPLE_DAY, "A" * known[0], "A" * known[1])
    return content_bytes(content).decode("ascii")


def _sheet(design: LabelDesign) -> Found:
    if design.dpi not in DOTS_PER_MM:
        known = ", ".join(map(str, DOTS_PER_MM))
        yield ("design", "dpi"), f"no printer has {design.dpi} dpi", f"one of {known}"
    for name in ("width", "height"):
        if not 0 < getattr(design, name) <= LARGEST:
            yield ("design", name), "no label has this size", f"more than 0, at most {LARGEST} mm"
    for name in ("longest_lot", "longest_serial"):
        if not 0 < getattr(design, name) <= LONGEST:
            yield ("design", name), "no code has room for that", f"1 to {LONGEST} characters"
    if len(design.fields) > MOST_FIELDS:
        yield ("design", "fields"), f"more than {MOST_FIELDS} fields", "leave some out"


def _field(
    design: LabelDesign, field: LabelField, symbology: str, longest: str, path: Path
) -> Found:
    if isinstance(field, LabelSymbol):
        try:
            width, height = symbol_room(field, symbology, longest)
        except ValueError as error:
            yield path, str(error), "shorten longest_lot or longest_serial"
            return
        yield from _symbol(design, field, symbology, path)
    elif isinstance(field, LabelRule):
        width, height = field.width, field.thickness
    else:
        width, height = field.width or design.width - field.x, field.size
    if isinstance(field, LabelHri) and field.lines:
        height = field.size * LINES[symbology in HIBC]
    if isinstance(field, LabelText):
        yield from _text(field, (*path, "text"))
    yield from _inside(design, field, width, height, path)


def symbol_room(field: LabelSymbol, symbology: str, longest: str) -> tuple[Decimal, Decimal]:
    """Width and height the symbol may take with its quiet zone, mm; ValueError if it holds less."""
    side = (most_modules(longest, symbology) + 2 * QUIET[symbology]) * field.module
    return side, (field.height or SHORTEST_BARS) if symbology in LINEAR else side


def _symbol(design: LabelDesign, field: LabelSymbol, symbology: str, path: Path) -> Found:
    smallest = SMALLEST_MODULE[symbology in LINEAR]
    dots = int(field.module * DOTS_PER_MM[design.dpi])
    printed = dots / DOTS_PER_MM[design.dpi]
    if printed.quantize(Decimal("0.001")) < smallest:
        problem = f"symbol too small: a module of {dots} dots at {design.dpi} dpi"
        yield (*path, "module"), problem, f"at least {smallest} mm of whole dots"
    if symbology in LINEAR and field.height is not None and field.height < SHORTEST_BARS:
        yield (*path, "height"), "symbol too small: the bars are too short", f"{SHORTEST_BARS} mm"


def _text(field: LabelText, path: Path) -> Found:
    try:
        unknown = [name for name in placeholders(field.text) if name not in PLACEHOLDERS]
    except ValueError as error:
        yield path, f"unreadable placeholder: {error}", "write {lot}, and {{ for a brace"
        return
    for name in unknown:
        yield path, f"unknown placeholder {{{name}}}", f"one of {', '.join(PLACEHOLDERS)}"


def _inside(
    design: LabelDesign, field: LabelField, width: Decimal, height: Decimal, path: Path
) -> Found:
    ends = {"x": (field.x, width, design.width), "y": (field.y, height, design.height)}
    for name, (start, length, edge) in ends.items():
        if start < 0 or length <= 0 or start + length > edge:
            reach = f"{start} to {start + length} of {edge} mm"
            yield (*path, name), f"outside the label: {reach}", "move it or make it smaller"


def _complete(design: LabelDesign) -> Found:
    """One symbol, its content for people, lot, serial, expiry, head, copy; what it must say."""
    at: Path = ("design", "fields")
    symbols = sum(isinstance(each, LabelSymbol) for each in design.fields)
    if symbols != 1:
        yield at, f"the label has {symbols} symbols", "one field of type symbol"
    texts = [each.text for each in design.fields if isinstance(each, LabelText)]
    said = {name for text in texts for name in _names(text)}
    if "udi" not in said and not any(isinstance(each, LabelHri) for each in design.fields):
        yield at, "the symbol's content cannot be read by people", "add a field of type hri"
    for name, cure in _SAID:
        if name not in said:
            yield at, f"the label does not say its {name}", f"add a text with {cure}"
    if not said & {"copy", "reprint"}:
        yield at, "a reprint would not be marked", "add a text with {reprint} or {copy}"
    for number, words in enumerate(design.required):
        if not any(words in text for text in texts):
            yield ("design", "required", number), f"no text says {words!r}", "add it to a text"


def _names(text: str) -> tuple[str, ...]:
    try:
        return placeholders(text)
    except ValueError:
        return ()  # reported where it stands
