"""GS1 element strings: the AI table (from biip), splitting, and the content lint of our own.

biip's table names every application identifier with its format; its parser is not used, because it
guesses where a separator was lost and passes a fifth of GS1's own bad content.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

GS = "\x1d"
"""The separator (FNC1) after an element of variable length that is not the last."""
_CHECKED = {"00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "410": 13,
            "411": 13, "412": 13, "413": 13, "414": 13, "415": 13, "416": 13, "417": 13,
            "8003": 14, "8006": 14, "8017": 18, "8018": 18, "8026": 14}  # fmt: skip
"""AIs whose first n digits end in a mod-10 check digit."""
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_FULL_DATES = frozenset({"4324", "4325", "4326", "7003", "7006", "7007", "7011", "8008"})
_TIMED = {"4324": 6, "4325": 6, "7003": 6, "8008": 6}
_CSET82 = re.compile(r"[!\"%-?A-Z_a-z]*")
_CENTURY_TURN = 77
"""YY from here on is 19YY: a fixed turn, so that a verdict never changes with the clock."""


def check_digit(digits: str) -> str:
    """The mod-10 check digit GS1 puts after these digits."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of those before."""
    digital = digits.isascii() and digits.isdigit()
    return digital and len(digits) > 1 and check_digit(digits[:-1]) == digits[-1]


def read_date(text: str, *, month_end: bool = True) -> date | None:
    """The date of ``YYMMDD``; day 00 is the month's last day. None if there is no such date."""
    if not re.fullmatch(r"[0-9]{6}", text):
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 1900 if year >= _CENTURY_TURN else 2000
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return None
    last = monthrange(year, month)[1]
    if day == 0 and month_end:
        day = last
    return date(year, month, day) if 1 <= day <= last else None


def split(message: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The message's elements as (AI, value), and the findings. Stops at an unknown AI."""
    elements: list[tuple[str, str]] = []
    findings: list[str] = []
    rest = message
    while rest:
        if rest.startswith(GS):
            findings.append("empty-field")
            rest = rest[1:]
            continue
        identifier = _identifier(rest)
        if identifier is None:
            findings.append("unknown-ai")
            break
        value, rest = _take(identifier, rest)
        elements.append((identifier.ai, value))
        findings.extend(lint(identifier.ai, value))
    return elements, findings


def _identifier(rest: str) -> GS1ApplicationIdentifier | None:
    try:
        return GS1ApplicationIdentifier.extract(rest)
    except ParseError:
        return None


def _take(identifier: GS1ApplicationIdentifier, rest: str) -> tuple[str, str]:
    """The element's value and what follows it, its separator taken off."""
    body = rest[len(identifier.ai) :]
    end = body.find(GS)
    end = len(body) if end < 0 else end
    if not identifier.separator_required:
        end = min(end, longest(identifier))
    value, after = body[:end], body[end:]
    return value, after.removeprefix(GS)


def needs_separator(ai: str) -> bool:
    """Whether GS1 asks for a separator after this element when it is not the last."""
    identifier = _identifier(ai)
    return identifier is None or identifier.separator_required


def longest(identifier: GS1ApplicationIdentifier) -> int:
    """How many characters the element's value has at most."""
    return sum(int(size) for size in re.findall(r"\d+", identifier.format.partition("+")[2]))


def lint(ai: str, value: str) -> list[str]:
    """What is wrong with one element's value; ``unknown-ai`` if there is no such AI."""
    identifier = _identifier(ai)
    if identifier is None or identifier.ai != ai:
        return ["unknown-ai"]
    if not value:
        return ["empty-field"]
    if not _CSET82.fullmatch(value):
        return ["bad-character"]
    if len(value) > longest(identifier):
        return ["too-long"]
    return _lint_format(identifier, value)


def _lint_format(identifier: GS1ApplicationIdentifier, value: str) -> list[str]:
    dated = identifier.ai in _DATES or identifier.ai in _FULL_DATES
    if not re.compile(identifier.pattern).fullmatch(identifier.ai + value):
        if not identifier.separator_required and len(value) < longest(identifier):
            return ["bad-length"]
        return ["bad-date" if dated and value.isdigit() else "bad-value"]
    return _lint_content(identifier.ai, value)


def _lint_content(ai: str, value: str) -> list[str]:
    findings = []
    checked = _CHECKED.get(ai)
    if checked and not has_check_digit(value[:checked]):
        findings.append("bad-check-digit")
    if not _dates_exist(ai, value):
        findings.append("bad-date")
    if ai in {"8006", "8026"} and not _pieces(value[14:]):
        findings.append("bad-value")
    if ai in {"421", "422", "424", "426", "7030"} and value[:3] == "000":
        findings.append("bad-value")
    return findings


def _dates_exist(ai: str, value: str) -> bool:
    if ai in _DATES:
        return read_date(value) is not None
    if ai in _FULL_DATES:
        halves = (value[:6], value[6:12]) if ai == "7007" else (value[:6],)
        if any(read_date(half, month_end=False) is None for half in halves if half):
            return False
    if ai in _TIMED:
        return _time_exists(value[_TIMED[ai] :])
    return True


def _time_exists(text: str) -> bool:
    """Whether HH, HHMM or HHMMSS is a time of day; 9999 (not given) is allowed for two AIs."""
    if text == "9999":
        return True
    limits = (24, 60, 60)
    parts = [text[at : at + 2] for at in range(0, len(text), 2)]
    return all(int(part) < limit for part, limit in zip(parts, limits, strict=False))


def _pieces(text: str) -> bool:
    """Whether ``PPTT`` is a piece of a total: both above zero, piece not above total."""
    piece, total = text[:2], text[2:]
    return "00" not in (piece, total) and piece <= total
