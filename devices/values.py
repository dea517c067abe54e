"""What one frame says: a value with its state, read strictly from bytes, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Clock, Load, Reading, State
from forms.terms import Quantity
from forms.units import recordable

_NUMBER = re.compile(rb"([+-]?) {0,12}([0-9]{1,12}(?:\.[0-9]{1,10})?)")

UNITS = {
    "g": "g",
    "kg": "kg",
    "mg": "mg",
    "ct": "[car_m]",
    "lb": "[lb_av]",
    "oz": "[oz_av]",
    "t": "t",
    "PC": "ea",
    "pcs": "ea",
    "%": "%",
    "mm": "mm",
    "um": "um",
    "in": "[in_i]",
    "inch": "[in_i]",
    "mN": "mN",
    "N": "N",
    "kN": "kN",
    "lbF": "[lbf_av]",
    "ozF": "[ozf_av]",
    "kgF": "kgf",
    "gF": "gf",
    "Nm": "N.m",
    "Ncm": "N.cm",
    "lbFin": "[lbf_av].[in_i]",
    "ozFin": "[ozf_av].[in_i]",
    "lbFft": "[lbf_av].[ft_i]",
    "deg": "deg",
}
"""Instruments' own names of units, and their UCUM codes."""


class Value(NamedTuple):
    """What an instrument says it measures."""

    quantity: Quantity | None
    state: State
    detail: str = ""
    load: Load = ""


def reading(
    config: InstrumentConfig, clock: Clock, found: Value, raw: bytes, at_ns: int
) -> Reading:
    """What the instrument of ``config`` said in ``raw`` bytes, taken at ``at_ns`` (monotonic).

    DeviceFault ``garbled`` for more digits than a record holds: nothing measures so.
    """
    if found.quantity is not None and not recordable(found.quantity.value):
        raise DeviceFault("garbled", "more digits than anything measures", raw)
    return Reading(
        name=config.name,
        quantity=found.quantity,
        state=found.state,
        raw=raw,
        instrument=config.asset,
        taken_at_ns=at_ns,
        wall=clock.now(),
        detail=found.detail,
        load=found.load,
    )


def number(text: bytes) -> Decimal:
    """``+011.5483`` or ``-  1.20`` as a decimal with the instrument's own digits.

    Leading noughts are padding; a negative nought is nought. ValueError for anything else.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    digits = match[2].decode("ascii")
    whole, dot, part = digits.partition(".")
    value = Decimal((whole.lstrip("0") or "0") + dot + part)
    return -value if match[1] == b"-" and not value.is_zero() else value


def quantity(digits: bytes, unit: bytes, frame: bytes) -> Quantity:
    """A number and an instrument's own unit; ``garbled`` or ``unit-refused`` for anything else."""
    name = unit.strip().decode("ascii", errors="replace")
    if name not in UNITS:
        raise DeviceFault("unit-refused", name, frame)
    try:
        return Quantity(value=number(digits), unit=UNITS[name])
    except ValueError as error:
        raise DeviceFault("garbled", raw=frame) from error
