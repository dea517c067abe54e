"""A base for databases that fail on purpose."""

from __future__ import annotations

from collections.abc import Iterable

from sync.sqlite import Database


class WrittenOneWay(Database):
    """Every transaction goes through ``write``, which a subclass makes fail."""

    def write_one(self, statement: str, values: Iterable[object]) -> None:
        """A transaction of one statement, through ``write`` as well."""
        with self.write() as connection:
            connection.execute(statement, values)
