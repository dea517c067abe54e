"""A session that looks on who serves and never writes: of a server that stands by, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import fleet
from server.store.postgres_door import SOON_S, Door
from server.words import Refusal

if TYPE_CHECKING:
    from server.store.fleet import Fleet, Serving

_SILENT = "SET idle_session_timeout = '15s'"
_UNMADE = "SELECT to_regclass('writer') IS NULL"


class Onlooker:
    """Over a connection of its own, opened again when it was lost; use it from one thread."""

    def __init__(self, url: str, password: str = "", name: str = "") -> None:
        """At ``url``; ``name``: of the server that stands by, which is seen to live by it.

        Raises Refusal ``bad-database``, ``database-standby``.
        """
        self._name = name
        self._door = Door(url, self._greet, password, SOON_S)

    def serving(self) -> Serving | None:
        """Who holds the lease; None while nobody does. Raises Fault and Refusal."""
        return fleet.serving(self._door)

    def fleet(self) -> Fleet:
        """Who lives and serves, and the copies of the database. Raises Fault and Refusal."""
        return fleet.fleet(self._door)

    def close(self) -> None:
        """Close the connection."""
        self._door.close()

    def _greet(self, door: Door) -> None:
        """What a copy says of who serves is old: it is refused."""
        if door.ask("SELECT pg_is_in_recovery()")[0][0]:
            raise Refusal("database-standby")
        if door.ask(_UNMADE)[0][0]:
            raise Refusal("bad-database", why="there are no tables of a server in it")
        door.do(_SILENT)
        if self._name:
            fleet.named(door, self._name)
