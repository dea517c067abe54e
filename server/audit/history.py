"""The history of one thing: everything that was said of it, by whom, and why, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.terms import Text
from server.audit.diff import Change
from server.audit.events import Events
from server.log.leaves import Statement, leaf_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.store.protocol import Row, Store


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said."""

    index: int
    """Of its leaf in the server's log."""
    at: str
    what: Text | None
    by: tuple[str, ...]
    """Everybody who signed it; empty for what the founding said."""
    why: str
    changes: tuple[Change, ...]


def history_of(store: Store, kind: str) -> tuple[Told, ...]:
    """Every statement of a kind that is about one thing, such as the site; the newest first."""
    return told(store, store.rows("trail", newest_first=True, kind=kind))


def told(store: Store, rows: Iterable[Row]) -> tuple[Told, ...]:
    """These rows of the trail with everybody who signed, in their order."""
    events = Events(store)
    return tuple(_told(store, events, row) for row in rows)


def _told(store: Store, events: Events, row: Row) -> Told:
    event, leaf = events.event(row), leaf_at(store, row["idx"])
    said = leaf if isinstance(leaf, Statement) else None
    change = said.body.get("change", {}) if said else {}
    return Told(
        index=event.index,
        at=event.at,
        what=event.what,
        by=tuple(one.person for one in said.by) if said else (),
        why=event.why or str(change.get("reason", "")),
        changes=tuple(filter(_told_as_change, event.changes)),
    )


_WHY = frozenset({"change", "reason"})
"""Told as why, not as what changed."""
_ONCE = frozenset({"identity", "old_key"})
"""Said with one statement and not again: it did not go with the next."""


def _told_as_change(one: Change) -> bool:
    whole = one.name.split(".")[0]
    return whole not in _WHY and (whole not in _ONCE or bool(one.new))
