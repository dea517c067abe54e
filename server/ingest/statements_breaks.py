"""Folding what the server states about broken continuity; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import canonical

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Store

_PAGE = 100
RECOVERED = "recovered"
"""Where it is kept from which leaf on the server was fed again last."""
CONTINUED = "log-continued"
"""Where the newest decision to go on after a loss is kept."""


def broken(store: Store, _index: int, said: Statement) -> None:
    """A station goes on in a new epoch."""
    body = said.body
    store.put(
        "breaks",
        {
            "origin": body["origin"],
            "next": body["next"],
            "kept": body["kept"],
            "claimed": body["claimed"],
            "at": said.at.isoformat(),
            "reason": "",
            "person": "",
            "named_size": None,
            "agrees": None,
        },
    )


def named(store: Store, _index: int, said: Statement) -> None:
    """The new log's first entry named what it continues, why, and by whom."""
    body = said.body
    row = store.one("breaks", origin=body["origin"], next=body["next"])
    if row is not None:
        told = {"reason": body["reason"], "person": body["person"]}
        store.put("breaks", row | told | {"named_size": body["size"], "agrees": body["agrees"]})


def mark_seen(store: Store, _index: int, said: Statement) -> None:
    """Somebody read a log mark on a label."""
    body = said.body
    store.put(
        "label_marks",
        {
            "origin": body["origin"],
            "size": body["size"],
            "prefix": body["prefix"],
            "place": body["place"],
            "finding": body["finding"],
            "person": said.by[0].person,
            "at": said.at.isoformat(),
        },
    )


def log_continued(store: Store, index: int, said: Statement) -> None:
    """The server's log went on without what it lost: where that is said, and what it had signed."""
    known = {"index": index, "signed": said.body["signed"]["size"]}
    store.put("places", {"id": CONTINUED, "data": canonical.dumps(known)})


def recovered(store: Store, _index: int, said: Statement) -> None:
    """The server was fed again from a leaf on."""
    known = {name: said.body[name] for name in ("from", "to")}
    store.put("places", {"id": RECOVERED, "data": canonical.dumps(known)})


def looked_at(store: Store) -> int:
    """Entries below this leaf were looked at before the server was put back; 0 if it never was.

    Whatever is stated, all before it was folded and looked at first. What stood against an entry
    then is in the log; what is known by now came later, and says nothing against it.
    """
    row = store.one("places", id=RECOVERED)
    stop = int(str(canonical.loads(row["data"])["to"])) if row else 0
    while stop:
        rows = store.rows("leaves", stop=stop, newest_first=True, limit=_PAGE)
        for leaf in rows:
            if leaf["kind"] != "entry":
                return int(leaf["idx"])
        stop = int(rows[-1]["idx"]) if rows else 0
    return 0
