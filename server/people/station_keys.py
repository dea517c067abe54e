"""The keys of a station by index, as its enrolment and its rotations state them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.key_history import KeyHistory
from sync.keys import Verifier

if TYPE_CHECKING:
    from server.store.protocol import Row, Store


def key_history(store: Store, station: Row) -> KeyHistory:
    """The history of a row of the table ``stations``."""
    origin = str(station["origin"])
    later = [
        (int(row["idx"]), Verifier(origin, bytes.fromhex(row["public_key"])))
        for row in store.rows("station_keys", origin=origin)
    ]
    return KeyHistory(Verifier(origin, bytes.fromhex(station["public_key"])), later)
