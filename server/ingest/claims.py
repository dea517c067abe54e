"""How many records a station is known to have made: what it said, and what its labels say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.store.protocol import Store


def kept(store: Store, origin: str) -> int:
    """How many entries of the log are here."""
    head = store.newest("heads", origin=origin)
    return int(head["size"]) if head else 0


def claimed(store: Store, origin: str) -> int:
    """The greatest number of entries that this log is known to have had; never below ``kept``."""
    contact = store.one("contacts", origin=origin)
    broken = store.one("breaks", origin=origin)
    seen = [int(row["size"]) for row in store.rows("label_marks", origin=origin)]
    said = [int(row["claimed"]) for row in (contact, broken) if row is not None]
    return max([kept(store, origin), *said, *seen])
