"""Identifiers in codes: what a scan says, what is wrong with it, and the strings to print.

A finding is a named code and never a silent repair. A scan with any finding identifies nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.gs1 import GS, check_digit, has_check_digit, lint, needs_separator, read_date, split

if TYPE_CHECKING:
    from datetime import date

FINDINGS = (
    "aim-missing", "bad-character", "bad-check-digit", "bad-date", "bad-length", "bad-value",
    "empty", "empty-field", "not-gs1", "repeated-ai", "separator-lost", "too-long", "unknown-ai",
)  # fmt: skip
"""Every finding :func:`parse` can report."""

GS1_AIMS = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
"""AIM identifiers of symbols that carry GS1 element strings."""
EAN_AIMS = {"]E0": (12, 13), "]E4": (8,)}
AIM_OF = {"gs1-datamatrix": "]d2", "gs1-128": "]C1", "gs1-qr": "]Q3"}
"""The AIM identifier of each symbology a label step may name."""

MAX_RAW = 4_096
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_BRACKETED_AI = re.compile(r"\(([0-9]{2,4})\)")
_VARIABLE = frozenset({"10", "21", "30", "37", "240", "241", "250", "251", "400"})
_SWALLOWED = re.compile(r".(?:1[1-7](\d{6})|310\d\d{6})(?:(?:10|21|30|37|240).+)?$")


@dataclass(frozen=True, slots=True)
class Identified:
    """What a code says. Empty members were not in it; with findings, trust none of them."""

    gtin: str = ""
    """GTIN-14."""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    quantity: int | None = None
    """Count of items (AI 30 or 37)."""
    findings: tuple[str, ...] = ()
    """Codes of :data:`FINDINGS`, each once, sorted."""
    elements: tuple[tuple[str, str], ...] = ()
    """(AI, value) in the order read."""
    aim: str = ""

    @property
    def hri(self) -> str:
        """The human-readable interpretation: ``(01)…(17)…(10)…``."""
        return "".join(f"({ai}){value}" for ai, value in self.elements)


def stripped(raw: bytes, aim: str = "") -> tuple[bytes, str]:
    """The message's bytes and its AIM identifier, whichever way the AIM identifier came.

    Takes off an AIM prefix inside the bytes and one line end (CR, LF or CR LF). If the prefix
    contradicts ``aim``, nothing is taken off: the code then fails as what it is.
    """
    message = raw.removesuffix(b"\n").removesuffix(b"\r")
    prefix = _AIM.match(message)
    if prefix and aim in ("", prefix.group().decode("ascii")):
        return message[3:], prefix.group().decode("ascii")
    return message, aim


def parse(raw: bytes, aim: str = "") -> Identified:
    """What the code says; ``aim`` is the symbology the source gave, empty if it gave none."""
    message, aim = stripped(raw, aim)
    if len(message) > MAX_RAW:
        return Identified(findings=("too-long",), aim=aim)
    if not message:
        return Identified(findings=("empty",), aim=aim)
    try:
        text = message.decode("ascii")
    except UnicodeDecodeError:
        return Identified(findings=("bad-character",), aim=aim)
    if aim in EAN_AIMS:
        return _ean(text, aim)
    if aim and aim not in GS1_AIMS:
        return Identified(findings=("not-gs1",), aim=aim)
    return _element_string(text.removeprefix(GS), aim)


def _ean(text: str, aim: str) -> Identified:
    if len(text) not in EAN_AIMS[aim] or not has_check_digit(text):
        return Identified(findings=("bad-check-digit",), aim=aim)
    gtin = text.zfill(14)
    return Identified(gtin=gtin, elements=(("01", gtin),), aim=aim)


def _element_string(text: str, aim: str) -> Identified:
    elements, findings = split(text)
    if not aim:
        findings.append("aim-missing")
    if _separator_lost(elements, findings, aim):
        findings.append("separator-lost")
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            findings.append("repeated-ai")
    return _identified(tuple(elements), values, findings, aim)


def _separator_lost(elements: list[tuple[str, str]], findings: list[str], aim: str) -> bool:
    """Whether an element of variable length may have swallowed what followed it.

    Sure signs: it is too long. Fair signs: nobody says that the scanner transmits separators, or
    its tail reads as an expiry, production date or weight that the code does not have otherwise.
    """
    variable = [(ai, value) for ai, value in elements if ai in _VARIABLE]
    if not variable:
        return False
    dated = any(ai in {"11", "15", "17"} for ai, _ in elements)
    return not aim or any(
        "too-long" in lint(ai, value) or (not dated and _swallowed(value)) for ai, value in variable
    ) or ("unknown-ai" in findings)  # fmt: skip


def _swallowed(value: str) -> bool:
    found = _SWALLOWED.search(value)
    return found is not None and (found.group(1) is None or read_date(found.group(1)) is not None)


def _identified(
    elements: tuple[tuple[str, str], ...], values: dict[str, str], findings: list[str], aim: str
) -> Identified:
    expiry = values.get("17") or values.get("7003", "")[:6]
    count = values.get("30") or values.get("37", "")
    return Identified(
        gtin=values.get("01") or values.get("02", ""),
        lot=values.get("10", ""),
        expiry=read_date(expiry),
        serial=values.get("21", ""),
        quantity=int(count) if re.fullmatch(r"[0-9]{1,8}", count) else None,
        findings=tuple(sorted(set(findings))),
        elements=elements,
        aim=aim,
    )


def gtin14(gtin: str) -> str:
    """The GTIN with leading zeros to 14 digits; ValueError if it is not a GTIN (check digit)."""
    if len(gtin) not in {8, 12, 13, 14} or not has_check_digit(gtin):
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
    return "".join(f"({ai}){value}" for ai, value in elements)


def printable(ai: str, value: str) -> list[str]:
    """What keeps a value from standing in an element string in brackets; empty if nothing does.

    A value such as ``A(21)B`` would be read back as a lot and a serial number.
    """
    return lint(ai, value) or (["bad-value"] if _BRACKETED_AI.search(value) else [])


def from_brackets(text: str) -> Identified:
    """What an element string in brackets says; finding ``not-gs1`` if it is not one."""
    if len(text) > MAX_RAW or not text.isascii() or not text.startswith("("):
        return Identified(findings=("not-gs1",))
    elements = _bracketed(text)
    if elements is None:
        return Identified(findings=("not-gs1",))
    findings = [finding for ai, value in elements for finding in lint(ai, value)]
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            findings.append("repeated-ai")
    return _identified(tuple(elements), values, findings, "")


def _bracketed(text: str) -> list[tuple[str, str]] | None:
    """(AI, value) pairs; a bracket inside a value is only then an AI's if an AI stands in it."""
    parts = _BRACKETED_AI.split(text)
    if parts[0]:
        return None
    return list(zip(parts[1::2], parts[2::2], strict=True))


def raw_string(brackets: str) -> bytes:
    """The bytes a scanner sends for this element string, with GS where GS1 asks for it.

    ValueError if it has a finding.
    """
    identified = from_brackets(brackets)
    if identified.findings:
        msg = f"{brackets!r}: {', '.join(identified.findings)}"
        raise ValueError(msg)
    return join(identified.elements)


def join(elements: tuple[tuple[str, str], ...]) -> bytes:
    """The elements one after another, GS after each but the last that needs one."""
    text = ""
    for ai, value in elements:
        text += ai + value + (GS if needs_separator(ai) else "")
    return text.removesuffix(GS).encode("ascii")


__all__ = [
    "AIM_OF", "FINDINGS", "GS", "GS1_AIMS", "Identified", "check_digit", "element_string",
    "from_brackets", "gtin14", "has_check_digit", "join", "parse", "printable", "raw_string",
    "stripped",
]  # fmt: skip
