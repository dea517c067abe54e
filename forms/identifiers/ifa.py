"""IFA's Pharmacy Product Numbers and other data identifiers in an ISO/IEC 15434 envelope.

Sources: IFA Coding System (PPN code specification), ANSI MH10.8.2 data identifiers. Envelope:
``[)>`` RS ``06`` GS, fields parted by GS, RS EOT. Format 05 holds a GS1 element string.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from forms.identifiers import checks, dates
from forms.identifiers.element_string import split, told
from forms.identifiers.identified import GS, Identified, once

RS, EOT = "\x1e", "\x04"
_BEGIN, _END = f"[)>{RS}", f"{RS}{EOT}"
_FIELD = re.compile(r"([0-9]{0,3}[A-Z])(.+)")
_PPN = re.compile(r"[0-9]{2}[0-9A-Z.-]{2,18}[0-9]{2}")
_PZN_PPN = 12
"""Digits of a PPN that holds a PZN: ``11``, the PZN, two check digits."""
_KNOWN = ("9N", "1T", "S", "D", "16D", "8P", "Q")


def is_envelope(text: str) -> bool:
    """Whether it begins as an ISO/IEC 15434 message does."""
    return text.startswith("[)>")


def read(text: str) -> Identified:
    """What the envelope says."""
    begun, ended = text.startswith(_BEGIN), text.endswith(_END)
    inner = text.removeprefix(_BEGIN).removesuffix(_END)
    findings = [] if begun and ended else ["truncated"]
    head, _, body = inner.partition(GS)
    if head == "05":
        elements, wrong = split(body)
        return replace(told(elements, [*findings, *wrong]), text=text)
    if head != "06":
        return Identified(findings=once([*findings, "unknown-format"]), text=text)
    fields: list[tuple[str, str]] = []
    for each in body.split(GS):
        found = _FIELD.fullmatch(each)
        if found is None:
            findings.append("empty-field" if not each else "bad-value")
        else:
            fields.append((found.group(1), found.group(2)))
    return _told(fields, findings, text)


def _told(fields: list[tuple[str, str]], findings: list[str], text: str) -> Identified:
    said = dict(reversed(fields))
    if any(said[di] != value for di, value in fields):
        findings.append("repeated-ai")
    days = {
        name: reader(said[di])
        for name, di, reader in (
            ("expiry", "D", dates.read_date), ("produced", "16D", dates.read_long_date),
        )
        if di in said
    }  # fmt: skip
    findings += ["bad-date"] * (None in days.values()) + _wrong(said)
    number = said.get("9N", "")
    quantity = said.get("Q", "")
    return Identified(
        gtin=said["8P"].zfill(14) if "8P" in said else "",
        lot=said.get("1T", ""),
        expiry=days.get("expiry"),
        serial=said.get("S", ""),
        quantity=int(quantity) if re.fullmatch("[0-9]{1,8}", quantity) else None,
        findings=once(findings),
        notes=() if set(said) <= set(_KNOWN) else ("unknown-identifier",),
        elements=tuple(fields),
        text=text,
        agency="IFA" if number else "",
        form="ifa",
        udi_di=number,
        udi_pi="".join(f"({di}){value}" for di, value in fields if di in {"1T", "S", "D", "16D"}),
        details=_details(number, days),
    )


def _wrong(said: dict[str, str]) -> list[str]:
    found = []
    number = said.get("9N")
    if number is not None:
        found += [complaint] if (complaint := _number(number)) else []
    if "8P" in said and not (
        len(said["8P"]) in {8, 12, 13, 14} and checks.has_check_digit(said["8P"])
    ):
        found.append("bad-check-digit")
    found += ["too-long" for di in ("1T", "S") if len(said.get(di, "")) > len("0" * 20)]
    return found


def _number(number: str) -> str:
    """What is wrong with a PPN: its shape, its check digits, or those of the PZN in it."""
    if not _PPN.fullmatch(number):
        return "bad-value"
    if number.startswith("11") and (len(number) != _PZN_PPN or not checks.digital(number)):
        return "bad-length"
    sound = checks.ppn_digits(number[:-2]) == number[-2:] and (
        not number.startswith("11") or checks.has_pzn_digit(number[2:10])
    )
    return "" if sound else "bad-check-digit"


def _details(number: str, days: dict[str, date | None]) -> tuple[tuple[str, str], ...]:
    found = [(name, day.isoformat()) for name, day in days.items() if day]
    if number.startswith("11") and len(number) == _PZN_PPN:
        found.append(("pzn", number[2:10]))
    return tuple(found)
