"""A frozen scope as bytes, written and read a few thousand members at a time.

The JSON codec keeps the interpreter for as long as one call of it takes, whatever thread makes it:
for a plant's worth of lots that is seconds in which no station is answered. So it is called for a
few thousand at a time; and the lots, of which hardly anybody asks, stay bytes until somebody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from server.recall.documents import digest_of
from server.recall.scope import FORMAT, Kept, key_of
from server.trace.reach import ReachedLot, ShipmentLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.recall.case import Cause
    from server.recall.scope import Scope

T = TypeVar("T", bound=msgspec.Struct)
PIECE = 4096
"""Lots or lines written by one call."""
PIECE_BYTES = 1 << 18
"""About so much is read by one call."""
_BETWEEN = '},{"'
"""Between two members of a list, before the name of their first. In the text of a value a quote has
a backslash before it, and no letter follows the quote that ends it: this is in none, nor ends one.
"""
_LISTS: tuple[tuple[str, bytes, type[msgspec.Struct]], ...] = (
    ("lots", b'],"lines":[', ReachedLot),
    ("lines", b'],"returned":[', ShipmentLine),
)
"""What may be long, in the document's order, and what follows it."""


@dataclass(frozen=True, slots=True)
class FrozenScope:
    """A frozen scope that was read, for any thread; its lots are read by whoever asks for them."""

    kept: Kept
    """Without its lots."""
    data: bytes
    """The whole document."""
    by_consignee: Mapping[str, tuple[ShipmentLine, ...]]
    """Its lines, in the order of names."""

    @property
    def consignees(self) -> tuple[str, ...]:
        """Who got any of it, by name."""
        return tuple(self.by_consignee)

    def lots(self) -> Iterator[ReachedLot]:
        """Its lots, nearest first; for another thread than the event loop's."""
        start, stop = _spans(self.data)[0]
        return _read(self.data, start, stop, ReachedLot)


class Grown(NamedTuple):
    """What is in a scope and was not in an earlier one."""

    lots: int
    lines: int


class Made(NamedTuple):
    """A scope ready to be kept: made in any thread, for it may be a plant's worth of lots."""

    frozen: FrozenScope
    digest: str
    lots: int
    units: int
    grown: Grown
    """Against the scope before."""

    def said(self) -> dict[str, Any]:
        """What a case's step says of it."""
        kept = self.frozen.kept
        return {
            "revision": kept.revision,
            "scope": self.digest,
            "known_at": kept.known_at,
            "lots": self.lots,
            "units": self.units,
            "lines": len(kept.lines),
            "consignees": len(self.frozen.consignees),
            "not_known": len(kept.not_known),
            "added_lots": self.grown.lots,
            "added_lines": self.grown.lines,
        }


def made(scope: Scope, before: FrozenScope | None, case: str, number: int, cause: Cause) -> Made:
    """The document of a case's revision, its digest, and what is new in it."""
    said = {name: getattr(scope, name) for name in scope.__struct_fields__}
    kept = Kept(format=FORMAT, case=case, revision=number, cause=cause, **said)
    data = document(kept)
    more = grown(scope, before)
    return Made(of_kept(kept, data), digest_of(data), len(scope.lots), scope.units, more)


def grown(scope: Scope, before: FrozenScope | None) -> Grown:
    """How many lots and lines are in the scope and were not in the one frozen before."""
    if before is None:
        return Grown(len(scope.lots), len(scope.lines))
    lots: dict[str, set[str]] = {}
    for one in before.lots():
        lots.setdefault(one.item, set()).add(one.lot)
    lines = {key_of(one) for one in before.kept.lines}
    return Grown(
        sum(one.lot not in lots.get(one.item, ()) for one in scope.lots),
        sum(key_of(one) not in lines for one in scope.lines),
    )


def document(kept: Kept) -> bytes:
    """The bytes kept, and never made again: JSON, members in the order of the class."""
    bare = msgspec.structs.replace(kept, lots=(), lines=())
    rest, parts = msgspec.json.encode(bare), []
    for name, after, _ in _LISTS:
        before, _, rest = rest.partition(after)
        parts += [before, *_written(getattr(kept, name)), after]
    return b"".join([*parts, rest])


def opened(data: bytes) -> FrozenScope:
    """A document again; takes a while, and may run in any thread."""
    (start, stop), (begin, end) = _spans(data)
    lines = tuple(_read(data, begin, end, ShipmentLine))
    short = b"".join([data[:start], data[stop:begin], data[end:]])
    return of_kept(msgspec.structs.replace(_KEPT.decode(short), lines=lines), data)


def sound(data: bytes, digest: str) -> FrozenScope | None:
    """What was kept under that digest; None if it is that no more. For any thread."""
    return opened(data) if digest_of(data) == digest else None


def of_kept(kept: Kept, data: bytes) -> FrozenScope:
    """What was written just now, as if it was read; its lots are left to the document."""
    found: dict[str, list[ShipmentLine]] = {}
    for one in kept.lines:
        found.setdefault(one.consignee, []).append(one)
    by_consignee = {name: tuple(lines) for name, lines in sorted(found.items())}
    return FrozenScope(msgspec.structs.replace(kept, lots=()), data, by_consignee)


_KEPT = msgspec.json.Decoder(Kept)


def _written(many: tuple[Any, ...]) -> Iterator[bytes]:
    for start in range(0, len(many), PIECE):
        text = msgspec.json.encode(many[start : start + PIECE])[1:-1]
        yield b"," + text if start else text


def _spans(data: bytes) -> list[tuple[int, int]]:
    """From where to where the members of each list lie."""
    found, stop = [], 0
    for name, after, _ in _LISTS:
        mark = f'"{name}":['.encode()
        start = data.index(mark, stop) + len(mark)
        stop = data.index(after, start)
        found.append((start, stop))
    return found


def _read(data: bytes, start: int, stop: int, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
    between = f"{_BETWEEN}{msgspec.structs.fields(kind)[0].encode_name}".encode()
    while start < stop:
        cut = data.find(between, start + PIECE_BYTES, stop)
        end = stop if cut < 0 else cut + 1
        yield from decoder.decode(b"[" + data[start:end] + b"]")
        start = end + 1
