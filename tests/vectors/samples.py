"""Sample entries of every record kind, made from the types themselves: least and fullest form."""

from __future__ import annotations

import types
import typing
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

DIGEST = "0f" * 32

WORDS: dict[str, object] = {
    "raw": "303130393530363030303231313030385d",
    "unit": "g",
    "value": Decimal("0.500"),
    "station": "ST-01",
    "work_unit": "WU-10",
    "person": "P-100",
    "language": "zh_CN",
    "job_order": "JO-1001",
    "operation": "OP20",
    "step": "WEIGH-ADHESIVE",
    "instrument": "BAL-01",
    "symbology": "]d2",
    "gtin": "09506000211008",
    "item": "TUB-410",
    "lot": "T26-0418",
    "serial": "7K000041",
    "description": "读数超限：加料过多",
    "reason": "Dish was not dry; 重新称量",
    "printed_name": "Maria Lopez",
    "time": "2026-11-22T14:03:07+08:00",
    "head": f"41:{DIGEST}",
    "content": "(01)09506000151007(17)291122(10)IV26-1101(21)7K000041",
    "log_mark": "41 0f0f0f0f",
    "media_type": "image/png",
    "detail": "ES",
    "code": "no-answer",
    "signature": "c2lnbmF0dXJl",
}
"""Believable values by field name; anything else is made from the type."""


def least(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """An entry with nothing but what the kind requires."""
    return _made(kind, full=False)


def full(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """An entry with every field given and different from its default."""
    return _made(kind, full=True)


def _made(kind: type[msgspec.Struct], *, full: bool) -> msgspec.Struct:
    hints = typing.get_type_hints(kind, include_extras=True)
    given = {}
    for field in msgspec.structs.fields(kind):
        if full or field.required:
            given[field.name] = _value(field.name, hints[field.name], field.default, full=full)
    return kind(**given)


def _value(name: str, hint: Any, default: object, *, full: bool) -> object:  # noqa: ANN401, PLR0911
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _annotated(name, arguments, default, full=full)
    if origin is typing.Literal:
        return next(one for one in reversed(arguments) if one != default)
    if origin in {typing.Union, types.UnionType}:
        inner = next(one for one in arguments if one is not type(None))
        return _value(name, inner, default, full=full)
    if origin is tuple:
        one = _value(name, arguments[0], None, full=full)
        return (one,) if full else ()
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _made(hint, full=full)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(one for one in reversed(hint) if one != default)
    return _plain(name, hint, default)


def _annotated(name: str, arguments: tuple[Any, ...], default: object, *, full: bool) -> object:
    pattern = next((one.pattern for one in arguments[1:] if getattr(one, "pattern", None)), "")
    if "{64}" in pattern:
        return DIGEST
    return _value(name, arguments[0], default, full=full)


def _plain(name: str, hint: Any, default: object) -> object:  # noqa: ANN401
    if hint is bool:
        return not default
    if hint is int:
        return 3
    if hint is date:
        return date(2036, 3, 31)
    if hint is Decimal:
        return WORDS.get(name, Decimal("12.50"))
    if hint is str:
        return WORDS.get(name, DIGEST if "digest" in name or name in HASHES else f"a {name}")
    raise TypeError(f"{name}: no sample for {hint}; add one")


HASHES = {"sha256", "work_pack", "work_master"}
