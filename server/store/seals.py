"""What a move leaves on a database: a mark on a copy that is not whole, a seal on the one left.

Never are two databases of one log open to a server: the seal comes before the mark is taken off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.merkle import leaf_hash

if TYPE_CHECKING:
    from datetime import datetime

    from server.store.protocol import Store

_SEAL, _COPY = "moved", "moved-into"
"""Facts: where the log went on; and the copy that was made for it, by when that was begun."""


def check_served(store: Store) -> None:
    """Refusal ``move-unfinished`` or ``database-moved`` for one that nobody is to serve from."""
    if store.rows("moving", limit=1):
        raise Refusal("move-unfinished")
    if to := sealed(store):
        raise Refusal("database-moved", to=to)


def sealed(store: Store) -> str:
    """Where its log went on; empty if it goes on here."""
    row = store.one("facts", name=_SEAL)
    return str(row["value"]) if row else ""


def seal(store: Store, to: str, copy: str) -> None:
    """From now on its log goes on at ``to``; truth, so nothing takes it back.

    ``copy``: what :func:`begun` says of the one that may be served from then.
    """
    with store.transaction():
        store.add("facts", {"name": _SEAL, "value": to})
        store.add("facts", {"name": _COPY, "value": copy})


def is_for(store: Store, target: Store) -> bool:
    """Whether the sealed ``store`` was sealed for that copy, and not for another of one name."""
    row = store.one("facts", name=_COPY)
    return row is None or row["value"] in {"", begun(target)}


def mark(store: Store, source: Store, now: datetime) -> None:
    """``store`` is to become ``source``; again is the same.

    Refusal ``no-data`` for a source without a log, ``move-taken`` when something else is in it.
    """
    first = identity(source)
    if not first:
        raise Refusal("no-data", path="lotbook.db")
    row = store.one("moving", id=1)
    if row is None and identity(store):
        raise Refusal("move-taken")
    if row is not None and row["source"] != first:
        raise Refusal("move-taken")
    if row is None:
        with store.transaction():
            store.put("moving", {"id": 1, "source": first, "began_at": now.isoformat()})


def begun(store: Store) -> str:
    """When it was begun to be a copy that is not whole; empty for one that is."""
    row = store.one("moving", id=1)
    return str(row["began_at"]) if row else ""


def unmark(store: Store) -> None:
    """It is whole."""
    with store.transaction():
        store.remove("moving")


def identity(store: Store) -> str:
    """The hash of its log's first leaf: whose log it is; empty without one."""
    row = store.one("leaves", idx=0)
    return leaf_hash(row["data"]).hex() if row else ""
