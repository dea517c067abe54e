"""How people stand: enrolled since when, locked until when, and everything ever said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.terms import Person
from server.audit.history import told
from server.log.leaves import Statement, leaf_at
from server.people.directory import Directory
from server.people.lockout import Lock

if TYPE_CHECKING:
    from server.audit.history import Told
    from server.people.lockout import Lockout
    from server.store.protocol import Row, Store

UNLOCKED = "person.unlocked"


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """A person with what is known beside the enrolment."""

    person: Person
    since: str
    """When enrolled, by the server's clock."""
    changed: str
    """When something was last said of the person: for an inactive one, the end."""
    lock: Lock

    @property
    def state(self) -> str:
        """``active``, ``locked`` (by wrong secrets, for now) or ``inactive`` (for good)."""
        if not self.person.active:
            return "inactive"
        return "locked" if self.lock.until else "active"


class Roster:
    """Reads how people stand; changes nothing."""

    def __init__(self, store: Store, lockout: Lockout) -> None:
        """Over the projections; locks are asked of ``lockout``."""
        self._store, self._lockout = store, lockout
        self._directory = Directory(store)

    def all(self) -> tuple[Enrolled, ...]:
        """Everybody ever enrolled, by id."""
        rows = {row["id"]: row for row in self._store.rows("people")}
        return tuple(self._enrolled(one, rows[one.id]) for one in self._directory.everyone())

    def of(self, person: str) -> Enrolled:
        """One of them; Refusal ``not-found``."""
        found = self._directory.person(person)
        row = self._store.one("people", id=person)
        return self._enrolled(found, row or {"since": 0, "changed": 0, "badge_digest": ""})

    def history(self, person: str) -> tuple[Told, ...]:
        """Everything that was said of a person and by whom, the newest first."""
        rows = self._store.rows("trail", subject=f"person:{person}")
        for about in ("identity", "factor"):
            rows += self._store.rows("trail", subject=f"{about}:{person}")
        rows += [row for row in self._store.rows("trail", kind=UNLOCKED) if self._is(row, person)]
        rows.sort(key=lambda row: -int(row["idx"]))
        return told(self._store, rows)

    def _enrolled(self, person: Person, row: Row) -> Enrolled:
        return Enrolled(
            person=person,
            since=self._at(row["since"]),
            changed=self._at(row["changed"]),
            lock=self._lockout.of(row["badge_digest"]),
        )

    def _at(self, index: int) -> str:
        leaf = leaf_at(self._store, index)
        return leaf.at.isoformat() if isinstance(leaf, Statement) else ""

    def _is(self, row: Row, person: str) -> bool:
        leaf = leaf_at(self._store, row["idx"])
        return isinstance(leaf, Statement) and leaf.body.get("id") == person
