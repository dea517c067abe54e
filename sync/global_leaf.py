"""The leaf of the server's log that stands for a station's entry; a station can compute it too.

The receipt says which leaves and when they were received; origin, index and leaf hash the station
has itself. So it needs to believe nothing to know what must be in the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync.merkle import leaf_hash
from sync.receipt import Receipt


def entry_leaves(
    origin: str, start: int, leaf_hashes: Sequence[bytes], received_at: str
) -> list[bytes]:
    """The leaves' bytes for entries ``start`` on; ``received_at`` as the receipt writes it.

    Canonical JSON, written by template: an origin is plain ASCII
    (``sync.envelope.check_origin``), and so is a time, so nothing needs an escape.
    """
    tail = f'","origin":"{origin}","received_at":"{received_at}","v":1}}'
    return [
        f'{{"index":{index},"kind":"entry","leaf":"{leaf.hex()}{tail}'.encode()
        for index, leaf in enumerate(leaf_hashes, start)
    ]


def leaves_of(receipt: Receipt, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Hashes of the leaves a receipt promises, from its entries' leaf hashes in order."""
    leaves = entry_leaves(receipt.origin, receipt.start, leaf_hashes, receipt.time)
    return [leaf_hash(leaf) for leaf in leaves]
