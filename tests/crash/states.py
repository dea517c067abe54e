"""Every disk a power cut may leave behind a recorded run: enumerated, told apart, each one once.

Between two syncs the pending changes only grow, so what may be found after a cut at any call in
between may also be found after a cut just before the next sync; the promises made by then are the
most. It is enough to enumerate there, and at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from tests.crash.disk import Disk, Image, Pending, Piece
from tests.crash.log import Call

MOST_HELD = 64
"""File contents whose digest is remembered."""


class State(NamedTuple):
    """A disk after a power cut, and what the program had promised by then."""

    image: Image
    promised: tuple[str, ...]
    """The marks recorded before the cut."""
    cut: int
    """How many calls had been made."""


class Effort(NamedTuple):
    """How many states to draw at one cut."""

    systematic: int
    """At most so many of each systematic kind (all, if there are fewer pending changes)."""
    random: int
    """And so many where chance decides for each pending change."""


def states(
    calls: list[Call], effort: Effort, seed: int = 1, start: Image | None = None
) -> Iterator[State]:
    """The distinct states, in the order of their cuts."""
    disk, promised, random = Disk(start), [], Random(seed)
    known = Known()
    for cut, call in enumerate([*calls, Call("s", "")]):
        if call.what == "m":
            promised.append(call.path)
        if call.what == "s":
            for kept in _choices(disk.pending, effort, random):
                image = disk.image(kept)
                if known.add(image):
                    yield State(image, tuple(promised), cut)
        if cut < len(calls):
            disk.take(call)


class Known:
    """The states met so far. A file that no choice touched is the same object, and hashed once."""

    def __init__(self) -> None:
        """None yet."""
        self._states: set[bytes] = set()
        self._files: dict[int, tuple[bytes, bytes]] = {}

    def add(self, image: Image) -> bool:
        """Whether it is new."""
        parts = [f"{path}\0".encode() + self._digest(image[path]) for path in sorted(image)]
        mark = blake2b(b"".join(parts), digest_size=16).digest()
        new = mark not in self._states
        self._states.add(mark)
        return new

    def _digest(self, data: bytes) -> bytes:
        known = self._files.get(id(data))
        if known is not None and known[0] is data:
            return known[1]
        if len(self._files) > MOST_HELD:
            self._files.clear()
        digest = blake2b(data, digest_size=16).digest()
        self._files[id(data)] = data, digest
        return digest


def _choices(pending: list[Pending], effort: Effort, random: Random) -> Iterator[Iterable[Pending]]:
    """What is spared: all, nothing, then beginnings, ends, all but one, one alone, and chance."""
    yield pending
    yield []
    count = len(pending)
    if count > effort.systematic:
        places = sorted(random.sample(range(count), effort.systematic))
    else:
        places = list(range(count))
    for at in places:
        one = pending[at]
        before, behind = pending[:at], pending[at + 1 :]
        yield before
        yield behind
        yield [one]
        yield [*before, *behind]
        if isinstance(one, Piece) and one.data:
            for spoilt in (_torn(one, random), _noise(one, random), _zeros(one)):
                yield [*before, spoilt]
                yield [*before, spoilt, *behind]
    for _ in range(effort.random if pending else 0):
        yield list(_by_chance(pending, random))


def _by_chance(pending: list[Pending], random: Random) -> Iterator[Pending]:
    odds, spoiling = random.choice((0.15, 0.5, 0.85)), random.choice((0.0, 0.1))
    for one in pending:
        if random.random() < odds:
            spoil = isinstance(one, Piece) and one.data and random.random() < spoiling
            yield _noise(one, random) if spoil and isinstance(one, Piece) else one


def _torn(piece: Piece, random: Random) -> Piece:
    data = piece.data or b""
    return piece._replace(data=data[: random.randrange(len(data))])


def _noise(piece: Piece, random: Random) -> Piece:
    return piece._replace(data=random.randbytes(len(piece.data or b"")))


def _zeros(piece: Piece) -> Piece:
    """The length reached the disk, the bytes did not."""
    return piece._replace(data=bytes(len(piece.data or b"")))
