"""Identifiers in codes: what a code says, what is wrong with it, and the strings to print."""

from forms.identifiers.ai_table import lint, needs_separator
from forms.identifiers.aim import AIM_OF, GS1_AIMS, stripped, symbology
from forms.identifiers.checks import check_digit, has_check_digit
from forms.identifiers.content import content_bytes, content_says, hibc_string
from forms.identifiers.dates import read_date
from forms.identifiers.element_string import (
    element_string,
    from_brackets,
    gtin14,
    join,
    printable,
    raw_string,
    split,
    title,
)
from forms.identifiers.identified import FINDINGS, GS, MAX_RAW, NOTES, Identified
from forms.identifiers.parser import parse, scanned

__all__ = [
    "AIM_OF", "FINDINGS", "GS", "GS1_AIMS", "MAX_RAW", "NOTES", "Identified", "check_digit",
    "content_bytes", "content_says", "element_string", "from_brackets", "gtin14", "has_check_digit",
    "hibc_string", "join", "lint", "needs_separator", "parse", "printable", "raw_string",
    "read_date", "scanned", "split", "stripped", "symbology", "title",
]  # fmt: skip
