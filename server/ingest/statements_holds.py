"""Folding what is stated about holds: how far they reach, which lots are cleared, the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Row, Store

RULES = "hold-rules"
"""The row of ``places`` that holds the rules by which events hold lots."""


MOST_RANGES, MOST_SERIALS = 200, 500
"""Of records and units that the statement of a late use names; the tables have them all."""


class HoldScope(msgspec.Struct, frozen=True, kw_only=True):
    """How far a hold reaches, and what called for it."""

    hold: str
    """Its ref."""
    item: str
    lot: str
    downstream: bool
    event: str = ""
    """The event whose rule placed it; empty: a person did."""
    about: str = ""
    """What the event is about: a deviation's number, an instrument."""
    at: str = ""
    """When that was stated, RFC 3339."""


def rules(store: Store, _index: int, said: Statement) -> None:
    """The rules in force from here on."""
    store.put("places", {"id": RULES, "data": canonical.dumps(said.body)})


def scoped(store: Store, _index: int, said: Statement) -> None:
    """A hold reaches downstream, or was called for by an event."""
    body = said.body
    store.put(
        "hold_scopes",
        {
            "ref": body["hold"],
            "item": body["item"],
            "lot": body["lot"],
            "downstream": int(body["downstream"]),
            "event": body["event"],
            "about": body["about"],
            "at": said.at.isoformat(),
        },
    )


def cleared(store: Store, index: int, said: Statement) -> None:
    """Quality lets one lot go that a hold reaches; the hold stays on all others."""
    body = said.body
    store.put(
        "hold_clearings",
        {
            "ref": body["hold"],
            "item": body["item"],
            "lot": body["lot"],
            "reason": body["reason"],
            "person": said.by[0].person,
            "at": said.at.isoformat(),
            "idx": index,
        },
    )


def late_use(store: Store, index: int, said: Statement) -> None:
    """A lot was used while it was held: opened, or one that is open has grown."""
    body = said.body
    known = store.one("late_uses", idx=body["deviation"]) if "deviation" in body else None
    if known is not None:
        store.put("late_uses", known | {"data": canonical.dumps(_grown(known, said))})
        return
    store.put(
        "late_uses",
        {
            "idx": index,
            "hold": body["hold"],
            "job": body["job"],
            "data": canonical.dumps(body),
            "opened_at": said.at.isoformat(),
            "conclusion": "",
            "closed_by": "",
            "closed_at": "",
        },
    )


def _grown(known: Row, said: Statement) -> dict[str, Any]:
    before: dict[str, Any] = canonical.loads(known["data"])
    now = said.body
    return before | {
        "count": before["count"] + now["count"],
        "ranges": [*before["ranges"], *now["ranges"]][:MOST_RANGES],
        "serials": list(dict.fromkeys([*before["serials"], *now["serials"]]))[:MOST_SERIALS],
        "units": now["units"],
    }


def late_use_closed(store: Store, _index: int, said: Statement) -> None:
    """Quality's conclusion."""
    row = store.one("late_uses", idx=said.body["deviation"])
    if row is None:
        return
    closed = {"closed_by": said.by[0].person, "closed_at": said.at.isoformat()}
    store.put("late_uses", row | closed | {"conclusion": said.body["conclusion"]})


def scope_of(row: Row) -> HoldScope:
    """A row of ``hold_scopes``."""
    return HoldScope(
        hold=row["ref"],
        item=row["item"],
        lot=row["lot"],
        downstream=bool(row["downstream"]),
        event=row["event"],
        about=row["about"],
        at=row["at"],
    )


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    "hold.rules": rules,
    "hold.scoped": scoped,
    "hold.cleared": cleared,
    "late-use.found": late_use,
    "late-use.closed": late_use_closed,
}
"""Kind of statement → its fold."""
