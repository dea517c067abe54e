"""North American coupons in AI 8110 and 8112.

Sources: "North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols" and
"GS1 AI (8112) Coupon Data Specification". No medical device carries one; GS1's own lint asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from forms.identifiers import checks, dates

_REQUIREMENT_CODES = "012349"
_NO_PREFIX = "9"


class _Bad(ValueError):
    """The coupon's fields do not follow one another as they must."""


class _Fields:
    """Reads a coupon's digits from the left."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._text)

    def next(self, count: int) -> str:
        """The next digits; _Bad if there are fewer."""
        found = self._text[self._at : self._at + count]
        if len(found) < count:
            raise _Bad
        self._at += count
        return found

    def one_of(self, allowed: str) -> str:
        found = self.next(1)
        if found not in allowed:
            raise _Bad
        return found

    def counted(self, allowed: str, beyond: int) -> str:
        """A field whose length stands before it, less ``beyond``."""
        return self.next(int(self.one_of(allowed)) + beyond)

    def optional(self, indicator: str) -> bool:
        """Whether the optional field of this indicator comes next; takes the indicator off."""
        if self._text[self._at : self._at + 1] != indicator:
            return False
        self._at += 1
        return True


def is_coupon(text: str) -> bool:
    """Whether AI 8110's value is a coupon: every field there, of its length, codes known."""
    return checks.digital(text) and _reads(text, _coupon)


def is_offer(text: str) -> bool:
    """Whether AI 8112's value is a positive offer: format, funder, offer code, serial number."""
    return checks.digital(text) and _reads(text, _offer)


def _reads(text: str, grammar: Callable[[_Fields], None]) -> bool:
    fields = _Fields(text)
    try:
        grammar(fields)
    except _Bad:
        return False
    return not fields.more()


def _offer(fields: _Fields) -> None:
    fields.one_of("01")
    fields.counted("0123456", 6)
    fields.next(6)
    fields.counted("0123456789", 6)


def _coupon(fields: _Fields) -> None:
    fields.counted("0123456", 6)
    fields.next(6)
    fields.counted("12345", 0)
    _purchase(fields)
    if fields.optional("1"):
        fields.one_of("0123")
        _purchase(fields, prefixed=True)
    if fields.optional("2"):
        _purchase(fields, prefixed=True)
    _dates(fields)
    if fields.optional("5"):
        fields.counted("0123456789", 6)
    if fields.optional("6"):
        fields.counted("1234567", 6)
    if fields.optional("9"):
        fields.one_of("01256")
        fields.one_of("012")
        fields.next(1)
        fields.one_of("01")


def _purchase(fields: _Fields, *, prefixed: bool = False) -> None:
    """What must be bought: how much, of what family, and of whom if it is somebody else's."""
    fields.counted("12345", 0)
    fields.one_of(_REQUIREMENT_CODES)
    fields.next(3)
    if prefixed:
        length = fields.one_of("0123456" + _NO_PREFIX)
        fields.next(0 if length == _NO_PREFIX else int(length) + 6)


def _dates(fields: _Fields) -> None:
    until = _date(fields) if fields.optional("3") else date.max
    since = _date(fields) if fields.optional("4") else date.min
    if until < since:
        raise _Bad


def _date(fields: _Fields) -> date:
    found = dates.read_date(fields.next(6), month_end=False)
    if found is None:
        raise _Bad
    return found
