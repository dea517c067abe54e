"""Public vectors: every code field by field, or refused for the right reason.

Where a source itself errs, its vector stands in a table here with why; docs/identifiers.md repeats
it. What the sources print is read from the corpus, never copied.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forms.identifiers import Identified, join, parse, symbology

Vector = dict[str, Any]
Vectors = Callable[[str], list[Vector]]

ERRING = {
    "https://a/01/2112345678900": "GTIN-13 in a link: refused by one setting of GS1's engine, "
    "accepted for six other vectors of the same file; its check digit is right",
    "https://example.com/01/09520123456788?99=XYZ&89=ABC123": "twice in the file, once good and "
    "once bad, by a setting that the vector does not name; AI 89 does not exist",
    "]d220BL0103574661451947301\x1d9915489\x1d9815647\x1d24040600199T\x1d71025862471": "AI 20 is "
    "two digits, not letters",
    "(01)00208851107345(17)150331": "the check digit of the GTIN is wrong as printed: 7 is right",
    "+H124009993020351/": "the check character is a placeholder: K is right",
}
"""Vectors whose expectation is not what the standard says."""

PLAIN = {"unknown-format", "empty"}
"""What is said of a message that is no identifier at all, as some of GS1's scan data are."""

REASONS = {
    "(A": {"bad-value"}, "NON_DIGIT": {"bad-value"}, "CHECK_DIGIT": {"bad-check-digit"},
    "CHECK_PAIR": {"bad-check-character"}, "DAY": {"bad-date"}, "HOUR": {"bad-date"},
    "MINUTE": {"bad-date"},
}  # fmt: skip
"""Our finding for GS1's lint codes that contain the word; every other one is ``bad-value``."""

ZINT = {
    "250": {"bad-character"}, "251": {"bad-character", "empty-field"}, "252": {"empty"},
    "253": {"unknown-format"}, "254": {"unknown-format"}, "256": {"unknown-format", "too-long"},
    "257": {"unknown-format"}, "259": {"bad-length", "too-long", "bad-value"},
    "260": {"unknown-ai"}, "263": {"bad-character"}, "856": {"unknown-ai"}, "857": {"unknown-ai"},
    "858": {"empty-field"}, "859": {"bad-length", "too-long", "bad-value"},
    "Bad checksum": {"bad-check-digit"}, "Invalid month": {"bad-date"}, "Invalid day": {"bad-date"},
}  # fmt: skip
"""Our findings for zint's error numbers, and for the words of its error 261; else ``bad-value``."""
WORDS = [words for words in ZINT if not words.isdigit()]


@pytest.fixture
def vectors(shared: Path) -> Vectors:
    def read(name: str) -> list[Vector]:
        text = (shared / "corpora" / "codes" / "vectors" / f"{name}.json").read_text("utf-8")
        found: list[Vector] = json.loads(text)["vectors"]
        return [each for each in found if each["input"] not in ERRING]

    return read


def written(code: Identified) -> str:
    """The elements with ``^`` for FNC1, as GS1's and zint's vectors write them."""
    return "^" + join(code.elements).decode().replace("\x1d", "^")


@pytest.mark.covers("F60", "UDI-830")
def test_zint(vectors: Vectors) -> None:
    for each in vectors("zint_gs1"):
        text, wrong = each["input"], each["err"]
        raw = text if text.startswith("[") else "\x1d" + text.removeprefix("^").replace("^", "\x1d")
        code = parse(raw.encode("latin-1") if text else b"")
        if each["ret"] == "0":
            assert code.findings == (), text
            assert written(code).replace("^", "") == each["expect"], text
            continue
        told = wrong[:3] if wrong[:3] != "261" else next((w for w in WORDS if w in wrong), "")
        assert set(code.findings) & ZINT.get(told, {"bad-value"}), (text, wrong, code.findings)


@pytest.mark.covers("F60")
def test_the_gs1_engine(vectors: Vectors) -> None:
    for each in vectors("gs1_engine_ai"):
        text, expect = each["input"], each.get("expect", "")
        code = parse(text.replace("^", "\x1d").encode())
        assert (code.findings == ()) == each["ok"], text
        if each["ok"] and expect:
            assert written(code) == expect
        elif each["kind"] == "linter":
            right = next((REASONS[word] for word in REASONS if word in expect), {"bad-value"})
            assert set(code.findings) & right, (text, expect, code.findings)


def test_gs1_digital_links(vectors: Vectors) -> None:
    for each in vectors("gs1_engine_digital_link"):
        code = parse(each["input"].encode())
        assert (code.findings == ()) == each["ok"], each["input"]
        if each["ok"]:
            assert written(code) == each["expect"]


@pytest.mark.covers("F60")
def test_what_scanners_send(vectors: Vectors) -> None:
    for each in vectors("gs1_engine_scandata"):
        code = parse(each["input"].encode())
        assert code.findings == () or not each["ok"] or set(code.findings) <= PLAIN, each["input"]
        if not each["ok"]:
            assert code.findings, each["input"]
        elif code.agency:
            assert symbology(code.aim).replace("-", "").replace(" ", "")
            plain = each["expect"].removeprefix("^")
            assert code.text.replace("|]e0", "|^").replace("\x1d", "^") == plain
        else:
            assert code.text.replace("\\", "\\\\") == each["expect"] or each["sym"] == "QR"


def told(code: Identified) -> dict[str, Any]:
    """By the names of all the vectors of the other sources."""
    said = dict(code.details)
    parts = dict(code.elements)
    return {
        "ProductCode": said.get("product") or code.gtin or code.udi_di,
        "LabelerIdentificationCode": said.get("labeler"), "BatchNumber": code.lot,
        "SerialNumber": code.serial, "Quantity": code.quantity,
        "UnitOfMeasure": int(said.get("unit_of_measure", -1)),
        "exp": said.get("expiry"), "mfg": said.get("produced"), "lot": code.lot or None,
        "serial": code.serial or None, "qty": code.quantity, "uom": said.get("unit_of_measure"),
        "lic": said.get("labeler"), "di": said.get("product") or code.udi_di, "pi": code.udi_pi,
        "donation_id": said.get("donation_id"), "best_before": said.get("best_before"),
        "sterile_lot": said.get("sterile_lot"), "check": parts.get("CHECK") or said.get("check"),
        "link": parts.get("LINK"), "check_ok": "bad-check-character" not in code.findings,
        "Value": code.gtin[1:-1].lstrip("0"),
        "ExpirationDate": said.get("expiry"), "ProductionDate": said.get("produced"),
    }  # fmt: skip


def wanted(value: object) -> object:
    """Dates as ISO 8601 with the hour where the vector has one."""
    if not isinstance(value, dict):
        return value
    return f"{value['date']}T{value['time'][:2]}" if value["time"] else value["date"]


@pytest.mark.covers("UDI-830", "UDI-NMPA")
@pytest.mark.parametrize(
    "name",
    ["bpb_gs1", "bpb_gs1_128", "bpb_hibc", "bpb_ppn", "udi_agencies", "udi_ma_china"],
)
def test_other_sources(vectors: Vectors, name: str) -> None:
    for each in vectors(name):
        code = parse(each["input"].replace("{SymbologyPrefix}", "]C1").encode())
        assert code.findings == (), each["input"]
        said = told(code)
        for field, value in each["expect"].items():
            assert said[field] == wanted(value), (each["input"], field)


AGENCIES = {"GS1": "GS1", "GS1-CN": "GS1", "HIBCC": "HIBCC", "ICCBBA": "ICCBBA"}


@pytest.mark.covers("UDI-NMPA", "UDI-MDR27")
def test_the_issuing_agency(vectors: Vectors) -> None:
    for each in vectors("udi_agencies"):
        assert parse(each["input"].encode()).agency == AGENCIES[each["agency"]]
    assert {parse(each["input"].encode()).agency for each in vectors("udi_ma_china")} == {"ZIIOT"}


def test_the_table_of_hibc_secondaries_with_its_placeholders(vectors: Vectors) -> None:
    for each in vectors("hibc_secondary_table"):
        code = parse(each["input"].encode())
        assert code.findings == ("bad-check-character",), each["input"]
        said = told(code)
        for field, value in each["expect"].items():
            assert said[field] == value, (each["input"], field)


def test_hibc_that_is_wrong(vectors: Vectors) -> None:
    for each in vectors("bpb_hibc_invalid"):
        code = parse(each["input"].encode())
        bad = "bad-character" if "invalid" in each["error"] else "bad-check-character"
        assert code.findings == (bad,)


def test_solidsofts_elements(vectors: Vectors) -> None:
    for each in vectors("solidsoft_gs1_mh10"):
        code = parse(each["input"].encode())
        assert (code.findings == ()) == each["ok"], each["input"]
        if each["ok"]:
            assert dict(code.elements) == each["expect"]


def test_the_sources_that_err_are_refused_or_read_by_the_standard() -> None:
    by_text = {text: parse(text.encode()).findings for text in ERRING}
    assert list(by_text.values()) == [
        (), ("unknown-ai",), ("bad-value",), ("bad-check-digit",), ("bad-check-character",),
    ]  # fmt: skip
