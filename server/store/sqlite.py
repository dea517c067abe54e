"""The store in one SQLite file: one connection, append-only triggers checked at start."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from server.store.fleet import Fleet
from server.store.migrations.frozen_tables import tables_at
from server.store.phrases import ADD, PUT, select
from server.store.protocol import AlreadyThere
from server.store.schema import SCHEMA_VERSION, VERSION_TABLE, statements
from server.store.verbs import Verbs
from server.store.versions import FIRST, bring_up, check_version, number_of
from sync.engine import fault_of
from sync.sqlite import DatabaseError, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server.store.unwritten import Row, Verb
    from sync.engine import Connection

_ENTRIES_FIXED = next(
    one for one in statements() if one.startswith("CREATE TRIGGER entries_no_update ")
)
"""What forbids changing entries."""


WAL_PAGES = 16_000
"""Up to 64 MB. Each live push touches pages of its own station in several tables: the longer the
WAL, the more pushes share the copy of such a page into the file."""


class SqliteStore(Verbs):
    """:class:`server.store.protocol.Store` over ``sync.sqlite``."""

    version = SCHEMA_VERSION
    """Of the database; less only when it was opened to be brought up."""

    def __init__(self, path: Path, *, older: bool = False) -> None:
        """Open or make the database at ``path``; Refusal when its schema was tampered with.

        ``older``: to bring it up with :meth:`upgrade`; else one of another version is refused.
        """
        super().__init__()
        self._database = open_database(path, WAL_PAGES, beside=True)
        try:
            self._create_or_check(older=older)
        except BaseException:
            self.close()
            raise

    def mend_entry(self, origin: str, index: int, leaf: str, data: bytes) -> None:
        """Put back an entry that the disk spoilt: the one way by which truth changes."""
        with self.transaction():
            connection = self._connection
            connection.execute("DROP TRIGGER entries_no_update")
            connection.execute(
                "UPDATE entries SET leaf = ?, data = ? WHERE origin = ? AND idx = ?",
                (leaf, data, origin, index),
            )
            connection.execute(_ENTRIES_FIXED)

    def check(self) -> list[str]:
        """What SQLite finds wrong with the file, and what is in it that is not ours."""
        lines = [str(row[0]) for row in self._asked("PRAGMA integrity_check")]
        foreign = sorted(self._schema() - set(tables_at(self.version, "sqlite")))
        found = [] if lines == ["ok"] else lines
        return found + [f"the schema holds what it should not: {one[:80]}" for one in foreign]

    @property
    def opened(self) -> int:
        """How often the file was opened: again after a write that failed."""
        return self._database.opened

    def looked_through(self) -> None:
        """Look through a file too long for that to be done when it is opened. Any thread; Fault."""
        self._database.looked_through()

    def term(self) -> int:
        """Its process alone has the file."""
        return 0

    def confirm(self) -> None:
        """Nobody else can have it."""

    def announce(self, name: str, address: str) -> None:
        """There is nobody to tell."""

    def fleet(self) -> Fleet:
        """One process, no copies."""
        return Fleet()

    def settings(self) -> dict[str, str]:
        """Of the connection: how it logs and how it syncs (2: FULL)."""
        names = ("journal_mode", "synchronous")
        return {name: str(self._asked(f"PRAGMA {name}")[0][0]) for name in names}

    def close(self) -> None:
        """Release the database and its lock."""
        self._database.close()

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        self._reopen()
        with self._database.write():
            yield

    def _write(self, table: str, verb: Verb, rows: Sequence[Row]) -> None:
        connection = self._connection
        taken: type[Exception] = connection.IntegrityError  # type: ignore[attr-defined]  # PEP 249
        try:
            connection.executemany((ADD if verb == "add" else PUT)[table], rows)
        except taken as error:
            raise AlreadyThere(table) from error

    def _change(self, statement: str, values: Sequence[object]) -> None:
        self._connection.execute(statement, values)

    def _stream(self, table: str, names: tuple[str, ...], values: Row) -> Iterator[Row]:
        try:
            # Not `yield from`: who stops half-way would close the cursor of a closed database.
            for row in self._connection.execute(select(table, names), values):  # noqa: UP028
                yield row
        except DatabaseError as error:
            raise fault_of(error) from error

    def _reopen(self) -> None:
        """After a failed write the connection was dropped: open again, checked, never retry."""
        if self._database.dropped:
            self._database.reopen()

    @property
    def _connection(self) -> Connection:
        if not self._depth:
            self._reopen()
        return self._database.connection

    def _asked(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """What the engine answers; a disk or a file that cannot be read is a Fault."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except DatabaseError as error:
            raise fault_of(error) from error

    def _schema(self) -> set[str]:
        """The statements that made what is in the database."""
        asked = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        return {str(row[0]) for row in self._asked(asked)}

    def upgrade(self) -> None:
        """Bring an older database up to this version; its projections are to be folded anew."""
        with self.transaction():
            bring_up("sqlite", self.version, self._connection.execute)
            self.version = self._checked(older=False)

    def _create_or_check(self, *, older: bool) -> None:
        if self._schema():
            self.version = self._checked(older=older)
            return
        with self.transaction():
            for line in statements():
                self._connection.execute(line)
            self._connection.execute("INSERT INTO alembic_version VALUES (?)", [str(self.version)])
            self.add("facts", {"name": "schema", "value": str(SCHEMA_VERSION)})

    def _checked(self, *, older: bool) -> int:
        """The version, its schema as it was made; Refusal."""
        have = self._schema()
        asked = "SELECT version_num FROM alembic_version"
        version = FIRST
        if VERSION_TABLE in have:
            version = number_of([str(row[0]) for row in self._asked(asked)])
        return check_version(version, have, tables_at(version, "sqlite"), older=older)
