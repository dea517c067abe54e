"""The secondary data of an HIBC code: lot or serial number, quantity, and its many dates.

Source: ANSI/HIBC 2.6, tables of the secondary data structure and of data identifiers behind ``/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from forms.identifiers import dates

_SECONDARY = re.compile(r"(\$\$?\+?|(?=[0-9]{5}))(.*)")
_NUMBER = re.compile(r"[A-Z0-9. -]{0,18}")
_IDENTIFIER = re.compile(r"([0-9]{0,3}[A-Z])(.*)")
_QUANTITIES = {"8": 2, "9": 5}
"""Flag, and the digits of the quantity behind it."""


@dataclass(slots=True)
class Secondary:
    """What the secondary data say; later data identifiers overrule nothing, they add."""

    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    quantity: int | None = None
    elements: list[tuple[str, str]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Form:
    """How the flag's date is written."""

    length: int
    day: Callable[[str], date | None]
    hours: bool = False
    whole_month: bool = False


def _us(text: str) -> date | None:
    return dates.read_date(text[4:] + text[:4], month_end=False)


def _day(text: str) -> date | None:
    return dates.read_date(text, month_end=False)


_FORMS = {
    "0": _Form(4, dates.read_month, whole_month=True),
    "1": _Form(4, dates.read_month, whole_month=True),
    "2": _Form(6, _us),
    "3": _Form(6, _day),
    "4": _Form(8, lambda text: _day(text[:6]), hours=True),
    "5": _Form(5, dates.read_ordinal),
    "6": _Form(7, lambda text: dates.read_ordinal(text[:5]), hours=True),
}
"""By flag: MMYY (the flag is its first digit), MMDDYY, YYMMDD, YYMMDDHH, YYDDD, YYDDDHH."""
_NO_DATE = "7"


def supplement(part: str, into: Secondary) -> None:
    """Read one part: secondary data, or a data identifier with its value."""
    secondary = _SECONDARY.fullmatch(part)
    if secondary:
        _secondary(secondary.group(1), secondary.group(2), into)
        return
    identifier = _IDENTIFIER.fullmatch(part)
    if identifier is None:
        into.findings.append("bad-value" if part else "empty-field")
        return
    name, value = identifier.groups()
    into.elements.append((name, value))
    if name in _READERS:
        _READERS[name](value, into)
    else:
        into.notes.append("unknown-identifier")


def _secondary(flag: str, text: str, into: Secondary) -> None:
    """``$`` a lot, ``$+`` a serial number; doubled, quantity and date come first; else YYDDD."""
    rest = text
    if not flag:
        rest = _dated("", _FORMS["5"], rest, into)
    elif flag.startswith("$$"):
        rest = _flagged(_counted(rest, into), into)
    if flag.endswith("+"):
        into.serial = _number("S", rest, into)
    elif rest:
        into.lot = _number("LOT", rest, into)


def _counted(text: str, into: Secondary) -> str:
    """The text without its quantity, if it begins with one."""
    length = _QUANTITIES.get(text[:1])
    if length is None:
        return text
    digits = text[1 : 1 + length]
    if len(digits) < length or not digits.isdigit():
        into.findings.append("bad-value")
    else:
        into.quantity = int(digits)
    into.elements.append((f"$${text[0]}", digits))
    return text[1 + length :]


def _flagged(text: str, into: Secondary) -> str:
    """The text without its date: flags 2 to 6 say how it is written, 7 that there is none."""
    flag = text[:1]
    if flag == _NO_DATE:
        return text[1:]
    if flag not in _FORMS:
        into.findings.extend(["bad-value"] * bool(text))
        return text
    form = _FORMS[flag]
    return _dated(f"$${flag}", form, text if form.whole_month else text[1:], into)


def _dated(name: str, form: _Form, text: str, into: Secondary) -> str:
    value = text[: form.length]
    into.elements.append((name or "YYDDD", value))
    day = form.day(value) if len(value) == form.length else None
    hour = value[-2:] if form.hours else ""
    if day is None or (form.hours and not dates.is_time(hour)):
        into.findings.append("bad-date" if len(value) == form.length else "bad-length")
    else:
        _expires(day, into, day.isoformat()[:7] if form.whole_month else "", hour)
    return text[form.length :]


def _expires(day: date, into: Secondary, month: str = "", hour: str = "") -> None:
    if into.expiry is not None and into.expiry != day:
        into.findings.append("repeated-ai")
    into.expiry = day
    into.details.append(("expiry", month or day.isoformat() + (f"T{hour}" if hour else "")))


def _number(name: str, text: str, into: Secondary) -> str:
    """A lot or serial number."""
    into.elements.append((name, text))
    if not _NUMBER.fullmatch(text):
        into.findings.append("too-long" if len(text) > len("0" * 18) else "bad-character")
    return text


def _serial(value: str, into: Secondary) -> None:
    if into.serial:
        into.findings.append("repeated-ai")
    into.serial = value
    if not value or not _NUMBER.fullmatch(value):
        into.findings.append("bad-value")


def _quantity(value: str, into: Secondary) -> None:
    if re.fullmatch("[0-9]{1,5}", value):
        into.quantity = int(value)
    else:
        into.findings.append("bad-value")


def _produced(value: str, into: Secondary) -> None:
    day = dates.read_long_date(value)
    if day is None:
        into.findings.append("bad-date")
    else:
        into.details.append(("produced", day.isoformat()))


def _expiry(value: str, into: Secondary) -> None:
    day = dates.read_long_date(value)
    if day is None:
        into.findings.append("bad-date")
    else:
        _expires(day, into)


_READERS: dict[str, Callable[[str, Secondary], None]] = {
    "14D": _expiry, "16D": _produced, "S": _serial, "Q": _quantity,
}  # fmt: skip
"""The data identifiers that HIBC 2.6 names behind ``/``."""
