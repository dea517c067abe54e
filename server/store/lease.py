"""Who may write to a PostgreSQL database: one process, as long as its connection lives.

The lease is an advisory lock of the session: the database lets go of it when the connection ends,
and what another connection then writes cannot mix with ours. A term counts the holders. Whoever
lost the connection goes on only in its own term: if another held the lease meanwhile, what this
process remembers is old, and it has to start again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from server.store.postgres_door import Door

PLACE = 0x10780
"""The first half of the lock's name; the second is the schema's."""
_WAIT = "SET lock_timeout = '3s'"
"""For a connection of our own that the server has not noticed to be gone."""
_TAKE = "SELECT pg_advisory_lock(?::int4, current_schema()::regnamespace::oid::int4)"


class Lease:
    """The right to write, taken anew on every connection."""

    def __init__(self) -> None:
        """Not held yet."""
        self._term: int | None = None

    def take(self, door: Door) -> None:
        """Hold it, or raise Refusal ``in-use``; Fault ``database-taken-over`` in another's term."""
        try:
            door.do(_WAIT)
            door.ask(_TAKE, [PLACE])
        except Fault as fault:
            if fault.code == "database-busy":
                raise Refusal("in-use") from fault
            raise
        if self._term is not None and self._now(door) != self._term:
            raise Fault("database-taken-over", f"term {self._term}")

    def begin(self, door: Door) -> None:
        """Begin a term of one's own, once the tables are known to be there."""
        door.do("UPDATE writer SET term = term + 1")
        self._term = self._now(door)

    def _now(self, door: Door) -> int:
        return int(door.ask("SELECT term FROM writer")[0][0])
