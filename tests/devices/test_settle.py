"""The settling rule."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.config import Settling
from devices.kinds import Reading, State
from devices.settle import Settler
from forms.terms import Quantity


def reading(value: str, state: State = "stable", unit: str = "g") -> Reading:
    """A reading of the balance."""
    quantity = Quantity(value=Decimal(value), unit=unit)
    return Reading(name="balance", quantity=quantity, state=state, raw=f"{state} {value}".encode())


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


@given(st.lists(st.decimals("0", "10", places=3), max_size=30), st.integers(1, 8))
def test_what_is_settled_always_lies_within_the_spread(values: list[Decimal], count: int) -> None:
    settler = Settler(Settling(count=count, spread=Decimal("0.5")))
    for place, value in enumerate(values):
        if settler.feed(reading(str(value))).settled:
            window = values[place + 1 - count : place + 1]
            assert len(window) == count
            assert max(window) - min(window) <= Decimal("0.5")
