"""Which servers live, who of them serves, and how far the database's copies are behind.

All of it is the database's own knowledge: a server lives while the database has a session of it,
and serves while that session holds the lock of the lease. No server's clock takes part.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from server.store.lease import PLACE

if TYPE_CHECKING:
    from server.store.postgres_door import Door

PROGRAM = "lotbook-server "
"""What the sessions of servers are called, before the server's name."""
NAME_LIMIT = 40
"""Characters of a server's name: PostgreSQL cuts what a session is called at 63 bytes."""
_SERVING = """
SELECT term, name, address, since FROM writer WHERE EXISTS (
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = ?::int4::oid AND objid = current_schema()::regnamespace::oid)"""
_SERVERS = """
WITH holder AS (
  SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = ?::int4::oid AND objid = current_schema()::regnamespace::oid)
SELECT application_name, min(coalesce(host(client_addr), '')), min(backend_start),
  bool_or(EXISTS (SELECT FROM holder WHERE holder.pid = pg_stat_activity.pid))
FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, ?)
GROUP BY application_name ORDER BY application_name"""
_COPIES = """
SELECT application_name, coalesce(state, ''), coalesce(sync_state, ''),
  coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), -1)::int8,
  coalesce(extract(epoch FROM replay_lag), 0)::float8
FROM pg_stat_replication ORDER BY application_name"""


class Serving(msgspec.Struct, frozen=True):
    """Who holds the lease."""

    term: int
    name: str
    """Empty while it does not answer yet, or no more."""
    address: str
    """``http(s)://host:port`` for the other servers; empty if it has none for them."""
    since: datetime
    """When its term began, by the database's clock."""


class Living(msgspec.Struct, frozen=True):
    """A server with a session."""

    name: str
    host: str
    """Where its session comes from; empty for the database's own machine."""
    since: datetime
    """When the session began, by the database's clock."""
    serves: bool


class Copy(msgspec.Struct, frozen=True):
    """A copy of the database that streams from the primary."""

    name: str
    state: str
    """As ``streaming``; empty if this role may not see it (GRANT pg_monitor)."""
    kind: str
    """``sync``, ``quorum``: commits wait for it; ``async``, ``potential``: they do not."""
    behind: int
    """Bytes it has not replayed; -1 if this role may not see it."""
    seconds: float
    """How long the last replayed commit took to be there; 0 while nothing is written."""


class Fleet(msgspec.Struct, frozen=True):
    """All of it, at a moment."""

    serving: Serving | None = None
    servers: tuple[Living, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def protected(self) -> bool:
        """Whether commits wait for a second machine."""
        return any(one.kind in {"sync", "quorum"} for one in self.copies)


def named(door: Door, name: str) -> None:
    """Call this session the server's of that ``name``."""
    door.ask("SELECT set_config('application_name', ?, false)", [f"{PROGRAM}{name[:NAME_LIMIT]}"])


def serving(door: Door) -> Serving | None:
    """Who holds the lease; None while nobody does. Raises Fault."""
    rows = door.ask(_SERVING, [PLACE])
    return Serving(*rows[0]) if rows else None


def fleet(door: Door) -> Fleet:
    """Everything. Raises Fault."""
    servers = (Living(row[0].removeprefix(PROGRAM), *row[1:])
               for row in door.ask(_SERVERS, [PLACE, PROGRAM]))  # fmt: skip
    copies = (Copy(*row) for row in door.ask(_COPIES))
    return Fleet(serving(door), tuple(servers), tuple(copies))
