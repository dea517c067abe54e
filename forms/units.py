"""Units of quantities: the closed list of codes, how they are shown, and exact conversions.

Codes are UCUM's (case-sensitive), but for ``ea`` (each), which UCUM writes ``{each}``. A conversion
is exact decimal arithmetic or it does not exist: judging never converts, it demands equal units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING

from forms.terms import Quantity, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
"""An amount as a record may write it."""

_EXACT = Context(prec=400, traps=[Inexact])


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its code, what it measures, its size in that kind's base unit, its name."""

    code: str
    kind: str
    size: Decimal
    name: Text
    display: str


def _unit(code: str, kind: str, size: str, en: str, zh: str, display: str = "") -> Unit:
    return Unit(code, kind, Decimal(size), Text(en=en, zh_CN=zh), display or code)


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        _unit("ea", "count", "1", "each", "个"),
        _unit("g", "mass", "1", "gram", "克"),
        _unit("mg", "mass", "0.001", "milligram", "毫克"),
        _unit("kg", "mass", "1000", "kilogram", "千克"),
        _unit("mm", "length", "0.001", "millimetre", "毫米"),
        _unit("cm", "length", "0.01", "centimetre", "厘米"),
        _unit("m", "length", "1", "metre", "米"),
        _unit("mL", "volume", "0.001", "millilitre", "毫升"),
        _unit("L", "volume", "1", "litre", "升"),
        _unit("kPa", "pressure", "1", "kilopascal", "千帕"),
        _unit("bar", "pressure", "100", "bar", "巴"),
        _unit("N", "force", "1", "newton", "牛"),
        _unit("N.m", "torque", "1", "newton metre", "牛·米", "N·m"),
        _unit("Cel", "temperature", "1", "degree Celsius", "摄氏度", "°C"),
        _unit("s", "time", "1", "second", "秒"),
        _unit("min", "time", "60", "minute", "分钟"),
        _unit("%", "ratio", "1", "per cent", "百分比"),
    )
}
"""Every unit a work master or a record may use."""


def known(code: str) -> bool:
    """Whether ``code`` is one of the allowed units."""
    return code in UNITS


def display(code: str) -> str:
    """The unit as shown on screens and prints; an unknown code is shown as it is."""
    unit = UNITS.get(code)
    return unit.display if unit else code


def convert(quantity: Quantity, to: str) -> Quantity:
    """The same amount in the unit ``to``, exactly.

    ValueError if either unit is unknown, they measure different things, or the result would
    have to be rounded.
    """
    source, target = UNITS.get(quantity.unit), UNITS.get(to)
    if source is None or target is None or source.kind != target.kind:
        msg = f"{quantity.unit} cannot be converted to {to}"
        raise ValueError(msg)
    if source is target:
        return quantity
    try:
        value = _EXACT.divide(_EXACT.multiply(quantity.value, source.size), target.size)
    except Inexact as error:
        msg = f"{quantity} is not exact in {to}"
        raise ValueError(msg) from error
    return Quantity(value=value, unit=to)


def recordable(value: Decimal) -> bool:
    """Whether a record can hold the amount: 30 digits before the point, 20 behind it."""
    return PLAIN.fullmatch(f"{value:f}") is not None


def total(values: Iterable[Decimal], times: int = 1) -> Decimal:
    """The exact sum of the values, ``times`` over; no rounding whatever the digits."""
    result = Decimal(0)
    for value in values:
        result = _EXACT.add(result, value)
    return _EXACT.multiply(result, Decimal(times))
