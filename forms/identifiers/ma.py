"""China's MA codes of medical devices, issued by ZIIOT (中关村工信二维码技术研究院).

Grammar as ZIIOT publishes it: ``MA.156.M0.`` registrant (6) ``.`` product, then units of a letter
and a value: S serial, M made, L lot, D sterilisation lot, E expiry, V best before, C check. ZIIOT
does not publish how its check digits are computed, so they are shown and not verified.
"""

from __future__ import annotations

import re
from datetime import date

from forms.identifiers import dates
from forms.identifiers.identified import Identified, once

_DEVICE = re.compile(r"MA\.[0-9]{3}\.[A-Z][0-9A-Z]\.[0-9A-Za-z]{6}\.[0-9A-Za-z]{1,20}")
_UNIT = re.compile(r"([SMLDEVC])([0-9A-Za-z_-]{1,40})")
_DATES = {"M": "produced", "E": "expiry", "V": "best_before"}
_DEVICE_PARTS = 5
_LONG = 8


def read(text: str) -> Identified:
    """What the code says."""
    parts = text.split(".")
    device, units = ".".join(parts[:_DEVICE_PARTS]), parts[_DEVICE_PARTS:]
    findings = [] if _DEVICE.fullmatch(device) else ["bad-value"]
    elements: list[tuple[str, str]] = []
    for unit in units:
        found = _UNIT.fullmatch(unit)
        if found is None:
            findings.append("bad-value" if unit[:1] in "SMLDEVC" and unit else "unknown-ai")
        else:
            elements.append((found.group(1), found.group(2)))
    said = dict(reversed(elements))
    if len(said) != len(elements):
        findings.append("repeated-ai")
    days = {name: _day(said[letter]) for letter, name in _DATES.items() if letter in said}
    if None in days.values():
        findings.append("bad-date")
    return Identified(
        lot=said.get("L", ""),
        expiry=days.get("expiry"),
        serial=said.get("S", ""),
        findings=once(findings),
        notes=("check-not-verified",),
        elements=(("MA", device.removeprefix("MA.")), *elements),
        text=text,
        agency="ZIIOT",
        form="ma",
        udi_di=device,
        udi_pi=".".join(units),
        details=_details(said, days),
    )


def _day(text: str) -> date | None:
    return dates.read_long_date(text) if len(text) == _LONG else dates.read_date(text)


def _details(said: dict[str, str], days: dict[str, date | None]) -> tuple[tuple[str, str], ...]:
    found = [(name, day.isoformat()) for name, day in days.items() if day]
    more = (("sterile_lot", "D"), ("check", "C"))
    return (*found, *((name, said[letter]) for name, letter in more if letter in said))
