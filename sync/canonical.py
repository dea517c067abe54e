"""The one JSON profile that is signed: sorted keys, NFC, ASCII names, no floats, small integers.

Inside this profile orjson's sorted output is RFC 8785 byte for byte. Bytes are never made again to
be verified: what was signed is what is kept.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, cast

import orjson

ENTRY_LIMIT = 65_535
"""Longest entry in bytes."""
INT_LIMIT = 2**53
"""Integers are smaller than this in size, so that every JSON reader keeps them exact."""
DEPTH_LIMIT = 32
"""Deepest nesting of objects and arrays."""


_ITEMS_OF: dict[type, Callable[[Any], Iterable[object]]] = {
    dict: dict.values, list: iter, tuple: iter,
}  # fmt: skip
"""What a value holds that is to be looked at, by its very type."""


class NotCanonical(ValueError):
    """The value or the bytes do not fit the profile; the message says where."""


def dumps(obj: object, depth: int = 0) -> bytes:
    """Canonical bytes of dict, list, tuple, str, int, bool and None. Raises NotCanonical.

    ``depth``: how many objects the caller writes around it.
    """
    _check_shape(obj, depth)
    try:
        data = orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # names that are no text, lone surrogates, deep nesting
        raise NotCanonical(str(error)) from error
    if not data.isascii():
        _check_texts(obj)
    return data


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
    _check_shape(value, 0)
    again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if not again.isascii():
        _check_texts(value)
    # Equal bytes cannot hide a duplicate name; only unusual bytes pay for the slow look.
    if again != data:
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


def _check_shape(value: object, depth: int) -> None:
    """Refuse what the profile does not know; texts are looked at by their bytes, for speed."""
    items_of = _ITEMS_OF.get(type(value))
    if items_of is None:
        _check_scalar(value)
        return
    if depth >= DEPTH_LIMIT:
        raise NotCanonical("nested too deep")
    for item in items_of(value):
        if type(item) is not str:
            _check_shape(item, depth + 1)


def _check_scalar(value: object) -> None:
    kind = type(value)
    if type(value) is int:
        if not -INT_LIMIT < value < INT_LIMIT:
            raise NotCanonical("integer beyond 2^53")
    elif kind is not str and kind is not bool and value is not None:
        raise NotCanonical(f"{kind.__name__} is not allowed")


def _check_texts(value: object) -> None:
    """Names are ASCII, texts are NFC; of a value whose shape was checked."""
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise NotCanonical("text is not in Unicode form NFC")
    elif isinstance(value, dict):
        if not "".join(value).isascii():
            raise NotCanonical("member names are ASCII text")
        for item in value.values():
            _check_texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_texts(item)
