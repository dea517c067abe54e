"""Decimal texts as pairs of integers, exactly; the few that do not fit are kept as texts."""

from __future__ import annotations

MOST = 2**62
TEXT = -1
"""In place of the number of decimals: the other integer is the place of a text."""


def packed(text: str) -> tuple[int, int] | None:
    """Digits as one integer, and how many of them are decimals; None if that loses a sign."""
    whole, point, decimals = text.partition(".")
    digits = whole + decimals
    if not (whole and digits.isascii() and digits.isdigit() and bool(point) == bool(decimals)):
        return None
    if (len(whole) > 1 and whole[0] == "0") or len(digits) > 18:  # noqa: PLR2004 - below MOST
        return None
    return int(digits), len(decimals)


def unpacked(digits: int, decimals: int) -> str:
    """The text again."""
    if not decimals:
        return str(digits)
    text = str(digits).zfill(decimals + 1)
    return f"{text[:-decimals]}.{text[-decimals:]}"
