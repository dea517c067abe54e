"""One door for every code: whose it is, what it says, what is wrong with it.

A finding is a named code and never a silent repair. A code with any finding identifies nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from forms.identifiers import digital_link, hibc, ifa, isbt128, ma, separator
from forms.identifiers.ai_table import needs_separator
from forms.identifiers.aim import EAN_AIMS, GS1_AIMS, ITF_AIMS, stripped
from forms.identifiers.element_string import from_brackets, gtin_told, split, told
from forms.identifiers.identified import GS, MAX_RAW, Identified, once

_COMPOSITE = "|]e0"
"""How a reader joins a linear symbol and the element string of its composite component."""


def parse(raw: bytes, aim: str = "") -> Identified:
    """What the code says; ``aim`` is the symbology the source gave, empty if it gave none.

    The bytes may begin with the AIM identifier; text that people typed may be in brackets.
    """
    message, named = stripped(raw, aim)
    if len(message) > MAX_RAW:
        return Identified(findings=("too-long",), aim=named)
    if message in {b"", b"\x1d"}:
        return Identified(findings=("empty",), aim=named)
    text = message.decode("utf-8", "replace")
    found = replace(_read(text, named), aim=named, text=text.removeprefix(GS))
    typed = text[0] in "(["
    notes = () if named or typed or not found.agency else ("aim-missing",)
    return replace(found, notes=once([*found.notes, *notes]))


def scanned(raw: bytes, aim: str = "") -> Identified:
    """What a code says that an instrument read: who reads must say the symbology.

    Without it nobody knows whether separators reach us, so no element of variable length is sure.
    """
    found = parse(raw, aim)
    if "aim-missing" not in found.notes:
        return found
    unsure = found.form == "element-string" and any(needs_separator(ai) for ai, _ in found.elements)
    findings = [*found.findings, "aim-missing", *(["separator-lost"] if unsure else [])]
    return replace(found, findings=once(findings))


def _read(text: str, aim: str) -> Identified:
    if separator.spelled(text):
        return Identified(findings=("separator-spelled",))
    if not text.isascii():
        return Identified(findings=("bad-character",))
    if text.startswith("]"):
        return Identified(findings=("aim-differs",))
    if aim in EAN_AIMS or aim in ITF_AIMS:
        return _gtin(text, aim)
    reader = _reader(text)
    if reader is None:
        return _digits(text, aim)
    found = reader(text)
    differs = ["aim-differs"] if aim in GS1_AIMS else []
    return replace(found, findings=once([*found.findings, *differs]))


def _reader(text: str) -> Callable[[str], Identified] | None:
    """Who reads what begins so; None if it is an element string, a GTIN or nothing known."""
    if digital_link.is_link(text):
        return digital_link.read
    if ifa.is_envelope(text):
        return ifa.read
    if text.startswith("MA."):
        return ma.read
    return _BY_FIRST.get(text[0])


_BY_FIRST: dict[str, Callable[[str], Identified]] = {
    "+": hibc.read, "=": isbt128.read, "&": isbt128.read, "(": from_brackets, "[": from_brackets,
}  # fmt: skip


def _gtin(text: str, aim: str) -> Identified:
    """The GTIN of an EAN, UPC or ITF symbol, and the element string of a composite beside it."""
    linear, joined, composite = text.partition(_COMPOSITE)
    found = gtin_told(linear)
    if len(linear) not in EAN_AIMS.get(aim, (14,)) and not found.findings:
        return replace(found, findings=("bad-length",))
    if not joined:
        return found
    elements, findings = split(composite)
    return told([*found.elements, *elements], [*found.findings, *findings])


def _digits(text: str, aim: str) -> Identified:
    """An element string, or a bare GTIN where no symbology is named.

    Most EANs could also be some order number or internal field, so digits that are a GTIN are one,
    unless they could be a lot, a serial number or a date as well.
    """
    elements, findings = split(text.removeprefix(GS))
    gs1 = aim in GS1_AIMS or text.startswith(GS)
    if not elements and not gs1:
        return _bare(text, aim) or Identified(findings=("unknown-format",))
    doubts = _doubts(text, elements, aim)
    found = (
        told(elements, [*findings, *doubts]) if elements else Identified(findings=once(findings))
    )
    bare = None if gs1 else _bare(text, aim)
    if bare is None:
        return found
    both = not findings and found.udi_pi
    return replace(found, findings=("ambiguous",)) if both else bare


def _bare(text: str, aim: str) -> Identified | None:
    """The GTIN that these digits are, where no symbology says what they are."""
    found = gtin_told(text)
    return None if aim or found.findings else found


def _doubts(text: str, elements: list[tuple[str, str]], aim: str) -> list[str]:
    doubts = []
    if aim and aim not in GS1_AIMS:
        doubts.append("aim-differs")
    if separator.substituted(text):
        doubts.append("separator-spelled")
    if separator.lost(elements, named=bool(aim), seen=GS in text):
        doubts.append("separator-lost")
    return doubts
