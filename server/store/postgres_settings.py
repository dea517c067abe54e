"""What a PostgreSQL server must be set to before anything is entrusted to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal

if TYPE_CHECKING:
    from server.store.postgres_door import Door

OLDEST = 140_000
DEMANDED: dict[str, tuple[str, ...]] = {
    "synchronous_commit": ("on", "remote_apply"),
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "server_encoding": ("UTF8",),
    "transaction_read_only": ("off",),
}
"""With anything else what was confirmed may be gone after a power cut, or is another text."""
PINNED = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET client_connection_check_interval = '5s'",
    "SET idle_session_timeout = '15s'",
    "SET idle_in_transaction_session_timeout = '60s'",
)
"""So that the server lets go of what a vanished process held (its lease) within half a minute, and
of what a process held that hangs. Who serves asks something more often; who is only idle connects
anew, and goes on in its own term."""
_ASKED = "SELECT name, setting FROM pg_settings WHERE name = ANY(?::text[])"


def check_settings(door: Door) -> None:
    """Refusal ``database-unsafe`` with the setting and its cure, ``database-standby``.

    What the session has is pinned: a later reload of the configuration does not loosen it.
    """
    if door.ask("SELECT pg_is_in_recovery()")[0][0]:
        raise Refusal("database-standby")
    version = int(door.ask("SHOW server_version_num")[0][0])
    if version < OLDEST:
        raise Refusal("database-unsafe", name="server_version", value=version, needed="14")
    found = read_settings(door)
    for name, allowed in DEMANDED.items():
        if found.get(name) not in allowed:
            needed = " / ".join(allowed)
            raise Refusal("database-unsafe", name=name, value=found.get(name), needed=needed)
    for statement in (*PINNED, f"SET synchronous_commit = {found['synchronous_commit']}"):
        door.do(statement)


def read_settings(door: Door) -> dict[str, str]:
    """The demanded settings as the session has them."""
    return dict(door.ask(_ASKED, [list(DEMANDED)]))
