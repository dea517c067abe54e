"""Lost and spelled-out separators: the silent fault of GS1 codes.

Without its separator, ``10 0329 15 210526`` reads as lot 032915210526. What can be read in two ways
is not read at all.
"""

from __future__ import annotations

import re

from forms.identifiers.ai_table import at_start, lint, needs_separator
from forms.identifiers.identified import GS

_SPELLED = re.compile(
    r"[<{\[](?:GS|FNC1|RS|EOT)[>}\]]|[\u241d\u241e\u2404]|\^\]|\\x1[de]|\\u001[de]|\\0?35|&#(?:x1d|29);",
    re.IGNORECASE,
)
_SUBSTITUTES = re.compile(r"[\^~|#@\t ]")
"""Characters that GS1 does not know and that scanners are set to send for a separator."""
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_NUMBERS = ("10", "21")
_MEASURES = ("31", "32", "33", "34", "35", "36")


def spelled(text: str) -> bool:
    """Whether a separator stands in the text as a word, a picture or an escape."""
    return _SPELLED.search(text) is not None


def substituted(text: str) -> bool:
    """Whether an element string has another character where its separators belong."""
    return GS not in text and any(
        at_start(part) is not None for part in _SUBSTITUTES.split(text)[1:]
    )


def lost(elements: list[tuple[str, str]], *, named: bool, seen: bool) -> bool:
    """Whether an element of variable length may have swallowed what followed it.

    ``named``: the reader gave the symbology; ``seen``: a separator of this code reached us. The
    less is known, the more of what could be another element counts; see :func:`_suspect`.
    """
    present = frozenset(ai for ai, _ in elements)
    dated = not _DATES.isdisjoint(present)
    for ai, value in elements:
        if not needs_separator(ai):
            continue
        if "too-long" in lint(ai, value):
            return True
        tails = [value[at:] for at in range(1, len(value)) if not lint(ai, value[:at])]
        suspects = (tail for tail in tails if _suspect(tail, dated=dated, named=named, seen=seen))
        if any(_reads_on(tail, present) for tail in suspects):
            return True
    return False


def _suspect(tail: str, *, dated: bool, named: bool, seen: bool) -> bool:
    """Whether a tail that may be another element is worth the doubt: many lots end in such digits.

    A first date or measure always is. Where no separator was seen, so is a lot or serial number;
    where nobody named the symbology either, anything.
    """
    if not dated and (tail[:2] in _DATES or tail[:2] in _MEASURES):
        return True
    return not seen and (not named or tail[:2] in _NUMBERS)


def _reads_on(tail: str, present: frozenset[str]) -> bool:
    """Whether it is nothing but sound elements that the code does not have already."""
    rest = tail
    while rest:
        identifier = at_start(rest)
        if identifier is None or identifier.ai in present:
            return False
        body = rest[len(identifier.ai) :]
        end = len(body) if identifier.variable else identifier.longest
        if lint(identifier.ai, body[:end]):
            return False
        rest = body[end:]
    return True
