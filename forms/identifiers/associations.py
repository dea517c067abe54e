"""Which GS1 elements may, and which must, stand beside one another.

GS1 judges companions over all codes of one item together, and an item may carry its GTIN in one
bar code and its lot in another. So what is missing is a note; what is forbidden is a finding.
"""

from __future__ import annotations

from functools import lru_cache

from forms.identifiers.ai_rules import ALIKE, FORBIDDEN, REQUIRED
from forms.identifiers.ai_table import alike


@lru_cache(maxsize=1_024)
def company(ais: frozenset[str]) -> tuple[bool, bool]:
    """Whether two of them exclude one another, and whether one lacks a companion."""
    forbidden = _decimals_differ(ais) or any(
        _present(left, ais) and _present(right, ais)
        for lefts, rights in FORBIDDEN
        for left in lefts.split()
        for right in rights.split()
    )
    missing = any(
        any(_present(pattern, ais) for pattern in patterns.split())
        and not any(_all_present(each, ais) for each in alternatives.split())
        for patterns, alternatives in REQUIRED
    )
    return forbidden, missing


def _present(pattern: str, ais: frozenset[str]) -> bool:
    return any(alike(pattern, ai) for ai in ais) if "n" in pattern else pattern in ais


def _all_present(alternative: str, ais: frozenset[str]) -> bool:
    return all(_present(pattern, ais) for pattern in alternative.split("+"))


def _decimals_differ(ais: frozenset[str]) -> bool:
    """Whether one measure comes twice, with its decimal point in two places."""
    measures = [ai[:-1] for ai in ais if any(alike(pattern, ai) for pattern in ALIKE)]
    return len(measures) != len(set(measures))
