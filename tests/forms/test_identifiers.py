"""What codes say, and what is wrong with them; against GS1's and zint's own vectors."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.gs1 import lint, needs_separator, read_date
from forms.identifiers import (
    FINDINGS,
    check_digit,
    element_string,
    from_brackets,
    gtin14,
    parse,
    raw_string,
    stripped,
)

if TYPE_CHECKING:
    from pathlib import Path

GTIN = "09506000134352"
FULL = b"0109506000134352" + b"17281130" + b"10L1-A\x1d" + b"210001"


def vectors(shared: Path, name: str) -> list[dict[str, Any]]:
    text = (shared / "corpora" / "codes" / "vectors" / f"{name}.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["vectors"]
    return found


@pytest.mark.covers("UDI-830", "F60")
def test_a_whole_udi() -> None:
    code = parse(FULL, "]d2")
    assert (code.gtin, code.lot, code.serial) == (GTIN, "L1-A", "0001")
    assert code.expiry == date(2028, 11, 30)
    assert code.findings == ()
    assert code.hri == "(01)09506000134352(17)281130(10)L1-A(21)0001"
    assert parse(b"]d2" + FULL + b"\r\n") == code
    assert parse(b"\x1d" + FULL, "]d2") == code


@pytest.mark.covers("F60", "UDI-830")
@pytest.mark.parametrize(
    ("raw", "aim", "finding"),
    [
        (b"", "]d2", "empty"),
        (FULL, "", "aim-missing"),
        (FULL, "", "separator-lost"),
        (FULL, "]d1", "not-gs1"),
        (FULL, "]C0", "not-gs1"),
        (b"]C1" + FULL, "]d2", "unknown-ai"),
        (b"010703206980498810032915210526", "]d2", "separator-lost"),
        (b"0109506000134352" + b"10ABC17281130", "]d2", "separator-lost"),
        (b"0109506000134352" + b"10ABC1728113021XYZ", "]d2", "separator-lost"),
        (b"0109506000134352" + b"10" + b"A" * 21, "]d2", "separator-lost"),
        (b"0109506000134352" + b"10" + b"A" * 21, "]d2", "too-long"),
        (b"0109506000134353", "]d2", "bad-check-digit"),
        (b"010950600013435", "]d2", "bad-length"),
        (b"01095060001343\x1d10A", "]d2", "bad-length"),
        (b"0109506000134352" + b"17281301", "]d2", "bad-date"),
        (b"0109506000134352" + b"17280230", "]d2", "bad-date"),
        (b"0109506000134352" + b"0101234567890128", "]d2", "repeated-ai"),
        (b"10A\x1d\x1d21B", "]d2", "empty-field"),
        (b"10\x1d21B", "]d2", "empty-field"),
        (b"10A B", "]d2", "bad-character"),
        (b"10A\xe9", "]d2", "bad-character"),
        (b"hello", "]d2", "unknown-ai"),
        (b"1" * 5_000, "]d2", "too-long"),
        (b"9506000134353", "]E0", "bad-check-digit"),
        (b"800612345678901231" + b"0201", "]d2", "bad-value"),
        (b"4324280230" + b"1200", "]d2", "bad-date"),
    ],
)
def test_findings_are_named(raw: bytes, aim: str, finding: str) -> None:
    assert finding in parse(raw, aim).findings


def test_an_ean_is_a_gtin_and_nothing_more() -> None:
    code = parse(b"9506000134352", "]E0")
    assert (code.gtin, code.lot, code.findings) == (GTIN, "", ())


def test_day_zero_is_the_months_last_day() -> None:
    assert read_date("280200") == date(2028, 2, 29)
    assert read_date("990101") == date(1999, 1, 1)
    assert read_date("2802") is None
    assert read_date("280200", month_end=False) is None
    assert parse(b"17280200", "]d2").expiry == date(2028, 2, 29)


def test_counts_and_other_dates() -> None:
    code = parse(b"0109506000134352" + b"3012\x1d" + b"7003" + b"2811301200", "]C1")
    assert (code.quantity, code.expiry, code.findings) == (12, date(2028, 11, 30), ())
    assert parse(b"02095060001343523712", "]C1").quantity == 12
    assert lint("7007", "281130281201") == []
    assert lint("7007", "281130281301") == ["bad-date"]
    assert lint("8008", "28113012") == []
    assert lint("8008", "2811302460") == ["bad-date"]
    assert lint("4324", "2811309999") == []
    assert lint("422", "000") == ["bad-value"]
    assert lint("01X", "1") == ["unknown-ai"]


@pytest.mark.covers("UDI-PRINT", "UDI-801.18")
def test_building_and_comparing() -> None:
    content = element_string(
        gtin="9506000134352", expiry=date(2028, 11, 30), lot="L1-A", serial="0001"
    )
    assert content == "(01)09506000134352(17)281130(10)L1-A(21)0001"
    assert raw_string(content) == FULL
    assert from_brackets(content).lot == "L1-A"
    assert needs_separator("10")
    assert not needs_separator("01")


@pytest.mark.parametrize("lot", ["批", "A B", "A" * 21, "A\x1d", "A(21)B"])
def test_building_refuses_what_does_not_fit(lot: str) -> None:
    with pytest.raises(ValueError, match=r"\(10\)"):
        element_string(gtin=GTIN, lot=lot)


@pytest.mark.parametrize("text", ["", "01", "x(01)1", "(01)123", "(01", "(9999)1", "(10)A(10)B"])
def test_brackets_that_are_not_right(text: str) -> None:
    assert from_brackets(text).findings
    with pytest.raises(ValueError, match=r":"):
        raw_string(text)


def test_gtins_are_normalised() -> None:
    assert gtin14("95060001") if check_digit("9506000") == "1" else True
    assert gtin14("9506000134352") == GTIN
    for wrong in ("9506000134353", "95060001343", "", "\uff19506000134352"):
        with pytest.raises(ValueError, match="GTIN"):
            gtin14(wrong)


@given(st.binary(max_size=200), st.sampled_from(["", "]d2", "]C1", "]Q3", "]E0", "]d1", "x"]))
def test_any_bytes_give_an_answer(raw: bytes, aim: str) -> None:
    code = parse(raw, aim)
    assert set(code.findings) <= set(FINDINGS)
    stripped(raw, aim)


CSET = "!\"%&'*+,-./0123456789:;<=>?ABCXYZ_abcxyz"


@given(st.text(CSET, min_size=1, max_size=20), st.text(CSET, min_size=1, max_size=20))
def test_what_is_built_reads_back(lot: str, serial: str) -> None:
    content = element_string(gtin=GTIN, expiry=date(2028, 11, 30), lot=lot, serial=serial)
    code = parse(raw_string(content), "]d2")
    assert (code.lot, code.serial, code.findings) == (lot, serial, ())
    assert code.hri == content


# --- shares of the public vectors (lists of countries and currencies come later) ---------------


def _brackets(text: str) -> str:
    return text.replace("[", "(").replace("]", ")")


@pytest.mark.covers("F60")
def test_zints_vectors(shared: Path) -> None:
    found = vectors(shared, "zint_gs1")
    agreed = 0
    for each in found:
        text = each["input"]
        if text.startswith("["):
            code = from_brackets(_brackets(text))
        else:
            code = parse(text.replace("^", "\x1d").encode(), "]d2")
        agreed += (not code.findings) == (each["ret"] == "0")
    assert agreed / len(found) >= 0.97


def test_the_gs1_engines_vectors(shared: Path) -> None:
    found = vectors(shared, "gs1_engine_ai")
    agreed = 0
    for each in found:
        text = each["input"]
        if each["kind"] == "fnc1_ai":
            code = parse(text.removeprefix("^").replace("^", "\x1d").encode(), "]d2")
            fine = not code.findings and text.startswith("^")
        else:
            fine = not from_brackets(text).findings
        agreed += fine == each["ok"]
    assert agreed / len(found) >= 0.60


def test_scan_data_and_real_codes(shared: Path) -> None:
    for each in vectors(shared, "gs1_engine_scandata"):
        if each["ok"] and each["input"][:3] in {"]d2", "]Q3", "]e0", "]C1"}:
            message, aim = stripped(each["input"].encode())
            assert aim == each["input"][:3]
            assert message.decode().replace("\x1d", "^") == each["expect"].removeprefix("^")
    for each in [*vectors(shared, "bpb_gs1"), *vectors(shared, "bpb_gs1_128")]:
        text = each["input"].replace("{SymbologyPrefix}", "]C1")
        code = parse(text.encode(), "" if text.startswith("]") else "]d2")
        expected = each["expect"]
        assert code.gtin == expected.get("ProductCode", "")
        assert code.serial == expected.get("SerialNumber", "")
        if "BatchNumber" in expected:
            assert code.lot == expected["BatchNumber"]
