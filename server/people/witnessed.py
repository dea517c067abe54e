"""How much of a station's log others had witnessed: what a stolen key cannot have changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.store.protocol import Store

_LINES = 1_000
"""Newest cosignatures looked at for one by somebody else."""


def witnessed_size(store: Store, origin: str) -> int:
    """Entries of ``origin`` below the newest checkpoint that anybody but itself has cosigned."""
    newest = store.rows("cosignatures", newest_first=True, limit=_LINES)
    size = next((int(row["size"]) for row in newest if row["name"] != origin), 0)
    for row in store.rows("receipts", origin=origin, newest_first=True):
        stop = int(row["data"].decode().split("\n")[5].split(" ")[1])
        if stop <= size:
            return int(row["size"])
    return 0
