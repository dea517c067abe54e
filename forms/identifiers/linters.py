"""Rules for the content of a component of a GS1 element, by the names GS1 gives them.

Sources: GS1 General Specifications chapter 3 and GS1's Barcode Syntax Tests. Each rule is a
function of the component's text; the component's length and character set are checked before.
Not checked: that a company prefix is allotted.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from forms.identifiers import checks, dates
from forms.identifiers.code_lists import (
    COUNTRY_LETTERS,
    COUNTRY_NUMBERS,
    CURRENCY_NUMBERS,
    PACKAGE_TYPES,
)
from forms.identifiers.coupons import is_coupon, is_offer

_NO_TIME = "9999"
"""AI 4324 and 4325 write this where no time is meant."""


def _key(text: str) -> bool:
    """Begins with a company prefix, which has at least four digits."""
    return checks.digital(text[:4]) and len(text) >= len("1234")


def _pieces(text: str) -> bool:
    """``PPTT``: both above zero, piece not above total."""
    piece, total = text[:2], text[2:]
    return "00" not in (piece, total) and piece <= total


def _position(text: str) -> bool:
    """``P/T``, as a child among those of one birth."""
    return re.fullmatch(r"[1-9]/[1-9]", text) is not None and text[0] <= text[2]


def _iban(text: str) -> bool:
    shape = re.fullmatch(r"([A-Z]{2})[0-9]{2}[0-9A-Z]{6,30}", text)
    return shape is not None and shape.group(1) in COUNTRY_LETTERS


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


DATE_RULES: dict[str, Callable[[str], bool]] = {
    "yymmd0": lambda text: dates.read_date(text) is not None,
    "yymmdd": lambda text: dates.read_date(text, month_end=False) is not None,
    "yyyymmdd": lambda text: dates.read_long_date(text) is not None,
    "hh": dates.is_time,
    "hhmi": dates.is_time,
    "hhmi9": lambda text: text == _NO_TIME or dates.is_time(text),
    "mi": lambda text: dates.is_time("00" + text),
    "ss": lambda text: dates.is_time("00" + text),
}
CHECK_RULES: dict[str, Callable[[str], bool]] = {
    "csumalpha": checks.has_check_pair,
    "ibancheck": lambda text: not _iban(text) or checks.is_iban(text),
}
VALUE_RULES: dict[str, Callable[[str], bool]] = {
    "couponcode": is_coupon,
    "couponposoffer": is_offer,
    "hasnondigit": lambda text: not checks.digital(text),
    "hyphen": lambda text: text == "-",
    "iban": _iban,
    "importeridx": _matches(r"[0-9A-Za-z_-]"),
    "iso3166": COUNTRY_NUMBERS.__contains__,
    "iso3166999": lambda text: text in COUNTRY_NUMBERS or text == "999",
    "iso3166alpha2": COUNTRY_LETTERS.__contains__,
    "iso4217": CURRENCY_NUMBERS.__contains__,
    "iso5218": _matches("[0129]"),
    "key": _key,
    "latitude": lambda text: text <= "1800000000",
    "longitude": lambda text: text <= "3600000000",
    "mediatype": _matches("0[1-9]|10|[89][0-9]"),
    "nonzero": lambda text: text.strip("0") != "",
    "nozeroprefix": lambda text: text == "0" or not text.startswith("0"),
    "packagetype": PACKAGE_TYPES.__contains__,
    "pcenc": _matches("(?:[^%]|%[0-9A-Fa-f]{2})*"),
    "pieceoftotal": _pieces,
    "posinseqslash": _position,
    "winding": _matches("[019]"),
    "yesno": _matches("[01]"),
    "zero": lambda text: text == "0",
}
"""Also GS1's names; ``ibancheck`` and ``hhmi9`` are ours, for their own finding and exception."""


def complaint(rule: str, text: str) -> str:
    """The finding if the text breaks the named rule, else empty."""
    if rule == "csum":
        return "" if checks.has_check_digit(text) else "bad-check-digit"
    if rule in DATE_RULES:
        return "" if DATE_RULES[rule](text) else "bad-date"
    if rule in CHECK_RULES:
        return "" if CHECK_RULES[rule](text) else "bad-check-character"
    return "" if VALUE_RULES[rule](text) else "bad-value"
