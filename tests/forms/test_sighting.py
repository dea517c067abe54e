"""A code that a camera saw counts only when the step expects it or master data knows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.sighting import standing

GTIN = "09501101530003"
LABEL = b"010950110153000317291130" + b"10IS-2026-0147\x1d210001"


def of(raw: bytes, aim: str) -> str:
    return standing(raw, aim, expected=[LABEL], known={GTIN, "A99912345"})


@pytest.mark.covers("F60")
@pytest.mark.parametrize(
    ("raw", "aim", "found"),
    [
        (LABEL, "]d2", "expected"),
        (b"]d2" + LABEL + b"\r", "", "expected"),
        (LABEL, "]Q3", "expected"),  # the wrong symbology is for the judge to say
        (LABEL.replace(b"0001", b"0002"), "]d2", "known"),
        (b"9501101530003", "]E0", "known"),
        (b"+A99912345/$$52001510X33", "]C0", "known"),
        (b"+A99912345/$$52001510X34", "]C0", "unexpected"),  # its check character is not right
        (b"4006381333931", "]E0", "unexpected"),
        (b"9501101530004", "]E0", "unexpected"),  # a check digit that is not right
        (b"LB:DO:sign", "]C0", "unexpected"),
        (b"", "]d1", "unexpected"),
    ],
)
def test_what_a_code_is_to_the_work(raw: bytes, aim: str, found: str) -> None:
    assert of(raw, aim) == found


@pytest.mark.covers("F60")
def test_what_is_seen_in_a_labels_letters_says_nothing_about_the_label() -> None:
    def back(raw: bytes, aim: str) -> str:
        return standing(raw, aim, expected=[LABEL], known={GTIN}, printed_in="]d2")

    assert back(b"9501101530003", "]E0") == "unexpected", "known, but no label of this step"
    assert back(LABEL, "]d2") == "expected"
    assert back(LABEL, "]Q3") == "expected", "the content in another symbology is judged"
    assert back(LABEL.replace(b"0001", b"0002"), "]d2") == "known", "another unit's label"


@given(st.binary(max_size=60), st.sampled_from(["]d2", "]C1", "]E0", "]C0", ""]))
def test_nothing_counts_where_nothing_is_expected_or_known(raw: bytes, aim: str) -> None:
    assert standing(raw, aim, expected=[], known=()) == "unexpected"
