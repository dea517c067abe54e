"""Folding what the server states about broken continuity; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Store


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
