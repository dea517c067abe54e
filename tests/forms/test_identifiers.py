"""GS1 codes: what they say, what is wrong with them, and the strings to print."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.identifiers import (
    FINDINGS,
    MAX_RAW,
    NOTES,
    element_string,
    from_brackets,
    gtin14,
    lint,
    needs_separator,
    parse,
    raw_string,
    read_date,
    scanned,
    stripped,
)

GTIN = "09506000134352"
FULL = b"0109506000134352" + b"17281130" + b"10L1-A\x1d" + b"210001"


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
        (b"\x1d", "]d2", "empty"),
        (FULL, "]d1", "aim-differs"),
        (FULL, "]C0", "aim-differs"),
        (b"]C1" + FULL, "]d2", "aim-differs"),
        (b"+A123BJC5D6E71G", "]d2", "aim-differs"),
        (b"https://a.example/01/09506000134352", "]Q3", "aim-differs"),
        (b"LOT-0001", "]C0", "unknown-format"),
        (b"hello", "", "unknown-format"),
        (b"10A<GS>21B", "]d2", "separator-spelled"),
        (b"10A{GS}21B", "", "separator-spelled"),
        ("10A\u241d21B".encode(), "]C1", "separator-spelled"),
        (b"10A^]21B", "", "separator-spelled"),
        (rb"10A\x1d21B", "", "separator-spelled"),
        (rb"10A\u001D21B", "]d2", "separator-spelled"),
        (b"10A^21B", "]d2", "separator-spelled"),
        (b"10A 21B", "", "separator-spelled"),
        (b"0109506000134352" + b"0209506000134352", "]d2", "forbidden-pair"),
        (b"0109506000134352" + b"3712", "]d2", "forbidden-pair"),
        (b"0109506000134352" + b"3103000001" + b"3102000001", "]d2", "forbidden-pair"),
        (b"10LOT-A121S0001", "", "separator-lost"),
        (b"0109506000134352" + b"10LOT-A121S0001", "]d2", "separator-lost"),
        (b"0109506000134352" + b"21S000110LOT-A1", "]C1", "separator-lost"),
        (b"0109506000134352" + b"10LOT-A191X", "", "separator-lost"),
        (b"1012345678904", "", "ambiguous"),
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
        (b"9506000134352", "]E4", "bad-length"),
        (b"02345673", "]E0", "bad-length"),
        (b"12345", "]I1", "bad-length"),
        (b"19506000134359", "]E0", "bad-length"),
        (b"800612345678901231" + b"0201", "]d2", "bad-value"),
        (b"4324280230" + b"1200", "]d2", "bad-date"),
    ],
)
def test_findings_are_named(raw: bytes, aim: str, finding: str) -> None:
    assert finding in parse(raw, aim).findings


@pytest.mark.covers("F60", "P11-10h")
def test_an_instrument_must_name_the_symbology() -> None:
    assert scanned(FULL, "]d2") == parse(FULL, "]d2")
    assert parse(FULL).findings == ()
    assert parse(FULL).notes == ("aim-missing",)
    assert scanned(FULL).findings == ("aim-missing", "separator-lost")
    assert scanned(b"0109506000134352").findings == ("aim-missing",)
    assert scanned(b"+A123BJC5D6E71G").findings == ("aim-missing",)


@pytest.mark.covers("F60", "21")
@pytest.mark.parametrize("aim", ["", "]d2", "]C1", "]Q3"])
def test_a_lot_that_swallowed_a_date_is_never_accepted(aim: str) -> None:
    assert "separator-lost" in parse(b"010703206980498810032915210526", aim).findings


@pytest.mark.parametrize(
    ("raw", "lot"),
    [
        (b"0134567890123457" + b"103456789", "3456789"),
        (b"0109506000134352" + b"10A213B1\x1d211234", "A213B1"),
        (b"\x1d0109506000134352" + b"10LOT-A121S0001", "LOT-A121S0001"),
        (b"]d20109506000134352" + b"17281130" + b"10A-17260521", "A-17260521"),
        (b"]d20109506000134352" + b"10LOT-A191X", "LOT-A191X"),
        (b"]d20109506000134352" + b"10LOT-A121S0001\x1d240X", "LOT-A121S0001"),
    ],
)
def test_a_lot_that_can_be_read_in_one_way_only_is_accepted(raw: bytes, lot: str) -> None:
    assert (parse(raw).lot, parse(raw).findings) == (lot, ())


def test_what_lacks_a_companion_may_have_it_in_another_code() -> None:
    alone = parse(b"]C12121896418-5M")
    assert (alone.serial, alone.findings, alone.notes) == ("21896418-5M", (), ("required-missing",))
    assert parse(b"]C1" + FULL).notes == ()
    assert parse(b"]C18030ABC").notes == ("required-missing",)
    assert parse(b"]C10109506000134352" + b"21A\x1d8030ABC").notes == ()


def test_device_and_production_identifiers_are_two_fields() -> None:
    code = parse(FULL, "]d2")
    assert (code.agency, code.udi_di) == ("GS1", GTIN)
    assert code.udi_pi == "(17)281130(10)L1-A(21)0001"
    inside = parse(b"0209506000134352" + b"3712", "]C1")
    assert (inside.gtin, inside.udi_di) == (GTIN, "")


def test_a_composite_is_both_of_its_symbols() -> None:
    code = parse(b"]E402345673|]e010COMPOSITE\x1d98XYZ")
    assert (code.gtin, code.lot, code.findings) == ("00000002345673", "COMPOSITE", ())
    assert parse(b"]E402345673|]e0hello").findings == ("unknown-ai",)


def test_an_ean_is_a_gtin_and_nothing_more() -> None:
    code = parse(b"9506000134352", "]E0")
    assert (code.gtin, code.lot, code.findings) == (GTIN, "", ())
    assert parse(b"9506000134352").gtin == GTIN
    assert parse(b"4006381333931").gtin == "04006381333931"
    assert parse(b"]I109506000134352").gtin == GTIN
    assert parse(b"10123456789012").elements == (("10", "123456789012"),)


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
    assert dict(code.details)["expiry"] == "2028-11-30T12:00"
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


@pytest.mark.parametrize(
    "text",
    ["", "01", "x(01)1", "(01)123", "(01", "(9999)1", "(10)A(10)B", "(10)A[21]B", "(90)" * MAX_RAW],
)
def test_brackets_that_are_not_right(text: str) -> None:
    assert from_brackets(text).findings
    with pytest.raises(ValueError, match=r":"):
        raw_string(text)


def test_square_brackets_are_read_as_round_ones() -> None:
    assert from_brackets("[01]09506000134352[10]A(21)B").lot == "A(21)B"
    assert parse(b"[01]09506000134352").notes == ()


def test_gtins_are_normalised() -> None:
    assert gtin14("95060002") == "00000095060002"
    assert gtin14("9506000134352") == GTIN
    for wrong in ("9506000134353", "95060001343", "", "\uff19506000134352"):
        with pytest.raises(ValueError, match="GTIN"):
            gtin14(wrong)


@given(st.binary(max_size=200), st.sampled_from(["", "]d2", "]C1", "]Q3", "]E0", "]d1", "x"]))
def test_any_bytes_give_an_answer(raw: bytes, aim: str) -> None:
    code = parse(raw, aim)
    assert set(code.findings) <= set(FINDINGS)
    assert set(code.notes) <= set(NOTES)
    assert set(scanned(raw, aim).findings) >= set(code.findings)
    stripped(raw, aim)


CSET = "!\"%&'*+,-./0123456789:;<=>?ABCXYZ_abcxyz"


@given(st.text(CSET, min_size=1, max_size=20), st.text(CSET, min_size=1, max_size=20))
def test_what_is_built_reads_back(lot: str, serial: str) -> None:
    content = element_string(gtin=GTIN, expiry=date(2028, 11, 30), lot=lot, serial=serial)
    code = parse(raw_string(content), "]d2")
    assert (code.lot, code.serial, code.findings) == (lot, serial, ())
    assert code.hri == content
