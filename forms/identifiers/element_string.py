"""GS1 element strings: taken apart, put together, in brackets and as a scanner sends them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from forms.identifiers import dates
from forms.identifiers.ai_table import at_start, known, lint, needs_separator
from forms.identifiers.associations import company
from forms.identifiers.checks import has_check_digit
from forms.identifiers.identified import GS, MAX_RAW, Identified, brackets, once

Elements = tuple[tuple[str, str], ...]

_BRACKETED = re.compile(r"\(([0-9]{2,4})\)")
_SQUARE = re.compile(r"\[([0-9]{2,4})\]")
_PRODUCTION = ("10", "11", "13", "15", "16", "17", "21", "235", "7003", "8008", "8012")
"""AIs that are production identifiers of a device (UDI-PI)."""
_DATED = (("produced", "11"), ("packed", "13"), ("best_before", "15"), ("sell_by", "16"),
          ("expiry", "17"))  # fmt: skip
_GTIN_LENGTHS = (8, 12, 13, 14)


def split(message: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The message's elements as (AI, value), and the findings. Stops at an unknown AI."""
    elements: list[tuple[str, str]] = []
    findings: list[str] = []
    rest = message
    while rest:
        if rest.startswith(GS):
            findings.append("empty-field")
            rest = rest[1:]
            continue
        identifier = at_start(rest)
        if identifier is None:
            findings.append("unknown-ai")
            break
        body = rest[len(identifier.ai) :]
        end = body.find(GS) if GS in body else len(body)
        end = end if identifier.variable else min(end, identifier.longest)
        value, rest = body[:end], body[end:].removeprefix(GS)
        elements.append((identifier.ai, value))
        findings.extend(lint(identifier.ai, value))
    return elements, findings


def from_brackets(text: str) -> Identified:
    """What an element string in brackets, round or square, says; ``unknown-format`` if it is none.

    A bracket inside a value is an AI's only if two to four digits stand in it.
    """
    if len(text) > MAX_RAW:
        return Identified(findings=("too-long",))
    square = text.startswith("[")
    parts = (_SQUARE if square else _BRACKETED).split(text)
    if parts[0] or len(parts) == 1 or (square and re.search(r"[\[\]]", "".join(parts))):
        return Identified(findings=("unknown-format",), text=text)
    elements = list(zip(parts[1::2], parts[2::2], strict=True))
    findings = [finding for ai, value in elements for finding in lint(ai, value)]
    return replace(told(elements, findings), text=text)


def told(elements: list[tuple[str, str]], findings: list[str]) -> Identified:
    """What these elements say together; a value's first occurrence counts."""
    values = dict(reversed(elements))
    if any(values[ai] != value for ai, value in elements):
        findings = [*findings, "repeated-ai"]
    forbidden, missing = company(frozenset(values))
    gtin = values.get("01") or values.get("02", "")
    count = values.get("30") or values.get("37", "")
    production = [each for each in elements if each[0] in _PRODUCTION]
    return Identified(
        gtin=gtin,
        lot=values.get("10", ""),
        expiry=_expiry(values),
        serial=values.get("21", ""),
        quantity=int(count) if re.fullmatch(r"[0-9]{1,8}", count) else None,
        findings=once([*findings, *(["forbidden-pair"] if forbidden else [])]),
        notes=("required-missing",) if missing else (),
        elements=tuple(elements),
        agency="GS1",
        form="element-string",
        udi_di=values.get("01", ""),
        udi_pi=brackets(production),
        details=_details(values),
    )


def _expiry(values: dict[str, str]) -> date | None:
    return dates.read_date(values.get("17") or values.get("7003", "")[:6])


def _details(values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Its dates in ISO 8601, to the minute where the code says so."""
    found = [(name, dates.read_date(values.get(ai, ""))) for name, ai in _DATED]
    said = [(name, day.isoformat()) for name, day in found if day]
    timed = values.get("7003", "")
    day = dates.read_date(timed[:6])
    if day and "17" not in values and dates.is_time(timed[6:]):
        said.append(("expiry", f"{day.isoformat()}T{timed[6:8]}:{timed[8:]}"))
    return tuple(said)


def gtin_told(digits: str) -> Identified:
    """What a bare GTIN of 8, 12, 13 or 14 digits says: itself."""
    if len(digits) not in _GTIN_LENGTHS or not has_check_digit(digits):
        wrong = "bad-check-digit" if len(digits) in _GTIN_LENGTHS else "bad-length"
        return Identified(findings=(wrong,), agency="GS1", form="gtin", text=digits)
    return replace(told([("01", digits.zfill(14))], []), form="gtin", text=digits)


def gtin14(gtin: str) -> str:
    """The GTIN with leading zeros to 14 digits; ValueError if it is not a GTIN (check digit)."""
    if gtin_told(gtin).findings:
        msg = f"{gtin!r} is not a GTIN: 8, 12, 13 or 14 digits with a right check digit"
        raise ValueError(msg)
    return gtin.zfill(14)


def element_string(
    *, gtin: str, expiry: date | None = None, lot: str = "", serial: str = ""
) -> str:
    """The element string in brackets, ``(01)…(17)…(10)…(21)…``: what is printed and recorded.

    ValueError if a value does not fit its element.
    """
    date_text = expiry.strftime("%y%m%d") if expiry else ""
    parts = (("01", gtin14(gtin)), ("17", date_text), ("10", lot), ("21", serial))
    elements = [(ai, value) for ai, value in parts if value]
    for ai, value in elements:
        if findings := printable(ai, value):
            msg = f"({ai}){value}: {findings[0]}"
            raise ValueError(msg)
    return brackets(elements)


def printable(ai: str, value: str) -> list[str]:
    """What keeps a value from standing in an element string in brackets; empty if nothing does.

    A value such as ``A(21)B`` would be read back as a lot and a serial number.
    """
    return lint(ai, value) or (["bad-value"] if _BRACKETED.search(value) else [])


def raw_string(text: str) -> bytes:
    """The bytes a scanner sends for this element string in brackets, with GS where GS1 asks for it.

    ValueError if it has a finding.
    """
    identified = from_brackets(text)
    if identified.findings:
        msg = f"{text!r}: {', '.join(identified.findings)}"
        raise ValueError(msg)
    return join(identified.elements)


def join(elements: Elements) -> bytes:
    """The elements one after another, GS after each but the last that needs one."""
    text = ""
    for ai, value in elements:
        text += ai + value + (GS if needs_separator(ai) else "")
    return text.removesuffix(GS).encode("ascii")


def title(ai: str) -> str:
    """GS1's data title of an AI, as ``BATCH/LOT``; empty if there is none."""
    found = known(ai)
    return found.title if found else ""
