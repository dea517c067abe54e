"""Entries, work masters and WorkPacks to builtins and bytes, and back.

Bytes are JSON with sorted keys, decimals as strings (the instrument's digits are kept) and dates in
ISO 8601: the same bytes as ``sync.canonical.dumps``. Decoding takes hostile input: what cannot be
read as the kind it claims becomes :class:`~forms.entries.Unread`, so that nothing is ever dropped.
"""

from __future__ import annotations

import hashlib
import typing
from decimal import Decimal
from typing import TypeVar

import msgspec

from forms.entries import AnyEntry, Entry, Unread
from forms.masters import WorkMaster
from forms.terms import Term
from forms.units import PLAIN
from forms.workpack import WorkPack

T = TypeVar("T", bound=Term)

KINDS: dict[str, type[AnyEntry]] = {
    str(kind.__struct_config__.tag): kind for kind in typing.get_args(AnyEntry)
}
"""Every record kind of this version by its tag."""

MAX_DEPTH = 16
MAX_NODES = 20_000
MAX_MASTER_BYTES = 1_000_000
MAX_PACK_BYTES = 32_000_000
_TAG = "type"
_ENCODER = msgspec.json.Encoder(order="sorted", decimal_format="string")
_ERRORS = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError, TypeError)


def encode(entry: AnyEntry) -> tuple[str, dict[str, object]]:
    """The entry as ``(kind, body)``: body has builtins only and no ``type`` member."""
    built = msgspec.to_builtins(entry, str_keys=True, builtin_types=(Decimal,))
    body = typing.cast("dict[str, object]", _written(built))
    body.pop(_TAG)
    return kind_of(entry), body


def _written(value: object) -> object:
    """Decimals as plain digits: ``0.0000001``, never ``1E-7``, which :func:`decode` refuses."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {name: _written(inner) for name, inner in value.items()}
    return [_written(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def kind_of(entry: AnyEntry) -> str:
    """The record kind of an entry, such as ``measurement.taken``."""
    return str(type(entry).__struct_config__.tag)


def decode(kind: str, body: object) -> AnyEntry | Unread:
    """The entry of that kind, or Unread if the kind is unknown or the body does not fit it.

    Never raises on any builtins value. Members this version does not know are ignored (a newer
    station may send them; they stay in the signed bytes).
    """
    struct = KINDS.get(kind)
    if struct is None or not isinstance(body, dict) or not _bounded(body):
        return _unread(kind, body)
    try:
        return msgspec.convert({**body, _TAG: kind}, struct, strict=True)
    except _ERRORS:
        return _unread(kind, body)


def _unread(kind: str, body: object) -> Unread:
    if isinstance(body, dict) and all(isinstance(key, str) for key in body):
        return Unread(kind=kind, body=dict(body))
    return Unread(kind=kind, body={"value": body})


def _bounded(value: object) -> bool:
    """Whether a value of builtins may be converted: depth, size, plain decimals, no floats."""
    pending: list[tuple[object, int]] = [(value, 1)]
    seen = 0
    while pending:
        item, depth = pending.pop()
        seen += 1
        if seen > MAX_NODES or depth > MAX_DEPTH:
            return False
        if type(item) is str:
            continue
        if isinstance(item, dict):
            if "unit" in item and not _plain(item.get("value")):
                return False
            pending.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, (list, tuple)):
            pending.extend((inner, depth + 1) for inner in item)
        elif isinstance(item, float):
            return False
    return True


def _plain(value: object) -> bool:
    """Whether an amount is written as ASCII digits: no exponent, no ``1_2``, no number type."""
    return isinstance(value, str) and PLAIN.fullmatch(value) is not None


def canonical(term: Term) -> bytes:
    """The term's canonical JSON bytes: sorted keys, no insignificant space, UTF-8."""
    return _ENCODER.encode(term)


def digest(term: Term) -> str:
    """SHA-256 over the term's canonical bytes, as 64 hex digits."""
    return hashlib.sha256(canonical(term)).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 over a text's UTF-8 bytes: how a statement shown or signed is named in records."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def decode_master(data: bytes) -> WorkMaster:
    """The work master of these canonical bytes; ValueError if they are not exactly one."""
    return _decode(data, WorkMaster, MAX_MASTER_BYTES)


def decode_work_pack(data: bytes) -> WorkPack:
    """The WorkPack of these canonical bytes.

    ValueError if they are not one, are too large, or if a master in it is not the one that its
    digest names (a record that cites the digest must mean exactly that text).
    """
    pack = _decode(data, WorkPack, MAX_PACK_BYTES)
    for approved in pack.masters:
        if digest(approved.master) != approved.digest:
            msg = f"work master {approved.master.id} does not match its digest"
            raise ValueError(msg)
    return pack


def _decode(data: bytes, struct: type[T], limit: int) -> T:
    if len(data) > limit:
        msg = f"a {struct.__name__} has at most {limit} bytes, not {len(data)}"
        raise ValueError(msg)
    try:
        return msgspec.json.decode(data, type=struct, strict=True)
    except _ERRORS as error:
        msg = f"not a {struct.__name__}: {error}"
        raise ValueError(msg) from error


__all__ = [
    "KINDS",
    "Entry",
    "canonical",
    "decode",
    "decode_master",
    "decode_work_pack",
    "digest",
    "encode",
    "kind_of",
    "text_digest",
]
