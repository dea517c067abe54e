"""Who may write to a PostgreSQL database: one process, as long as its connection lives.

The lease is an advisory lock of the session: the database lets go of it when the connection ends,
and what another connection then writes cannot mix with ours. A term counts the holders. Whoever
lost the connection goes on only in its own term: if another held the lease meanwhile, what this
process remembers is old, and it has to start again. Each transaction looks at the term, too, and
nobody can raise it until that transaction ends: a lock that was lost without its session (by a
pooler between, by an administrator) commits nothing either.

Whoever takes it commits before anything is read: what a commit left there whose wait for the second
machine was broken off (it crashed, an administrator ended it) is then on both, before it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.postgres_door import Door

PLACE = 0x10780
"""The first half of the lock's name; the second is the schema's."""
_WAIT = "SET lock_timeout = '3s'"
"""For a connection of our own that the server has not noticed to be gone, and for one's turn."""
_TAKE = "SELECT pg_advisory_lock(?::int4, current_schema()::regnamespace::oid::int4)"
_BEGIN = """UPDATE writer SET term = term + 1, name = '', address = '', since = clock_timestamp()
RETURNING term"""
_GOES_ON = "UPDATE writer SET term = term RETURNING term"
_NOW = "SELECT term FROM writer"
FENCED = "SELECT term FROM writer FOR SHARE"
"""What a transaction asks first: until it ends nobody begins another term."""
_ANNOUNCE = "UPDATE writer SET name = ?, address = ?"


class Lease:
    """The right to write, taken anew on every connection."""

    def __init__(self) -> None:
        """Not held yet."""
        self.term: int | None = None

    def take(self, door: Door) -> None:
        """Hold it, or raise Refusal ``in-use``; Fault ``database-taken-over`` in another's term."""
        try:
            door.do(_WAIT)
            door.ask(_TAKE, [PLACE])
        except Fault as fault:
            if fault.code == "database-busy":
                raise Refusal("in-use") from fault
            raise
        if self.term is not None:
            self.judge(door.ask(_GOES_ON))

    def begin(self, door: Door) -> None:
        """Begin a term of one's own, once the tables are known to be there; nobody answers yet."""
        self.term = int(door.ask(_BEGIN)[0][0])

    def check(self, door: Door) -> None:
        """Fault ``database-taken-over`` unless the database is in this term still."""
        if self.term is not None:
            self.judge(door.ask(_NOW))

    def announce(self, door: Door, name: str, address: str) -> None:
        """Say who answers, and where, to those who stand by."""
        door.do(_ANNOUNCE, [name, address])

    def judge(self, found: Sequence[tuple[Any, ...]]) -> None:
        """The same of the term that was read."""
        if int(found[0][0]) != self.term:
            raise Fault("database-taken-over", f"term {self.term}")
