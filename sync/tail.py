"""The tail of the server's log, as a station keeps it for the server: leaf hashes and a sealed box.

The hashes prove that the box belongs to the log the station has verified; what is inside only the
server can read: audit data is no business of a station.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from sync.framing import BadFrame
from sync.merkle import HASH_SIZE

TAIL_TYPE = "application/vnd.lotbook.tail"
TAIL_LEAVES = 1_000
"""Most leaves of a tail."""
TAIL_LIMIT = 8 * 1024 * 1024
"""Most bytes of a tail."""
_COUNT = struct.Struct(">I")


class Tail(NamedTuple):
    """Leaves in a row: their hashes, and their bytes sealed by the server."""

    hashes: tuple[bytes, ...]
    box: bytes


def pack_tail(hashes: Sequence[bytes], box: bytes) -> bytes:
    """How many leaves, their hashes, the box."""
    return _COUNT.pack(len(hashes)) + b"".join(hashes) + box


def tail_size(leaves: int, box: bytes) -> int:
    """Bytes of a packed tail."""
    return _COUNT.size + leaves * HASH_SIZE + len(box)


def unpack_tail(data: bytes) -> Tail:
    """Read a tail; at least one leaf. Raises BadFrame."""
    if not _COUNT.size < len(data) <= TAIL_LIMIT:
        raise BadFrame("no tail, or too long")
    count = _COUNT.unpack_from(data)[0]
    stop = _COUNT.size + count * HASH_SIZE
    if not 0 < count <= TAIL_LEAVES or len(data) <= stop:
        raise BadFrame("a tail has 1 to 1,000 leaves and a box")
    at = range(_COUNT.size, stop, HASH_SIZE)
    return Tail(tuple(data[one : one + HASH_SIZE] for one in at), data[stop:])
