"""What a label's code carries, as records and people have it, and as the symbol does.

A GS1 content is an element string in brackets; an HIBC content is its own text, which begins with
``+`` and ends in its check character (ANSI/HIBC 2.6).
"""

from __future__ import annotations

from datetime import date

from forms.identifiers import checks, hibc
from forms.identifiers.element_string import from_brackets, raw_string
from forms.identifiers.identified import Identified

_HIBC = "+"


def content_says(content: str) -> Identified:
    """What the content says."""
    return hibc.read(content) if content.startswith(_HIBC) else from_brackets(content)


def content_bytes(content: str) -> bytes:
    """The bytes a scanner sends for it; ValueError if it has a finding."""
    if not content.startswith(_HIBC):
        return raw_string(content)
    if findings := hibc.read(content).findings:
        msg = f"{content!r}: {', '.join(findings)}"
        raise ValueError(msg)
    return content.encode("ascii")


def hibc_string(*, primary: str, expiry: date, lot: str, serial: str) -> str:
    """Primary and secondary data in one symbol: ``+PRIMARY/$$3YYMMDDLOT/SSERIAL`` and its check.

    ``primary``: labeler, product and unit of measure, such as ``A99912345670``. ValueError if a
    value does not fit its place.
    """
    body = f"+{primary}/$$3{expiry:%y%m%d}{lot}/S{serial}"
    text = body + checks.mod43(body)
    says = hibc.read(text)
    if says.findings or (says.udi_di, says.expiry, says.lot, says.serial) != (
        primary,
        expiry,
        lot,
        serial,
    ):
        msg = f"{text!r} does not say what it should: {', '.join(says.findings)}"
        raise ValueError(msg)
    return text
