"""Is an instrument good enough for a step's limits: unit, range, test uncertainty ratio."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal
from typing import TYPE_CHECKING

from forms.rules import Reason, because
from forms.terms import Quantity
from forms.units import convert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.masters import Limits
    from forms.terms import Capability, Metrology, PhysicalAsset

_PLENTY = Context(prec=60, traps=[])
_HUNDREDTH = Decimal("0.01")


def worst_error(capability: Capability) -> Decimal | None:
    """How wrong a reading may be, one side: the worst that is stated; None if nothing is.

    Expanded uncertainty, maximum permissible error, and half the resolution: no instrument is
    better than half a step of its display.
    """
    half = None if capability.resolution is None else capability.resolution / 2
    stated = (capability.uncertainty, capability.tolerance, half)
    return max((one for one in stated if one is not None), default=None)


def allowance(limits: Limits) -> Decimal | None:
    """What the limits allow on one side; None for one limit without a target."""
    if limits.low is not None and limits.high is not None:
        return _PLENTY.divide(_PLENTY.subtract(limits.high, limits.low), Decimal(2))
    only = limits.low if limits.high is None else limits.high
    if limits.target is None or only is None:
        return None
    return abs(_PLENTY.subtract(only, limits.target))


def incapable(asset: PhysicalAsset, limits: Limits, metrology: Metrology) -> Iterator[Reason]:
    """Why the asset is not good enough for the limits; nothing if it is.

    The ratio is ANSI/NCSL Z540.3's: half the tolerance by the expanded uncertainty. One limit
    without a target leaves no tolerance, so of those only unit and range are asked.
    """
    if asset.capability is None:
        if metrology.capability_needed:
            yield because("capability-unknown", instrument=asset.id)
        return
    capability = _in_unit(asset.capability, limits.unit)
    if capability is None:
        got = asset.capability.unit
        yield because("instrument-unit", instrument=asset.id, got=got, expected=limits.unit)
        return
    low, high, worst = capability
    if _outside(limits, low, high):
        yield because(
            "instrument-range",
            instrument=asset.id,
            low="-∞" if low is None else f"{low:f}",
            high="+∞" if high is None else f"{high:f}",
            unit=limits.unit,
        )
    yield from _coarse(asset.id, limits, worst, metrology.least_ratio)


def _coarse(
    instrument: str, limits: Limits, worst: Decimal | None, least: Decimal
) -> Iterator[Reason]:
    allowed = allowance(limits)
    if worst is None or allowed is None or allowed >= _PLENTY.multiply(worst, least):
        return
    ratio = _PLENTY.divide(allowed, worst).quantize(_HUNDREDTH, ROUND_DOWN, _PLENTY)
    yield because(
        "instrument-not-capable", instrument=instrument, ratio=f"{ratio:f}", least=f"{least:f}"
    )


def _outside(limits: Limits, low: Decimal | None, high: Decimal | None) -> bool:
    below = limits.low is not None and low is not None and limits.low < low
    above = limits.high is not None and high is not None and limits.high > high
    return below or above


def _in_unit(
    capability: Capability, unit: str
) -> tuple[Decimal | None, Decimal | None, Decimal | None] | None:
    """Range and worst error in ``unit``; None if that cannot be said exactly."""

    def turned(value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        return convert(Quantity(value=value, unit=capability.unit), unit).value

    try:
        turned(Decimal(0))
        return (
            turned(capability.low),
            turned(capability.high),
            turned(worst_error(capability)),
        )
    except ValueError:
        return None
