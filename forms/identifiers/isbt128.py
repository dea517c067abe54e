"""ISBT 128 messages: one data structure after another, each known by its first characters.

Source: ICCBBA ST-001 (data structures 001 to 037) and ST-011 (medical devices). Structures have
fixed lengths, so an unknown one ends the reading.
"""

from __future__ import annotations

import re
from datetime import date

from forms.identifiers import checks, dates
from forms.identifiers.identified import Identified, once

_DONATION = re.compile(r"=[A-NP-Z1-9]")
_DONATION_NUMBER = re.compile(r"[A-NP-Z1-9][A-Z0-9]{4}[0-9]{8}[0-9A-Z]{2}")
_CHECKED_FLAGS = range(60, 97)
"""Type 3 flags: 60 and the check character's value."""
_DIVISIONS = re.compile(r"[0-9A-Z]{6}")

STRUCTURES = {
    "=": ("donation", 15), "=%": ("blood_groups", 4), "=<": ("product_code", 8),
    "=>": ("expiry", 6), "&>": ("expiry", 10), "=*": ("collected", 6), "&*": ("collected", 10),
    "=}": ("produced", 6), "&}": ("produced", 10), "&(": ("testing", 5),
    "={": ("antigens", 18), "=\\": ("antigens", 18), "&\\": ("antigens", 18),
    "&{": ("antigens", 18), "=[": ("antigens", 18), '="': ("antigens", 18), "&%": ("antigens", 18),
    "=)": ("container", 10), "&)": ("container_lot", 10), "=-": ("item", 10),
    "&-": ("item_lot", 10), "='": ("staff", 11), "=]": ("expiry_month", 6),
    "=+": ("compound", 5), "=$": ("consignment", 20), "&$": ("dimensions", 21),
    "=,": ("divisions", 6), "&+": ("facility", 12), "=/": ("device", 16),
    "&,1": ("lot", 18), "&,2": ("supplement", 7), "&:": ("donor", 19),
}  # fmt: skip
"""Data identifier: what it names, and the characters behind it."""


def read(text: str) -> Identified:
    """What the message says."""
    elements, findings = _split(text)
    said: dict[str, str] = {}
    for identifier, value in elements:
        name = STRUCTURES[identifier][0]
        if said.setdefault(name, value) != value:
            findings.append("repeated-ai")
    names = [name for name in ("expiry", "produced", "collected") if name in said]
    days: dict[str, date | None] = {name: _day(said[name]) for name in names}
    if "expiry_month" in said:
        days.setdefault("expiry", _month(said["expiry_month"]))
    if None in days.values():
        findings.append("bad-date")
    findings += _wrong(said, elements)
    return Identified(
        lot=said.get("lot") or said.get("container_lot") or said.get("item_lot", ""),
        expiry=days.get("expiry"),
        serial=said.get("divisions", ""),
        findings=once(findings),
        elements=tuple(elements),
        text=text,
        agency="ICCBBA",
        form="isbt128",
        udi_di=said.get("device") or said.get("container", ""),
        udi_pi=_production(elements),
        details=_details(said, days),
    )


def _split(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    elements: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        identifier = _identifier(text[at : at + 3])
        if not identifier:
            return elements, ["unknown-ai"]
        at += len(identifier)
        length = STRUCTURES[identifier][1]
        value = text[at : at + length]
        if len(value) < length:
            return elements, ["bad-length"]
        elements.append((identifier, value))
        at += length
    return elements, []


def _identifier(text: str) -> str:
    """The data identifier the text begins with, empty if none; a donation number's is one sign."""
    known = next((text[:n] for n in (3, 2) if text[:n] in STRUCTURES), "")
    return known or ("=" if _DONATION.match(text) else "")


def _wrong(said: dict[str, str], elements: list[tuple[str, str]]) -> list[str]:
    found = []
    donation = said.get("donation")
    if donation is not None:
        if not _DONATION_NUMBER.fullmatch(donation):
            found.append("bad-value")
        elif not _flags_agree(donation):
            found.append("bad-check-character")
    if "divisions" in said and not _DIVISIONS.fullmatch(said["divisions"]):
        found.append("bad-value")
    compound = said.get("compound")
    if compound is not None and (
        not checks.digital(compound[:2]) or int(compound[:2]) != len(elements) - 1
    ):
        found.append("bad-value")
    return found


def _flags_agree(donation: str) -> bool:
    """Whether flags that carry a check character carry the right one."""
    number, flags = donation[:13], donation[13:]
    if not checks.digital(flags) or int(flags) not in _CHECKED_FLAGS:
        return True
    return int(flags) - _CHECKED_FLAGS.start == checks.mod37_2_value(number)


def _day(text: str) -> date | None:
    """The day of ``cyyjjj`` or ``cyyjjjhhmm``; c is the third digit of the year."""
    if not checks.digital(text) or not dates.is_time(text[6:] or "00"):
        return None
    return dates.ordinal(_year(text[:3]), int(text[3:6]))


def _year(text: str) -> int:
    """The year of ``cyy``: 9 is the century before, the rest this millennium's."""
    return int(text) + (1000 if text.startswith("9") else 2000)


def _month(text: str) -> date | None:
    """The last day of ``ccyymm``."""
    return dates.read_long_date(text + "00", month_end=True) if checks.digital(text) else None


def _production(elements: list[tuple[str, str]]) -> str:
    """What is not the device identifier, as the code writes it."""
    return "".join(di + value for di, value in elements if di not in {"=/", "=)", "=+"})


def _details(said: dict[str, str], days: dict[str, date | None]) -> tuple[tuple[str, str], ...]:
    found = []
    for name, day in days.items():
        if day is not None:
            time = said.get(name, "")[6:]
            found.append((name, day.isoformat() + (f"T{time[:2]}:{time[2:]}" if time else "")))
    donation = said.get("donation", "")
    if _DONATION_NUMBER.fullmatch(donation):
        found.append(("donation_id", donation))
        found.append(("donation_check_character", checks.mod37_2(donation[:13])))
    names = ("product_code", "container", "item", "supplement", "donor")
    return (*found, *((name, said[name]) for name in names if name in said))
