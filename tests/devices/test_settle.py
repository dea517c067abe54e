"""The settling rule."""

from __future__ import annotations

import csv
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.config import Settling
from devices.kinds import Reading, State
from devices.settle import Settler, drifts
from forms.terms import Quantity


def reading(value: str, state: State = "stable", unit: str = "g", at_ms: int = 0) -> Reading:
    """A reading of the balance."""
    return Reading(
        name="balance",
        quantity=Quantity(value=Decimal(value), unit=unit),
        state=state,
        raw=f"{state} {value}".encode(),
        taken_at_ns=at_ms * 1_000_000,
    )


@pytest.mark.covers("F59")
def test_settled_needs_consecutive_stable_readings_within_the_spread() -> None:
    settler = Settler(Settling(count=3, spread=Decimal("0.002")))
    got = [
        settler.feed(each).settled
        for each in (
            reading("1.000"),
            reading("1.001"),
            reading("1.003"),
            reading("1.003"),
            reading("1.002"),
            reading("1.002", "unstable"),
            reading("1.002"),
            reading("1.002"),
            reading("1.002", unit="mg"),
        )
    ]
    assert got == [False, False, False, True, True, False, False, False, False]


def test_the_series_is_kept_and_reset_forgets_it() -> None:
    settler = Settler(Settling(count=2, spread=Decimal(0)))
    settler.feed(reading("1.0"))
    settled = settler.feed(reading("1.0"))
    assert settled.series == (b"stable 1.0", b"stable 1.0")
    settler.reset()
    assert not settler.feed(reading("1.0")).settled


@pytest.mark.covers("F59")
def test_moving_for_ever_on_the_same_digits_is_frozen() -> None:
    settler = Settler(Settling(frozen_after=3))
    states = [settler.feed(reading("1.0", "unstable")).state for _ in range(4)]
    assert states == ["unstable", "unstable", "frozen", "frozen"]
    assert settler.feed(reading("1.1", "unstable")).state == "unstable"


@pytest.mark.covers("F59")
def test_until_it_is_settled_a_stable_reading_is_unstable() -> None:
    settler = Settler(Settling(count=2, spread=Decimal(0)))
    first = settler.feed(reading("1.0"))
    assert (first.state, first.settled, first.detail) == ("unstable", False, "not settled")
    assert settler.feed(reading("1.0")).state == "stable"


def test_a_series_must_span_its_time() -> None:
    settler = Settler(Settling(count=2, over_ms=1000))
    got = [settler.feed(reading("1.0", at_ms=each)).settled for each in (0, 400, 800, 1000, 1400)]
    assert got == [False, False, False, True, True]
    assert len(settler.feed(reading("1.0", at_ms=1800)).series) == 4


@pytest.mark.covers("F59")
def test_a_slow_drift_within_the_spread_is_not_settled() -> None:
    """A tenth of a milligram a second: five readings never differ by more than the spread."""
    rule = Settling(count=5, spread=Decimal("0.0002"), drift=Decimal("0.00005"))
    drifting = Settler(rule)
    for step in range(20):
        value = f"{Decimal('1.0000') + Decimal(step) * Decimal('0.00004'):.5f}"
        assert not drifting.feed(reading(value, at_ms=step * 400)).settled
    still = Settler(rule)
    got = [still.feed(reading(f"1.000{step % 2}", at_ms=step * 400)).settled for step in range(9)]
    assert got[4:] == [True] * 5


@pytest.mark.parametrize(
    ("slope", "limit", "steep"), [("0.001", "0.001", False), ("0.0011", "0.001", True)]
)
def test_a_slope_is_compared_exactly(slope: str, limit: str, steep: bool) -> None:
    times = [0, 200, 400, 600, 1000]
    values = [Decimal(slope) * each / 1000 for each in times]
    assert drifts(times, values, Decimal(limit)) is steep
    assert drifts(times, [-each for each in values], Decimal(limit)) is steep


@pytest.mark.covers("F59")
def test_an_instrument_that_is_never_still_is_frozen_when_it_is() -> None:
    settler = Settler(Settling(alive_within=3, count=1))
    states = [settler.feed(reading("1.0")).state for _ in range(4)]
    assert states == ["stable", "stable", "frozen", "frozen"]
    assert settler.feed(reading("1.1")).state == "stable"


def capture(file: Path) -> list[Reading]:
    """A real capture, in milligrams."""
    found: list[Reading] = []
    for row in csv.DictReader(file.read_text().splitlines()):
        said, at = row.get("mg") or row.get("grams"), row.get("t_ms") or row.get("t_s")
        if said is None or at is None:
            continue  # the line that says how many there were
        value = Decimal(said) * (1000 if "grams" in row else 1)
        at_ms = int(Decimal(at) * (1 if "t_ms" in row else 1000))
        state: State = "stable" if row["status"] == "ST" else "unstable"
        found.append(reading(f"{value:f}", state, "mg", at_ms))
    return found


def moved_on(series: list[Reading], rule: Settling) -> tuple[int, int]:
    """Weighings begun every 5 s that settled within 30 s, and those 1 mg elsewhere 2 s later."""
    settled = wrong = 0
    start = -5_000
    for place, first in enumerate(series):
        begun = first.taken_at_ns // 1_000_000
        if begun < start + 5_000:
            continue
        start = begun
        settler = Settler(rule)
        for each in itertools.islice(series, place, None):
            at = each.taken_at_ns // 1_000_000
            if at - begun > 30_000:
                break
            if settler.feed(each).settled:
                later = [r for r in series[place:] if r.taken_at_ns // 1_000_000 >= at + 2_000]
                if later:
                    settled += 1
                    wrong += abs(amount(later[0]) - amount(each)) > 1
                break
    return settled, wrong


def amount(one: Reading) -> Decimal:
    """Its value."""
    assert one.quantity is not None
    return one.quantity.value


@pytest.mark.covers("F59")
def test_on_real_captures_the_rule_cuts_what_moves_on(shared: Path) -> None:
    """First stable reading: 27 % move on by more than 1 mg. The rule of the manual page: 7 %."""
    files = sorted((shared / "corpora/codes/scale_captures").glob("*.csv"))
    assert len(files) == 14
    shares = []
    for rule in (
        Settling(count=1, spread=Decimal(99)),
        Settling(count=7, spread=Decimal("0.2")),
        Settling(count=7, spread=Decimal("0.2"), over_ms=4000, drift=Decimal("0.03")),
    ):
        counts = [moved_on(capture(file), rule) for file in files]
        settled, wrong = (sum(column) for column in zip(*counts, strict=True))
        assert settled > 150
        shares.append(Decimal(wrong) / settled)
    assert shares[0] > Decimal("0.2")
    assert shares[1] < shares[0] / 2
    assert shares[2] < Decimal("0.08")


@pytest.mark.covers("F59")
def test_no_real_capture_looks_frozen(shared: Path) -> None:
    for file in sorted((shared / "corpora/codes/scale_captures").glob("*.csv")):
        settler = Settler(Settling(frozen_after=8))
        assert not any(settler.feed(each).state == "frozen" for each in capture(file)), file.name


@given(st.lists(st.decimals("0", "10", places=3), max_size=30), st.integers(1, 8))
def test_what_is_settled_always_lies_within_the_spread(values: list[Decimal], count: int) -> None:
    settler = Settler(Settling(count=count, spread=Decimal("0.5")))
    for place, value in enumerate(values):
        if settler.feed(reading(str(value))).settled:
            window = values[place + 1 - count : place + 1]
            assert len(window) == count
            assert max(window) - min(window) <= Decimal("0.5")
