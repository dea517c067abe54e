"""HIBC supplier labels: primary, secondary, both in one symbol or one after another.

Source: ANSI/HIBC 2.6. ``+`` then labeler (4), product (1 to 18), unit of measure (1) and check
character; or ``+``, a secondary with a link character (the primary's check) and its own check. In
one symbol they are joined by ``/`` and share one check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from forms.identifiers import checks
from forms.identifiers.hibc_secondary import Secondary, supplement
from forms.identifiers.identified import Identified, once

_PRIMARY = re.compile(r"([A-Z][A-Z0-9]{3})([A-Z0-9]{1,18})([0-9])")
_CHARACTERS = re.compile(r"[0-9A-Z. $/+%-]*")
_BEGINS = re.compile(r"(?<![+/]\$)(?<![+/]\$\$)\+(?=\$|[0-9]{5}|[A-Z][A-Z0-9]{3}|[0-9]{2}D[0-9])")
_SHORTEST = 4
"""``+``, one character, link and check."""


@dataclass(slots=True)
class _Said:
    """What the messages of one line have said so far."""

    primary: str = ""
    primary_check: str = ""
    secondary: Secondary = field(default_factory=Secondary)
    production: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def read(text: str) -> Identified:
    """What the code says; shown with the finding even if a check character is wrong."""
    if not _CHARACTERS.fullmatch(text):
        return Identified(findings=("bad-character",), text=text, agency="HIBCC", form="hibc")
    said = _Said()
    for message in _messages(text):
        _message(message, said)
    return _identified(text, said)


def _messages(text: str) -> list[str]:
    """The line cut where a message begins: ``+`` is also a check character, so not at every one."""
    starts = [0]
    for found in _BEGINS.finditer(text, 1):
        rest = len(text) - found.start()
        if rest >= _SHORTEST and found.start() - starts[-1] >= _SHORTEST:
            starts.append(found.start())
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _message(message: str, said: _Said) -> None:
    if len(message) < _SHORTEST:
        said.findings.append("bad-length")
        return
    body, check = message[1:-1], message[-1]
    if checks.mod43(message[:-1]) != check:
        said.findings.append("bad-check-character")
    first, *parts = body.split("/")
    primary = None if said.primary else _PRIMARY.fullmatch(first)
    if primary:
        _primary(primary, said)
        said.primary_check = check if not parts else ""
    else:
        parts = _unlinked(body, said)
    for part in parts:
        said.production.append(part)
        supplement(part, said.secondary)
    said.secondary.elements.append(("CHECK", check))


def _primary(found: re.Match[str], said: _Said) -> None:
    said.primary = found.group()
    said.secondary.elements += zip(("LIC", "PCN", "U/M"), found.groups(), strict=True)


def _unlinked(body: str, said: _Said) -> list[str]:
    """A secondary's parts without its link character, which must be the primary's check."""
    body, link = body[:-1], body[-1]
    said.secondary.elements.append(("LINK", link))
    if said.primary_check and link != said.primary_check:
        said.findings.append("bad-link")
    return body.split("/")


def _identified(text: str, said: _Said) -> Identified:
    two = said.secondary
    names = (("labeler", "LIC"), ("product", "PCN"), ("unit_of_measure", "U/M"))
    told = dict(two.elements)
    details = [(name, told[key]) for name, key in names if key in told]
    return Identified(
        lot=two.lot,
        expiry=two.expiry,
        serial=two.serial,
        quantity=two.quantity,
        findings=once([*said.findings, *two.findings]),
        notes=once(two.notes),
        elements=tuple(two.elements),
        text=text,
        agency="HIBCC",
        form="hibc",
        udi_di=said.primary,
        udi_pi="/".join(said.production),
        details=(*details, *two.details),
    )
