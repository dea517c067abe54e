"""Many texts in one run of bytes, and finding one of them again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Offsets = npt.NDArray[np.int64]
    Hashes = npt.NDArray[np.uint64]
    Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Packed:
    """Pieces of bytes one after another; piece ``i`` lies between two offsets."""

    data: Bytes
    offsets: Offsets
    """One more than there are pieces."""

    def __getitem__(self, place: int) -> bytes:
        """The piece at ``place``."""
        return self.data[self.offsets[place] : self.offsets[place + 1]].tobytes()

    def text(self, place: int) -> str:
        """The piece as text."""
        return self[place].decode()

    @property
    def count(self) -> int:
        """How many pieces."""
        return len(self.offsets) - 1

    def taken(self, order: npt.NDArray[np.int64]) -> Packed:
        """The pieces at these places, in that order; those that lie side by side in one go."""
        if not len(order):
            return pack([])
        offsets = np.zeros(len(order) + 1, np.int64)
        np.cumsum(np.diff(self.offsets)[order], out=offsets[1:])
        ends = np.flatnonzero(np.diff(order) != 1)
        firsts = self.offsets[order[np.concatenate([[0], ends + 1])]].tolist()
        lasts = self.offsets[order[np.concatenate([ends, [-1]])] + 1].tolist()
        data = self.data.data
        runs = [data[start:stop] for start, stop in zip(firsts, lasts, strict=True)]
        return Packed(np.frombuffer(b"".join(runs), np.uint8), offsets)

    def joined(self, other: Packed) -> Packed:
        """These pieces, then the others."""
        offsets = np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]])
        return Packed(np.concatenate([self.data, other.data]), offsets)


def pack(pieces: Iterable[bytes]) -> Packed:
    """Pieces of bytes, packed."""
    every = list(pieces)
    offsets = np.zeros(len(every) + 1, np.int64)
    np.cumsum([len(one) for one in every], out=offsets[1:])
    return Packed(np.frombuffer(b"".join(every), np.uint8), offsets)


@dataclass(frozen=True, slots=True)
class Names:
    """Texts that are found again by a sorted hash of each; not necessarily different ones."""

    packed: Packed
    hashes: Hashes
    """Sorted."""
    places: Ids
    """Of the text with each hash."""

    def find(self, text: str) -> list[int]:
        """Places of the text, ascending; none if it is not here."""
        key, hashes, places = text.encode(), self.hashes.data, self.places.data
        wanted, found = _hash(key), list[int]()
        start = int(self.hashes.searchsorted(np.uint64(wanted)))
        while start < len(hashes) and hashes[start] == wanted:
            place = places[start]
            if self.packed[place] == key:  # two texts may share a hash
                found.append(place)
            start += 1
        return sorted(found)

    def first(self, text: str) -> int:
        """The first place of the text; -1 if it is not here."""
        found = self.find(text)
        return found[0] if found else -1

    def text(self, place: int) -> str:
        """The text at a place."""
        return self.packed.text(place)

    def in_order(self) -> Hashes:
        """The hash of every text, by its place."""
        found = np.empty(len(self.hashes), np.uint64)
        found[self.places] = self.hashes
        return found


def names(packed: Packed) -> Names:
    """Packed texts, findable."""
    return named(packed, hashes_of(packed))


def named(packed: Packed, hashes: Hashes) -> Names:
    """The same with the hash of each, where it was computed before."""
    order = hashes.argsort(kind="stable")
    return Names(packed, hashes[order], order.astype(np.int32))


def hashes_of(packed: Packed) -> Hashes:
    """The hash of every piece, in order."""
    data, ends = packed.data.tobytes(), packed.offsets.tolist()
    pieces = (data[start:stop] for start, stop in pairwise(ends))
    return np.fromiter((_hash(one) for one in pieces), np.uint64, packed.count)


def _hash(key: bytes) -> int:
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "little")


def lot_key(item: str, lot: str) -> str:
    """Item and lot in one text; neither holds a control sign."""
    return f"{item}\x1f{lot}"


def of_lot_key(key: str) -> tuple[str, str]:
    """Item and lot of a key."""
    item, _, lot = key.partition("\x1f")
    return item, lot


def starts(owners: Sequence[int] | Ids, count: int) -> Offsets:
    """Where the rows of each of ``count`` owners begin in rows sorted by owner, and the end."""
    found = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(np.asarray(owners, np.int64), minlength=count), out=found[1:])
    return found
