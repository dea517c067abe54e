"""What a code says, and the names of everything that can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

GS = "\x1d"
"""The separator (FNC1) after a GS1 element of variable length that is not the last."""

_SEGMENT = re.compile(r"(?=/)")
MAX_RAW = 4_096
"""Bytes of a message: more than any symbol holds."""

FINDINGS = (
    "aim-differs", "aim-missing", "ambiguous", "bad-character", "bad-check-character",
    "bad-check-digit", "bad-date", "bad-length", "bad-link", "bad-value", "empty", "empty-field",
    "forbidden-pair", "repeated-ai", "separator-lost", "separator-spelled", "too-long", "truncated",
    "unknown-ai", "unknown-format",
)  # fmt: skip
"""Every finding: a code with one identifies nothing."""

NOTES = ("aim-missing", "check-not-verified", "required-missing", "unknown-identifier")
"""What is said of a code that may still be right: the rest may stand in another code."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a code says. Empty members were not in it; with findings, trust none of them."""

    gtin: str = ""
    """GTIN-14."""
    lot: str = ""
    expiry: date | None = None
    """The last day it may be used, whatever precision the code gives."""
    serial: str = ""
    quantity: int | None = None
    """Count of items."""
    findings: tuple[str, ...] = ()
    """Codes of :data:`FINDINGS`, each once, sorted."""
    notes: tuple[str, ...] = ()
    """Codes of :data:`NOTES`, each once, sorted."""
    elements: tuple[tuple[str, str], ...] = ()
    """(identifier, value) in the order read: AIs of GS1, data identifiers of the others."""
    aim: str = ""
    text: str = ""
    """The message without AIM identifier and line end."""
    agency: str = ""
    """Who issued it: GS1, HIBCC, ICCBBA, IFA or ZIIOT (the MA code); empty if nobody known."""
    form: str = ""
    """How it is written: element-string, digital-link, gtin, hibc, isbt128, ifa, ma."""
    udi_di: str = ""
    udi_pi: str = ""
    """The device identifier, and the production identifiers as people read them."""
    details: tuple[tuple[str, str], ...] = ()
    """More (name, text): dates at the code's own precision in ISO 8601, labeler, unit…"""

    @property
    def other_di(self) -> str:
        """The device identifier of a code without a GTIN, of another agency; empty with one."""
        return "" if self.gtin else self.udi_di

    @property
    def hri(self) -> str:
        """The human-readable interpretation: ``(01)…(17)…(10)…``, or the text of other agencies."""
        return brackets(self.elements) if self.agency == "GS1" else self.text * bool(self.agency)

    @property
    def hri_lines(self) -> tuple[str, ...]:
        """The same where it may take several lines: one element each; together they are the whole.

        HIBC breaks before the ``/`` of each segment; the check character stays with the last, even
        if it is a ``/`` itself.
        """
        if self.agency == "GS1":
            return tuple(brackets([one]) for one in self.elements)
        if self.form != "hibc":
            return (self.hri,)
        *whole, last = _SEGMENT.split(self.hri[:-1])
        return (*whole, last + self.hri[-1:])


def brackets(elements: Iterable[tuple[str, str]]) -> str:
    """GS1 elements as people read them."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def once(codes: Iterable[str]) -> tuple[str, ...]:
    """Each code once, sorted."""
    return tuple(sorted(set(codes)))
