"""A calibration that contradicts itself, the window of a bad one, and what its error means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.calibration import Calibration, CalibrationPoint, Window, margin
from forms.masters import Limits
from forms.terms import Quantity

DAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
LIMITS = Limits(unit="g", low=Decimal("0.30"), high=Decimal("0.50"))


def point(
    found: str, left: str = "", nominal: str = "1", tolerance: str = "0.01"
) -> CalibrationPoint:
    return CalibrationPoint(
        nominal=Decimal(nominal),
        found=Decimal(found),
        tolerance=Decimal(tolerance),
        left=Decimal(left) if left else None,
    )


def calibration(
    *points: CalibrationPoint, found: str = "in-tolerance", left: str = "in-tolerance"
) -> Calibration:
    return Calibration(
        asset="BAL-1",
        performed=DAY,
        laboratory="Lab",
        certificate="C-1",
        as_found=found,  # type: ignore[arg-type]
        as_left=left,  # type: ignore[arg-type]
        due=DAY + timedelta(days=365),
        unit="g",
        points=points,
    )


def grams(value: str) -> Quantity:
    return Quantity(value=Decimal(value), unit="g")


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize(
    ("points", "found", "left", "said"),
    [
        ((), "in-tolerance", "in-tolerance", 0),
        ((point("1.01"), point("0.99")), "in-tolerance", "in-tolerance", 0),  # on the limit is good
        ((point("1.011"),), "in-tolerance", "out-of-tolerance", 1),
        ((point("1.011"),), "not-taken", "out-of-tolerance", 1),
        ((point("1.011"),), "out-of-tolerance", "in-tolerance", 1),
        ((point("1.011"),), "in-tolerance", "in-tolerance", 2),
        ((point("1.011", "1.00"),), "out-of-tolerance", "in-tolerance", 0),
        ((point("1.00", "1.02"),), "in-tolerance", "in-tolerance", 1),
        ((point("1.00"),), "out-of-tolerance", "in-tolerance", 0),  # by what no point shows
    ],
)
def test_words_and_points_must_agree(
    points: tuple[CalibrationPoint, ...], found: str, left: str, said: int
) -> None:
    assert len(calibration(*points, found=found, left=left).contradictions()) == said


def test_the_error_is_the_largest_one_found() -> None:
    assert calibration().error is None
    assert calibration(point("1.01"), point("0.98")).error == Decimal("0.02")
    assert calibration(point("0.98"), found="out-of-tolerance").error == Decimal("0.02")
    unshown = calibration(point("1.00"), found="out-of-tolerance")
    assert unshown.error is None, "points that are good do not say how bad the rest was"


def test_only_found_good_and_left_good_is_good() -> None:
    assert calibration().good
    assert not calibration(found="not-taken").good
    assert not calibration(found="out-of-tolerance").good
    assert not calibration(left="out-of-tolerance").good


@pytest.mark.parametrize(
    ("wall", "quality", "received", "counts"),
    [
        (0, "anchored", 0, True),
        (-1, "anchored", 0, False),  # a good clock says it was before
        (-1, "free", 0, True),  # a doubtful one does not
        (-99, "unknown", 0, True),
        (-99, "unknown", -1, True),  # the server may be in another zone
        (9, "free", -2, False),  # it was here before, whatever its clock said
        (10, "anchored", 20, True),
        (11, "anchored", 20, False),  # it was put right on day 10
        (11, "free", 20, True),
    ],
)
def test_a_reading_is_left_out_only_if_it_is_certain(
    wall: int, quality: str, received: int, *, counts: bool
) -> None:
    window = Window(since=DAY, until=DAY + timedelta(days=10))
    at, came = NOON + timedelta(days=wall), NOON + timedelta(days=received)
    assert window.holds(at, quality, came) is counts
    assert Window().holds(at, quality, came)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(-4000, 4000),
    st.sampled_from(["anchored", "free", "unknown"]),
    st.integers(-4000, 4000),
)
def test_what_came_before_never_counts(since: date, wall: int, quality: str, received: int) -> None:
    window, came = Window(since=since), NOON + timedelta(days=received)
    if window.came_before(came):
        assert not window.holds(NOON + timedelta(days=wall), quality, came)


@pytest.mark.covers("ISO-7.6")
def test_what_the_error_means_for_a_reading() -> None:
    window = Window(error=Quantity(value=Decimal(20), unit="mg"))
    assert window.doubt(grams("0.31"), LIMITS, accepted=True) == "within-error"
    assert window.doubt(grams("0.32"), LIMITS, accepted=True) == "clear"
    assert window.doubt(grams("0.49"), LIMITS, accepted=True) == "within-error"
    assert window.doubt(grams("0.10"), LIMITS, accepted=False) == "not-accepted"
    assert window.doubt(None, LIMITS, accepted=True) == "not-known"
    assert window.doubt(grams("0.31"), None, accepted=True) == "not-known"
    assert Window().doubt(grams("0.31"), LIMITS, accepted=True) == "not-known"
    other = Window(error=Quantity(value=Decimal(1), unit="mm"))
    assert other.doubt(grams("0.31"), LIMITS, accepted=True) == "not-known"


def test_the_margin_is_to_the_nearer_limit() -> None:
    assert margin(grams("0.31"), LIMITS) == Decimal("0.01")
    assert margin(grams("0.6"), LIMITS) == Decimal("-0.10")
    assert margin(grams("9"), Limits(unit="g", low=Decimal(1))) == Decimal(8)
    assert margin(grams("9"), Limits(unit="g", high=Decimal(12))) == Decimal(3)
    assert margin(Quantity(value=Decimal(1), unit="mm"), LIMITS) is None
