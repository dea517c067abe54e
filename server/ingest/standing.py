"""How a person stood at a place of the log: what counts is the index, never a clock.

A signature counts by who its signer was when it arrived. Entries whose bytes come long after their
leaves (a server that was put back) are folded when the table is further on than their place is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from forms.terms import Person
from server.log.leaves import Statement, decode
from sync import canonical
from sync.people_history import PEOPLE_KINDS

if TYPE_CHECKING:
    from server.store.protocol import Store


def person_row(body: dict[str, Any]) -> dict[str, Any]:
    """What such a statement says of the person, without what is kept elsewhere."""
    return {name: value for name, value in body.items() if name not in _BESIDE}


def standing_at(store: Store, person: str, index: int) -> Person | None:
    """The person as the log told of them before leaf ``index``; None if not enrolled by then."""
    row = store.one("people", id=person)
    if row is None or row["since"] > index:
        return None
    said = canonical.loads(row["data"])
    if row["changed"] > index:
        said = person_row(_said_before(store, person, index))
    return msgspec.convert(said, Person)


def _said_before(store: Store, person: str, index: int) -> dict[str, Any]:
    """The body of the newest statement about the person before ``index``."""
    rows = [row for kind in PEOPLE_KINDS for row in store.rows("leaves", kind=kind, stop=index)]
    for row in sorted(rows, key=lambda one: int(one["idx"]), reverse=True):
        leaf = decode(row["data"])
        if isinstance(leaf, Statement) and leaf.body["id"] == person:
            return leaf.body
    return {}


_BESIDE = frozenset({"wrapped_sha256", "identity", "old_key", "change", "reason"})
