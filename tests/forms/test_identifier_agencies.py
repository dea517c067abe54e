"""HIBC, ISBT 128, IFA, MA and GS1 Digital Link: fields, findings, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.identifiers import checks, parse
from forms.identifiers.report import report

LINK = "https://id.gs1.org/01/09506000134352"
CAPITALS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=18)
DAYS = st.dates(date(1977, 1, 1), date(2076, 12, 31))


def hibc(body: str) -> bytes:
    return ("+" + body + checks.mod43("+" + body)).encode()


# --- HIBC --------------------------------------------------------------------------------------


@pytest.mark.covers("UDI-830")
def test_fdas_printed_example_fails_its_check_and_is_shown_all_the_same() -> None:
    printed = (
        "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202"
    )
    code = parse(printed.encode() + b"C")
    assert code.findings == ("bad-check-character",)
    assert (code.lot, code.serial) == ("LOT123456789012345", "XYZ456789012345678")
    assert parse(printed.encode() + b"H").findings == ()
    assert code.udi_di == "H123PARTNO1234567890120"
    assert code.hri == printed + "C"


@pytest.mark.parametrize(
    ("secondary", "expiry", "quantity"),
    [
        ("$$0928A1", "2028-09", None), ("$$1228A1", "2028-12", None),
        ("$$2093028A1", "2028-09-30", None), ("$$3280930A1", "2028-09-30", None),
        ("$$428093022A1", "2028-09-30T22", None), ("$$528274A1", "2028-09-30", None),
        ("$$62827422A1", "2028-09-30T22", None), ("$$7A1", "", None), ("$A1", "", None),
        ("28274A1", "2028-09-30", None), ("$$8240928A1", "2028-09", 24),
        ("$$9001003280930A1", "2028-09-30", 100), ("$$8247A1", "", 24),
        ("$$7A1/14D20280930", "2028-09-30", None), ("$$7A1/Q24", "", 24),
    ],
)  # fmt: skip
def test_every_form_of_the_date(secondary: str, expiry: str, quantity: int | None) -> None:
    code = parse(hibc("A12345671/" + secondary))
    assert (code.lot, dict(code.details).get("expiry", ""), code.quantity) == (
        "A1", expiry, quantity,
    )  # fmt: skip
    assert code.findings == ()
    assert (code.expiry is not None) == bool(expiry)
    alone = parse(hibc(secondary.split("/", maxsplit=1)[0] + "G"))
    assert (alone.lot, alone.findings) == ("A1", ())


def test_serial_numbers() -> None:
    for secondary in ("$+S1", "$$+7S1", "$$+3280930S1", "$$7/SS1"):
        code = parse(hibc("A12345671/" + secondary))
        assert (code.serial, code.lot, code.findings) == ("S1", "", ())


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("A12345671/$$3281330A1", "bad-date"), ("A12345671/$$528400A1", "bad-date"),
        ("A12345671/$$428093024A1", "bad-date"), ("A12345671/$$32809", "bad-length"),
        ("A12345671/$$8X4", "bad-value"), ("A12345671/$$A1", "bad-value"),
        ("A12345671/$" + "A" * 19, "too-long"), ("A12345671/$A$1", "bad-character"),
        ("A12345671/", "empty-field"), ("A12345671/ 1", "bad-value"),
        ("A12345671/$$3280930A/14D20280929", "repeated-ai"), ("A12345671/14D20281301", "bad-date"),
        ("A12345671/16D20281301", "bad-date"), ("A12345671/S", "bad-value"),
        ("A12345671/$+S1/SS2", "repeated-ai"), ("A12345671/QA", "bad-value"), ("A", "bad-length"),
        ("", "bad-length"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(body: str, finding: str) -> None:
    assert finding in parse(hibc(body)).findings


def test_two_codes_must_belong_together() -> None:
    both = hibc("A123BJC5D6E71") + hibc("$$52001510X3G")
    assert parse(both).findings == ()
    other = hibc("A123BJC5D6E71") + hibc("$$52001510X3H")
    assert parse(other).findings == ("bad-link",)
    assert parse(b"+A123bJC").findings == ("bad-character",)
    # A link '+' and check '$' at the end begin no other code.
    assert parse(b"+A12345671/$A+$1").findings == ("bad-character", "bad-check-character")


def test_an_unknown_data_identifier_is_a_note() -> None:
    code = parse(hibc("A12345671/9ZABC/$A1"))
    assert (code.lot, code.findings) == ("A1", ())
    assert "unknown-identifier" in code.notes


@given(CAPITALS, CAPITALS, DAYS, st.integers(0, 9), st.integers(0, 99_999))
def test_hibc_reads_back(lot: str, serial: str, day: date, unit: int, count: int) -> None:
    date_text = day.strftime("%y%m%d")
    body = f"A123{lot}{unit}/$$9{count:05d}3{date_text}{lot}/S{serial}"
    code = parse(hibc(body), "]d1")
    assert (code.lot, code.serial, code.expiry, code.quantity) == (lot, serial, day, count)
    assert (code.udi_di, code.findings) == (f"A123{lot}{unit}", ())


# --- ISBT 128 ----------------------------------------------------------------------------------


@given(DAYS.filter(lambda day: day.year >= 2000), st.text("0123456789", min_size=8, max_size=8))
def test_isbt_reads_back(day: date, digits: str) -> None:
    number = "A9999" + digits
    flags = 60 + checks.mod37_2_value(number)
    text = f"=+03000={number}{flags}=>{day:0%y%j}&)LOT1234567"
    code = parse(text.encode(), "]C0")
    assert (code.expiry, code.lot, code.findings) == (day, "LOT1234567", ())
    assert dict(code.details)["donation_id"] == f"{number}{flags}"
    wrong = 60 + (flags - 59) % 37
    assert parse(f"={number}{wrong}".encode()).findings == ("bad-check-character",)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("=>014400", "bad-date"), ("=>01403", "bad-length"), ("&>0140322460", "bad-date"),
        ("=>01403X", "bad-date"), ("=]202613", "bad-date"), ("=]2026XX", "bad-date"),
        ("=~1", "unknown-ai"), ("&", "unknown-ai"), ("=A99971312345X00", "bad-value"),
        ("=+02000=>014032", "bad-value"), ("=+XX000=>014032", "bad-value"),
        ("=,00-025", "bad-value"), ("=>014032=>014033", "repeated-ai"),
    ],
)  # fmt: skip
def test_isbt_findings(text: str, finding: str) -> None:
    assert finding in parse(text.encode()).findings


def test_isbt_times_months_and_products() -> None:
    code = parse(b"&>0140322359=<E0382V00&*9990011200")
    assert dict(code.details) == {
        "expiry": "2014-02-01T23:59", "collected": "1999-01-01T12:00", "product_code": "E0382V00",
    }  # fmt: skip
    assert parse(b"=]202609").expiry == date(2026, 9, 30)
    bag = parse(b"=)1TE123456A&)RZ12345678")
    assert (bag.udi_di, bag.lot, bag.udi_pi) == ("1TE123456A", "RZ12345678", "&)RZ12345678")


# --- IFA and ISO/IEC 15434 ---------------------------------------------------------------------


def envelope(*fields: str, head: str = "06") -> bytes:
    return ("[)>\x1e" + "\x1d".join((head, *fields)) + "\x1e\x04").encode()


@given(CAPITALS, CAPITALS, DAYS, st.integers(0, 9_999_999))
def test_ifa_reads_back(lot: str, serial: str, day: date, item: int) -> None:
    digits = f"{item:07d}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, 1)) % 11
    if total == 10:
        return
    number = "11" + digits + str(total)
    number += checks.ppn_digits(number)
    text = envelope("9N" + number, "1T" + lot, f"D{day:%y%m%d}", "S" + serial)
    code = parse(text, "]d1")
    assert (code.agency, code.udi_di) == ("IFA", number)
    assert (code.lot, code.serial, code.expiry, code.findings) == (lot, serial, day, ())


@pytest.mark.parametrize(
    ("raw", "finding"),
    [
        (b"[)>\x1e06\x1d9N112097776020", "truncated"), (b"[)>06", "truncated"),
        (envelope("9N112097776020", head="07"), "unknown-format"),
        (envelope("9N112097776021"), "bad-check-digit"), (envelope("9N1X"), "bad-value"),
        (envelope("9N112097776118"), "bad-check-digit"), (envelope("9N1112310"), "bad-length"),
        (envelope("1TA", "1TB"), "repeated-ai"), (envelope("D291301"), "bad-date"),
        (envelope("16D20291301"), "bad-date"), (envelope("1TA", ""), "empty-field"),
        (envelope("?"), "bad-value"), (envelope("8P09506000134353"), "bad-check-digit"),
        (envelope("1T" + "A" * 21), "too-long"),
    ],
)  # fmt: skip
def test_ifa_findings(raw: bytes, finding: str) -> None:
    assert finding in parse(raw).findings


def test_what_else_an_envelope_holds() -> None:
    gs1 = parse(envelope("0109506000134352", head="05"))
    assert (gs1.gtin, gs1.agency, gs1.findings) == ("09506000134352", "GS1", ())
    own = "13" + "12345" + "ABC1"
    code = parse(
        envelope("9N" + own + checks.ppn_digits(own), "8P9506000134352", "Q12", "16D20290331")
    )
    assert (code.gtin, code.quantity, code.findings) == ("09506000134352", 12, ())
    assert dict(code.details) == {"produced": "2029-03-31"}
    assert parse(envelope("9ZX")).notes == ("aim-missing", "unknown-identifier")[1:]


# --- China's MA --------------------------------------------------------------------------------


@given(CAPITALS, CAPITALS, DAYS)
def test_ma_reads_back(lot: str, serial: str, day: date) -> None:
    later = day + timedelta(days=1)
    text = f"MA.156.M0.100761.21234561.S{serial}.M{day:%y%m%d}.L{lot}.E{later:%Y%m%d}.C3"
    code = parse(text.encode(), "]Q1")
    assert (code.lot, code.serial, code.expiry) == (lot, serial, later)
    assert (code.udi_di, code.findings) == ("MA.156.M0.100761.21234561", ())
    assert code.notes == ("check-not-verified",)


@pytest.mark.covers("UDI-NMPA")
@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("MA.156.M0.1", "bad-value"), ("MA.156.M0.100761.21234561.", "unknown-ai"),
        ("MA.156.M0.100761.21234561.X1", "unknown-ai"),
        ("MA.156.M0.100761.21234561.L", "bad-value"),
        ("MA.156.M0.100761.21234561.LA.LB", "repeated-ai"),
        ("MA.156.M0.100761.21234561.E221301", "bad-date"),
    ],
)  # fmt: skip
def test_ma_findings(text: str, finding: str) -> None:
    assert finding in parse(text.encode()).findings


# --- GS1 Digital Link --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "finding"),
    [
        ("https://id.gs1.org/", "unknown-format"), ("https:///01/09506000134352", "unknown-format"),
        ("HtTp://id.gs1.org/01/1", "unknown-format"),
        ("https://id.gs1.org/01/0950600013435 ", "bad-character"),
        (LINK + "/21/A/10/B", "bad-value"), (LINK + "/99/A", "bad-value"),
        (LINK + "?10=A", "bad-value"), (LINK + "?99", "bad-value"),
        (LINK + "?12345=A", "bad-value"),
        (LINK + "?8200=A", "bad-value"), (LINK + "?89=A", "unknown-ai"),
        (LINK + "?99=A%00", "bad-character"), (LINK + "?99=A+B", "bad-character"),
        (LINK + "?01=09506000134352", "bad-value"), (LINK + "?99=A;99=B", "repeated-ai"),
    ],
)  # fmt: skip
def test_links_that_are_refused(link: str, finding: str) -> None:
    assert finding in parse(link.encode()).findings


def test_links_that_are_read() -> None:
    code = parse((LINK + "/10/A%2FB/21/1?17=281130&linkType=all&x#top").encode(), "]Q1")
    assert (code.gtin, code.lot, code.serial, code.findings) == ("09506000134352", "A/B", "1", ())
    assert code.hri == "(01)09506000134352(10)A/B(21)1(17)281130"
    assert parse(b"http://a.example/x/01/9506000134352").gtin == "09506000134352"
    assert parse(b"https://a.example/8004/1234A/7040/1ABc").findings == ()


# --- as plain data -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "typed"),
    [
        ("17280200", {"date": "2028-02-29"}), ("70032811302359", {"date": "2028-11-30T23:59"}),
        ("7007281130281201", {"date": "2028-11-30/2028-12-01"}),
        ("7007281130281301", {}), ("725019991231", {"date": "1999-12-31"}),
        ("43242811309999", {"date": "2028-11-30"}), ("800828113012", {"date": "2028-11-30T12"}),
        ("3103001240", {"number": "1.240"}), ("3922299", {"number": "2.99"}),
        ("39199971", {"number": "0.000000001"}), ("3100000012", {"number": "12"}), ("10A", {}),
    ],
)  # fmt: skip
def test_elements_are_typed(element: str, typed: dict[str, str]) -> None:
    elements = report(parse(element.encode(), "]d2"))["elements"]
    assert isinstance(elements, list)
    assert {k: v for k, v in elements[0].items() if k in {"date", "number"}} == typed


def test_other_agencies_elements_have_titles() -> None:
    for raw in (b"=>014032", b"MA.156.M0.100761.21234561.LA", hibc("A12345671/$$3280930A1/9ZA")):
        elements = report(parse(raw))["elements"]
        assert isinstance(elements, list)
        assert elements[-1]["value"]
        assert elements[0]["title"]


def test_empty_members_are_left_out_and_findings_have_words() -> None:
    told = report(parse(b"]d2hello"))
    assert told["accepted"] is False
    assert "lot" not in told
    findings = told["findings"]
    assert isinstance(findings, list)
    assert [each["code"] for each in findings] == ["unknown-ai"]
    assert "应用标识符未知" in findings[0].values()
