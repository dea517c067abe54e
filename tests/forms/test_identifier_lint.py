"""Content rules of GS1's elements, the check characters of all agencies, and dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.identifiers import checks, dates, lint
from forms.identifiers.ai_rules import CONTENT, FORBIDDEN, NO_ATTRIBUTES, PRIMARY_KEYS, REQUIRED
from forms.identifiers.ai_table import alike, at_start, known, needs_separator
from forms.identifiers.element_string import title
from forms.identifiers.linters import CHECK_RULES, DATE_RULES, VALUE_RULES

GOOD = [
    ("00", "123456789012345675"), ("01", "12345678901231"), ("253", "1231231231232TEST"),
    ("3919", "9971234"), ("401", "1234A"), ("402", "13131313131313130"), ("421", "434ABC"),
    ("423", "470004012887"), ("4300", "A%20B"), ("4307", "FR"), ("4309", "18000000003600000000"),
    ("4321", "1"), ("4324", "2811309999"), ("4330", "001234-"), ("4331", "001234"),
    ("7003", "2811302359"), ("7007", "281130281201"), ("7011", "281130"), ("7030", "999ABC"),
    ("7040", "1ABc"), ("7041", "BX"), ("7041", "201"), ("7241", "99"),
    ("7250", "19991231"), ("7251", "199912312359"),
    ("7252", "9"), ("7258", "2/3"), ("8001", "12345678901204"), ("8003", "02112345678900ABC"),
    ("8006", "123456789012310203"), ("8007", "GB82WEST12345698765432"), ("8008", "281130235959"),
    ("8011", "0"), ("8013", "1987654Ad4X4bL5ttr2310c2K"), ("8014", "1987654Ad4X4bL5ttr2310c2K"),
    ("8110", "012345612345611110123"), ("8112", "001234561234560123456"),
    ("8110", "012345612345611110123101101239211012301234563281130428112950123456"),
    ("8110", "01234561234561111012361123456790000"),
]  # fmt: skip
BAD = [
    ("00", "123456789012345670", "bad-check-digit"), ("00", "A23456789012345675", "bad-value"),
    ("01", "1234", "bad-length"), ("10", "", "empty-field"), ("10", "A" * 21, "too-long"),
    ("10", "A B", "bad-character"), ("17", "281301", "bad-date"), ("17", "2813O1", "bad-value"),
    ("20", "BL", "bad-value"), ("3919", "1231234", "bad-value"), ("401", "12A4", "bad-value"),
    ("421", "123ABC", "bad-value"), ("423", "4700", "bad-length"), ("4300", "A%2", "bad-value"),
    ("4307", "AA", "bad-value"), ("4309", "18000000010000000000", "bad-value"),
    ("4309", "00000000003600000001", "bad-value"), ("4321", "2", "bad-value"),
    ("4324", "2012252400", "bad-date"), ("4326", "201200", "bad-date"),
    ("4330", "001234+", "bad-value"), ("7007", "2811302", "bad-length"),
    ("7030", "123ABC", "bad-value"), ("7040", "1AB=", "bad-value"), ("7241", "11", "bad-value"),
    ("7250", "19991301", "bad-date"), ("7250", "00001231", "bad-date"), ("7252", "3", "bad-value"),
    ("7258", "2/1", "bad-value"), ("8001", "00005678901204", "bad-value"),
    ("8003", "12112345678900", "bad-value"), ("8006", "123456789012310003", "bad-value"),
    ("8006", "123456789012310302", "bad-value"), ("8007", "FR12_45678901234", "bad-value"),
    ("8007", "GB83WEST12345698765432", "bad-check-character"),
    ("8007", "AA83WEST123456", "bad-value"),
    ("8008", "2811302460", "bad-date"), ("8011", "01", "bad-value"),
    ("8013", "123456ABXX", "bad-check-character"), ("8013", "A", "bad-check-character"),
    ("8014", "12345678WS", "bad-check-character"), ("9999", "1", "unknown-ai"),
    ("0", "1", "unknown-ai"),
]  # fmt: skip
COUPONS = [
    "0", "7", "A12345612345611110123", "01234561234560", "0123456123456111101",
    "01234561234561111912",
    "0123456123456111101234", "01234561234561111012314", "01234561234561111012310119012",
    "012345612345611110123320001", "0123456123456111101233200010",
    "01234561234561111012335006064500607",
    "012345612345611110123651", "01234561234561111012361", "012345612345611110123903",
    "0123456123456111101239000", "0123456123456111101230", "01234561234561111012393",
]  # fmt: skip
OFFERS = ["0", "07", "01123456", "00123456", "001234561234560", "201234561234560123456",
          "0012345612345601234567", "00123456123456A123456"]  # fmt: skip


@pytest.mark.parametrize(("ai", "value"), GOOD)
def test_sound_content(ai: str, value: str) -> None:
    assert lint(ai, value) == []


@pytest.mark.parametrize(("ai", "value", "finding"), BAD)
def test_bad_content_is_named(ai: str, value: str, finding: str) -> None:
    assert finding in lint(ai, value)


@pytest.mark.parametrize(
    ("ai", "value"), [*(("8110", each) for each in COUPONS), *(("8112", each) for each in OFFERS)]
)
def test_coupons_with_a_broken_field(ai: str, value: str) -> None:
    assert lint(ai, value) == ["bad-value"]


def test_every_rule_is_used_and_every_pattern_names_an_identifier() -> None:
    used = {rule for _, spec in CONTENT for part in spec.split() for rule in part.split(",")[1:]}
    assert used == {"csum", *DATE_RULES, *CHECK_RULES, *VALUE_RULES}
    every = {ai for n in range(2, 5) for ai in map(f"{{:0{n}d}}".format, range(10**n)) if known(ai)}
    assert len(every) > 500
    named = [row[0] for row in (*CONTENT, *REQUIRED, *FORBIDDEN)]
    named += [row[1].replace("+", " ") for row in (*REQUIRED, *FORBIDDEN)]
    named += [*PRIMARY_KEYS, *NO_ATTRIBUTES, *(each for v in PRIMARY_KEYS.values() for each in v)]
    patterns = {pattern for row in named for pattern in row.split()}
    assert not [p for p in patterns if not any(alike(p, ai) for ai in every)]


@pytest.mark.parametrize("date_ai", ["11", "12", "13", "15", "16", "17", "4326", "7003", "7006"])
def test_no_identifier_with_a_date_is_without_its_rule(date_ai: str) -> None:
    found = known(date_ai)
    assert found is not None
    assert found.components[0].rules[0] in DATE_RULES


def test_the_table_of_identifiers() -> None:
    found = at_start("3103001240")
    assert found is not None
    assert (found.ai, found.variable, found.longest) == ("3103", False, 6)
    assert at_start("310") is None
    assert (title("10"), title("1")) == ("BATCH/LOT", "")
    assert needs_separator("10")
    assert not needs_separator("01")


@pytest.mark.covers("UDI-830")
def test_published_check_characters() -> None:
    assert checks.mod43("+A123BJC5D6E71") == "G"
    assert checks.mod37_2("G123498654321") == "H"
    assert checks.mod37_2_value("G123498654321") == 17
    assert checks.check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    assert checks.check_pair("6901234GS1-China1234567") == "EH"
    assert checks.ppn_digits("1112345684") == "08"
    assert checks.has_pzn_digit("12345684")
    assert not checks.has_pzn_digit("12345685")
    assert checks.is_iban("GB82WEST12345698765432")
    assert not checks.has_check_pair("AB")
    assert not checks.has_check_pair("~23456ABXX")


@given(st.text("0123456789", min_size=7, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(digits: str, place: int, change: int) -> None:
    whole = digits + checks.check_digit(digits)
    at = place % len(whole)
    wrong = whole[:at] + str((int(whole[at]) + change) % 10) + whole[at + 1 :]
    assert checks.has_check_digit(whole)
    assert not checks.has_check_digit(wrong)


@given(st.text("0123456789ABCDEFGHJKLMNP", min_size=13, max_size=13), st.integers(0, 12))
def test_two_swapped_characters_never_pass_modulo_37(number: str, place: int) -> None:
    at = place % 12
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    same = number[at] == number[at + 1]
    assert (checks.mod37_2(number) == checks.mod37_2(swapped)) == same


@given(st.dates(date(1977, 1, 1), date(2076, 12, 31)))
def test_dates_are_read_back_in_every_form(day: date) -> None:
    assert dates.read_date(day.strftime("%y%m%d")) == day
    assert dates.read_long_date(day.strftime("%Y%m%d")) == day
    assert dates.read_ordinal(day.strftime("%y%j")) == day
    month = dates.read_month(day.strftime("%m%y"))
    assert month is not None
    assert (month.year, month.month) == (day.year, day.month)


@pytest.mark.parametrize("text", ["", "0", "00000", "26000", "26366", "2632\uff11", "260101"])
def test_days_that_no_year_has(text: str) -> None:
    assert dates.read_ordinal(text) is None


def test_dates_and_times_that_do_not_exist() -> None:
    assert dates.read_ordinal("24366") == date(2024, 12, 31)
    assert dates.read_month("1326") is None
    assert dates.read_month("13") is None
    assert dates.read_long_date("20260230") is None
    assert dates.read_long_date("2026023") is None
    assert dates.read_long_date("20260200", month_end=True) == date(2026, 2, 28)
    assert not dates.is_time("2460")
    assert not dates.is_time("123")
    assert dates.is_time("235959")
