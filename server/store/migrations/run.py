"""Alembic at work, without a connection of its own.

Alembic writes the statements (its *offline* mode), in the words of the dialect; each goes through
the store's one connection, within the store's one transaction. So nothing else opens the database,
and a migration stands whole or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


class Door:
    """What alembic takes for a file: every statement written to it is executed."""

    def __init__(self, execute: Callable[[str], object]) -> None:
        """Through ``execute``, inside a transaction that is not alembic's."""
        self._execute = execute

    def write(self, text: str) -> int:
        """One statement and its semicolon, or a comment between statements."""
        statement = text.strip().removesuffix(";")
        if statement and not statement.startswith("--"):
            self._execute(statement)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


def upgrade(
    dialect: str,
    have: str,
    execute: Callable[[str], object],
    *,
    want: str = "head",
    steps: Path = HERE,
) -> None:
    """Execute what leads from the version ``have`` to ``want``, and the new version's number."""
    script = ScriptDirectory(steps, version_locations=[str(steps / "versions")])
    around = EnvironmentContext(
        Config(),
        script,
        fn=lambda _have, _context: script._upgrade_revs(want, have),  # noqa: SLF001 - as its command
        as_sql=True,
        starting_rev=have,
        destination_rev=want,
    )
    with around as environment:
        environment.configure(
            dialect_name=dialect,
            output_buffer=cast("TextIO", Door(execute)),
            transactional_ddl=False,  # the transaction is the store's
        )
        environment.run_migrations()
