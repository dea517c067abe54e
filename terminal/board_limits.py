"""Limits in words, and as a band."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from forms.units import display
from terminal.views import Band

if TYPE_CHECKING:
    from forms.masters import Limits
    from terminal.words import Words


def expected(limits: Limits, words: Words) -> str:
    """The limits in words and figures."""
    unit = display(limits.unit)
    if limits.low is not None and limits.high is not None:
        return words("limits-both", low=f"{limits.low:f}", high=f"{limits.high:f}", unit=unit)
    if limits.low is not None:
        return words("limits-low", low=f"{limits.low:f}", unit=unit)
    return words(
        "limits-high", high=f"{limits.high:f}" if limits.high is not None else "", unit=unit
    )


def band(limits: Limits, value: Decimal | None) -> Band:
    """Limits as a band from 0.2 to 0.8 of the width; where the value stands."""
    low, high = limits.low, limits.high
    if high is None:  # the side that is not given is far enough off for the other to be seen
        low = low or Decimal(0)
        high = low + (abs(low) or 1)
    elif low is None:
        low = high - (abs(high) / 2 or 1)
    span = high - low or Decimal(1)

    def at(number: Decimal) -> float:
        place = Decimal("0.2") + (number - low) / span * Decimal("0.6")
        return float(min(max(place, Decimal(0)), Decimal(1)))

    return Band(
        low=f"{limits.low:f}" if limits.low is not None else "",
        high=f"{limits.high:f}" if limits.high is not None else "",
        target=f"{limits.target:f}" if limits.target is not None else "",
        target_at=at(limits.target) if limits.target is not None else None,
        value_at=at(value) if value is not None else None,
    )
