"""Dates as codes write them, read without asking what day it is.

A verdict must not change with the clock, so two-digit years turn at a fixed year. GS1's own window
(49 years back, 50 ahead) is the same until 2027 and differs by one year in each year after.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from forms.identifiers.checks import digital

_CENTURY_TURN = 77
"""YY from here on is 19YY."""
_MONTHS = 12


def read_date(text: str, *, month_end: bool = True) -> date | None:
    """The date of ``YYMMDD``; day 00 is the month's last day. None if there is no such date."""
    if len(text) != len("YYMMDD") or not digital(text):
        return None
    return _day(year(text[:2]), text[2:4], text[4:], month_end=month_end)


def read_long_date(text: str, *, month_end: bool = False) -> date | None:
    """The date of ``YYYYMMDD``; None if there is no such date."""
    if len(text) != len("YYYYMMDD") or not digital(text) or text < "00010000":
        return None
    return _day(int(text[:4]), text[4:6], text[6:], month_end=month_end)


def read_ordinal(text: str) -> date | None:
    """The date of ``YYDDD``, the day counted within its year; None if there is no such date."""
    if len(text) != len("YYDDD") or not digital(text):
        return None
    return ordinal(year(text[:2]), int(text[2:]))


def ordinal(whole_year: int, day: int) -> date | None:
    """Day 1 to 366 of a year; None if the year has no such day."""
    found = date(whole_year, 1, 1) + timedelta(days=day - 1) if day else None
    return found if found and found.year == whole_year else None


def read_month(text: str) -> date | None:
    """The last day of the month ``MMYY``; None if there is no such month."""
    if len(text) != len("MMYY") or not digital(text):
        return None
    return _day(year(text[2:]), text[:2], "00", month_end=True)


def is_time(text: str) -> bool:
    """Whether ``HH``, ``HHMM`` or ``HHMMSS`` is a time of day."""
    if not digital(text) or len(text) not in {2, 4, 6}:
        return False
    parts = [int(text[at : at + 2]) for at in range(0, len(text), 2)]
    return all(part < limit for part, limit in zip(parts, (24, 60, 60), strict=False))


def year(two_digits: str) -> int:
    """The year that two digits mean."""
    number = int(two_digits)
    return number + (1900 if number >= _CENTURY_TURN else 2000)


def _day(whole_year: int, month: str, day: str, *, month_end: bool) -> date | None:
    if not 1 <= int(month) <= _MONTHS:
        return None
    last = monthrange(whole_year, int(month))[1]
    number = last if month_end and day == "00" else int(day)
    return date(whole_year, int(month), number) if 1 <= number <= last else None
