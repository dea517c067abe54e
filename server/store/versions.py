"""Which version a database is of, and bringing it up; the same for every kind of database."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from server.store.protocol import Store
from server.store.schema import SCHEMA_VERSION, VERSION_TABLE
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

FIRST = 1
"""Databases of that version carry no number; there are none of it in PostgreSQL."""


class Versioned(Store, Protocol):
    """A store that was opened to be brought up."""

    version: int
    """Of its database."""

    def upgrade(self) -> None:
        """Bring it up to this version; its projections are to be folded anew."""


def check_version(
    version: int, have: Collection[str], expected: Collection[str], *, older: bool
) -> int:
    """The version of a database that holds ``have`` where that version has ``expected``.

    Refusal ``database-newer``, ``damaged`` for a schema that is not as its version made it,
    ``database-older`` unless ``older`` ones are welcome.
    """
    if version > SCHEMA_VERSION:
        raise Refusal("database-newer", have=version, want=SCHEMA_VERSION)
    if missing := set(expected) - set(have):
        raise Refusal("damaged", why=f"the schema was changed: {min(missing)[:80]}")
    if version < SCHEMA_VERSION and not older:
        raise Refusal("database-older", have=version, want=SCHEMA_VERSION)
    return version


def number_of(stamped: Sequence[str]) -> int:
    """The version that the rows of alembic's table say; Refusal ``damaged`` if they do not."""
    if len(stamped) != 1 or not stamped[0].isdecimal() or int(stamped[0]) < FIRST:
        raise Refusal("damaged", why="the schema carries no version")
    return int(stamped[0])


def bring_up(dialect: str, have: int, execute: Callable[[str], object]) -> None:
    """Execute what leads from the version ``have`` to this one, in the caller's transaction."""
    if have == FIRST:
        execute(VERSION_TABLE)
        execute("INSERT INTO alembic_version VALUES ('1')")
    # Alembic takes a second to import, and is wanted once in a version's life.
    import_module("server.store.migrations.run").upgrade(dialect, str(have), execute)
