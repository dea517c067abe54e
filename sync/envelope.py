"""The envelope of an entry: kind, origin, index and time around a body nobody here reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from sync import canonical
from sync.clock import Stamp

VERSION = 1
_KIND = re.compile(r"[a-z][a-z0-9._/-]{0,63}")
ORIGIN = r"^[A-Za-z0-9._-]{1,64}(?:/[A-Za-z0-9._-]{1,64}){2}/[1-9][0-9]{0,5}\Z"
_ORIGIN = re.compile(ORIGIN)
_FIELDS = frozenset({"v", "kind", "origin", "index", "at", "body"})


class BadEnvelope(ValueError):
    """The bytes are not an entry of a known envelope version."""


class Envelope(msgspec.Struct, frozen=True):
    """What is around an entry's body."""

    kind: str
    """Kinds beginning ``sync/`` are the sync layer's own."""
    origin: str
    index: int
    at: Stamp
    body: dict[str, object]


def check_origin(origin: str) -> str:
    """Return ``origin`` if it is ``domain/site/station/epoch``; raises ValueError."""
    if not _ORIGIN.fullmatch(origin):
        raise ValueError("an origin is domain/site/station/epoch in plain ASCII")
    return origin


def seal(kind: str, origin: str, index: int, at: Stamp, body: Mapping[str, object]) -> bytes:
    """The exact bytes of an entry. Raises NotCanonical (also if longer than 65,535 bytes)."""
    if not _KIND.fullmatch(kind):
        raise canonical.NotCanonical("a kind is short lower-case ASCII")
    if not 0 <= index < canonical.INT_LIMIT:
        raise canonical.NotCanonical("an index is a number from 0, below 2^53")
    data = canonical.dumps({
        "at": msgspec.structs.asdict(at), "body": body if type(body) is dict else dict(body),
        "index": index, "kind": kind, "origin": origin, "v": VERSION,
    })  # fmt: skip
    if len(data) > canonical.ENTRY_LIMIT:
        raise canonical.NotCanonical(f"an entry has at most {canonical.ENTRY_LIMIT} bytes")
    return data


def _is_version(value: object) -> bool:
    return type(value) is int and value == VERSION


def check(data: bytes) -> Envelope:
    """Read an entry's bytes, strictly. Raises BadEnvelope."""
    try:
        value = canonical.loads(data)
        # ``true`` equals 1 in Python and is another entry everywhere else
        if value.keys() != _FIELDS or not _is_version(value.pop("v")):
            raise BadEnvelope("not an envelope of version 1")
        envelope = msgspec.convert(value, Envelope)
        if envelope.at.when().tzinfo is None:
            raise BadEnvelope("the wall time has no offset")
    except (canonical.NotCanonical, msgspec.ValidationError, ValueError) as error:
        raise BadEnvelope(str(error)) from error
    if envelope.index < 0 or not _KIND.fullmatch(envelope.kind):
        raise BadEnvelope("index or kind out of range")
    return envelope
