"""The one JSON profile that is signed: sorted keys, NFC, ASCII names, no floats, small integers.

Inside this profile orjson's sorted output is RFC 8785 byte for byte. Bytes are never made again to
be verified: what was signed is what is kept.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import cast

import orjson

ENTRY_LIMIT = 65_535
"""Longest entry in bytes."""
INT_LIMIT = 2**53
"""Integers are smaller than this in size, so that every JSON reader keeps them exact."""
DEPTH_LIMIT = 32
"""Deepest nesting of objects and arrays."""


class NotCanonical(ValueError):
    """The value or the bytes do not fit the profile; the message says where."""


def dumps(obj: object, depth: int = 0) -> bytes:
    """Canonical bytes of dict, list, tuple, str, int, bool and None. Raises NotCanonical.

    ``depth``: how many objects the caller writes around it.
    """
    _walk(obj, depth)
    try:
        return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # lone surrogates, deep nesting
        raise NotCanonical(str(error)) from error


def loads(data: bytes, limit: int = ENTRY_LIMIT) -> dict[str, object]:
    """Parse an object of the profile, strictly. Raises NotCanonical."""
    value = loads_any(data, limit)
    if not isinstance(value, dict):
        raise NotCanonical("not a JSON object")
    return cast("dict[str, object]", value)


def loads_any(data: bytes, limit: int = ENTRY_LIMIT) -> object:
    """Parse any value of the profile, strictly. Raises NotCanonical."""
    if len(data) > limit:
        raise NotCanonical(f"longer than {limit} bytes")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(str(error)) from error
    _walk(value, 0)
    # Equal bytes cannot hide a duplicate name; only unusual bytes pay for the slow look.
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        _refuse_duplicates(data)
    return value


def _refuse_duplicates(data: bytes) -> None:
    try:
        json.loads(data, object_pairs_hook=_distinct)
    except RecursionError as error:
        raise NotCanonical("nested too deep") from error


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonical("a name appears twice in an object")
    return members


def _walk(value: object, depth: int) -> None:
    """Refuse what the profile does not know; texts are looked at where they stand, for speed."""
    todo: list[tuple[object, int]] = [(value, depth)]
    while todo:
        value, depth = todo.pop()
        kind = type(value)
        if kind is dict:
            items = _members(cast("dict[object, object]", value))
        elif kind in (list, tuple):
            items = cast("list[object]", value)
        else:
            _scalar(value)
            continue
        if depth >= DEPTH_LIMIT:
            raise NotCanonical("nested too deep")
        todo += [(item, depth + 1) for item in items if type(item) is not str or not item.isascii()]


def _members(members: dict[object, object]) -> Iterable[object]:
    for name in members:
        if type(name) is not str or not name.isascii():
            raise NotCanonical("member names are ASCII text")
    return members.values()


def _scalar(value: object) -> None:
    kind = type(value)
    if kind is str:
        _check_text(cast("str", value))
    elif kind is int:
        if not -INT_LIMIT < cast("int", value) < INT_LIMIT:
            raise NotCanonical("integer beyond 2^53")
    elif kind is not bool and value is not None:
        raise NotCanonical(f"{kind.__name__} is not allowed")


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise NotCanonical("text is not in Unicode form NFC")
