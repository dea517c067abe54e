"""What a code says as plain data with words, for machines and people outside the kiosk."""

from __future__ import annotations

from decimal import Decimal

from forms.identifiers import dates
from forms.identifiers.ai_table import ApplicationIdentifier, known
from forms.identifiers.aim import symbology
from forms.identifiers.checks import digital
from forms.identifiers.identified import Identified
from forms.identifiers.isbt128 import STRUCTURES
from forms.identifiers.words import SAYINGS

_MEASURES = ("31", "32", "33", "34", "35", "36")
_AMOUNTS = ("390", "391", "392", "393", "394", "395")
_CURRENCY = 3
"""Digits of the currency before the amount of AI 391n and 393n."""
_TITLES = {
    "LIC": "labeler", "PCN": "product", "U/M": "unit of measure", "LOT": "lot", "S": "serial",
    "Q": "quantity", "$$8": "quantity", "$$9": "quantity", "YYDDD": "expiry", "14D": "expiry",
    "16D": "produced", "LINK": "link character", "CHECK": "check character", "9N": "PPN",
    "1T": "lot", "D": "expiry", "8P": "GTIN",
}  # fmt: skip
_MA_TITLES = {
    "MA": "device", "S": "serial", "M": "produced", "L": "lot", "D": "sterilisation lot",
    "E": "expiry", "V": "best before", "C": "check",
}  # fmt: skip


def report(said: Identified) -> dict[str, object]:
    """Every member that the code has, its elements with titles, findings and notes with words.

    Values are strings, ``quantity`` is an integer, dates are ISO 8601 at the code's own precision;
    ``expires_on`` is the last day of use. ``accepted`` is false if there is any finding.
    """
    plain: dict[str, object] = {
        "text": said.text,
        "aim": said.aim,
        "symbology": symbology(said.aim),
        "agency": said.agency,
        "form": said.form,
        "gtin14": said.gtin,
        "lot": said.lot,
        "serial": said.serial,
        "quantity": said.quantity,
        **dict(said.details),
        "expires_on": said.expiry.isoformat() if said.expiry else "",
        "udi_di": said.udi_di,
        "udi_pi": said.udi_pi,
        "hri": said.hri,
        "elements": [_element(said.form, di, value) for di, value in said.elements],
    }
    told = {name: value for name, value in plain.items() if value not in ("", None, [])}
    return {
        "accepted": not said.findings,
        **told,
        "findings": [_worded(code) for code in said.findings],
        "notes": [_worded(code) for code in said.notes],
    }


def _worded(code: str) -> dict[str, object]:
    said = SAYINGS[code]
    hint = {"en": said.hint.en, "zh_CN": said.hint.zh_CN}
    return {"code": code, "en": said.text.en, "zh_CN": said.text.zh_CN, "hint": hint}


def _element(form: str, identifier: str, value: str) -> dict[str, str]:
    found = known(identifier) if form in {"element-string", "digital-link", "gtin"} else None
    if found is None:
        titled = {"id": identifier, "title": _title(form, identifier), "value": value}
        return {name: text for name, text in titled.items() if text}
    plain = {"id": identifier, "title": found.title, "value": value}
    typed = {"date": _date(found, value), "number": _number(identifier, value)}
    return plain | {name: text for name, text in typed.items() if text}


def _title(form: str, identifier: str) -> str:
    if form == "isbt128":
        return STRUCTURES[identifier][0].replace("_", " ")
    if form == "ma":
        return _MA_TITLES[identifier]
    return "expiry" if identifier.startswith("$$") else _TITLES.get(identifier, "")


def _date(identifier: ApplicationIdentifier, value: str) -> str:
    """The element's date or dates in ISO 8601; empty if it has none or they do not exist."""
    days: list[str] = []
    time = ""
    rest = value
    for component in identifier.components:
        part, rest = rest[: component.length or None], rest[component.length or None :]
        rule = component.rules[0] if component.rules else ""
        if rule in {"yymmd0", "yymmdd", "yyyymmdd"} and part:
            reader = dates.read_long_date if rule == "yyyymmdd" else dates.read_date
            day = reader(part)
            days.append(day.isoformat() if day else "")
        elif rule in {"hh", "hhmi", "hhmi9", "mi", "ss"} and dates.is_time(part):
            time += part
    if not all(days):
        return ""
    clock = ":".join(time[at : at + 2] for at in range(0, len(time), 2))
    return "/".join(days) + (f"T{clock}" if clock else "")


def _number(ai: str, value: str) -> str:
    """A measure or an amount with its decimal point; the unit is in the title."""
    if not digital(value) or not ai.startswith(_MEASURES + _AMOUNTS):
        return ""
    digits = value[_CURRENCY:] if ai[:3] in {"391", "393"} else value
    return f"{Decimal(digits or '0').scaleb(-int(ai[3])):f}"
