"""What both engines keep alike: text without NUL or half a character, 64-bit integers, bytes.

SQLite takes more text than PostgreSQL does. What only one of them keeps is refused by both, before
any engine sees it, so that a plant can move from one to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store.protocol import Unfit
from server.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTEGER = 2**63
_TYPES: dict[str, type] = {"t": str, "i": int, "b": bytes}
_COLUMNS = {
    name: tuple(_TYPES[column.split(":")[1]] for column in table.columns)
    for name, table in TABLES.items()
}
"""Type of each column."""
_TYPE_OF = {
    name: dict(zip(table.names, _COLUMNS[name], strict=True)) for name, table in TABLES.items()
}


def fitted(table: str, rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    """The rows as both engines keep them; :class:`Unfit` for one that not both would."""
    types = _COLUMNS[table]
    return [
        tuple(row) if tuple(map(type, row)) == types and all(map(_kept, row)) else _row(table, row)
        for row in rows
    ]


def asked(table: str, equal: Mapping[str, object]) -> tuple[object, ...] | None:
    """The values to look for; None if no row can have them. KeyError for an unknown column."""
    types, found = _TYPE_OF[table], []
    for name, value in equal.items():
        plain = _plain(types[name], value)
        if type(plain) is not types[name] or not _kept(plain):
            return None
        found.append(plain)
    return tuple(found)


def check_bounds(table: str, *bounds: int | str | None) -> None:
    """:class:`Unfit` for a bound of the last key column that is none of its values."""
    column = TABLES[table].keys[-1]
    for bound in bounds:
        if bound is not None and asked(table, {column: bound}) is None:
            raise Unfit(table, column)


def _row(table: str, row: Sequence[object]) -> tuple[object, ...]:
    spec, types = TABLES[table], _COLUMNS[table]
    if len(row) != len(types):
        raise Unfit(table, f"{len(row)} values")
    named = zip(spec.names, types, row, strict=True)
    return tuple(
        _value(table, name, wanted, value, key=number < spec.key)
        for number, (name, wanted, value) in enumerate(named)
    )


def _value(table: str, name: str, wanted: type, value: object, *, key: bool) -> object:
    if value is None and not key:
        return None
    plain = _plain(wanted, value)
    if type(plain) is not wanted or not _kept(plain):
        raise Unfit(table, name)
    return plain


def _plain(wanted: type, value: object) -> object:
    """The value as its column's own type: a word of an enumeration is text, True is 1."""
    if type(value) is wanted:
        return value
    if wanted is bytes and isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else value


def _kept(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and (value.isascii() or _is_text(value))
    return not isinstance(value, int) or -INTEGER <= value < INTEGER


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
