"""The store in one SQLite file: one connection, append-only triggers checked at start."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from server.store.migrations.frozen_tables import tables_at
from server.store.phrases import ADD, PUT, How, select, where
from server.store.protocol import AlreadyThere, Row
from server.store.remembered import Remembered
from server.store.schema import SCHEMA_VERSION, TABLES, VERSION_TABLE, statements
from server.store.unwritten import Unwritten
from server.store.versions import bring_up, check_version
from sync.sqlite import DatabaseError, fault_of, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sync.sqlite import Connection

T = TypeVar("T")
_ENTRIES_FIXED = next(
    one for one in statements() if one.startswith("CREATE TRIGGER entries_no_update ")
)
"""What forbids changing entries."""


WAL_PAGES = 16_000
"""Up to 64 MB. Each live push touches pages of its own station in several tables: the longer the
WAL, the more pushes share the copy of such a page into the file."""


class SqliteStore:
    """:class:`server.store.protocol.Store` over ``sync.sqlite``."""

    version = SCHEMA_VERSION
    """Of the database; less only when it was opened to be brought up."""

    def __init__(self, path: Path, *, older: bool = False) -> None:
        """Open or make the database at ``path``; Refusal when its schema was tampered with.

        ``older``: to bring it up with :meth:`upgrade`; else one of another version is refused.
        """
        self._database = open_database(path, WAL_PAGES)
        self._depth = 0
        self._catch_up: Callable[[], None] = _nothing
        self._remembered, self._unwritten = Remembered(), Unwritten(self._write)
        try:
            self._create_or_check(older=older)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when it ends; entering again inside joins the outer one."""
        if self._depth:
            yield
            return
        self._reopen()
        self._depth = 1
        try:
            with self._database.write():
                yield
                self._unwritten.hand_all_over()
        except BaseException:
            self._remembered.forget_all()
            self._unwritten.forget()
            raise
        finally:
            self._depth = 0

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert a row; :class:`AlreadyThere` if its key exists."""
        self.add_all(table, [row])

    def add_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert many rows."""
        names = TABLES[table].names
        self.add_rows(table, [[row[name] for name in names] for row in rows])

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows given as values in column order.

        Within a transaction :class:`AlreadyThere` may come later, at its end at the latest.
        """
        self._remembered.forget_rows(table)
        self._take(table, ADD[table], list(rows))

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row of a table that is not truth."""
        spec = TABLES[table]
        self._take(table, PUT[table], [[row[name] for name in spec.names]])
        if spec.near:
            self._remembered.wrote(table, tuple(row[name] for name in spec.keys), dict(row))

    def _take(self, table: str, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._remembered.forget(table)
        if self._depth:
            self._unwritten.add(table, statement, rows)
        else:
            self._write(table, statement, rows)

    def _write(self, table: str, statement: str, rows: Sequence[Sequence[object]]) -> None:
        connection = self._connection
        taken: type[Exception] = connection.IntegrityError  # type: ignore[attr-defined]  # PEP 249
        try:
            connection.executemany(statement, rows)
        except taken as error:
            if statement is not ADD[table]:
                raise
            raise AlreadyThere(table) from error

    def remove(self, table: str, **equal: object) -> None:
        """Delete the rows that match, in a table that is not truth."""
        if TABLES[table].role == "truth":
            raise AlreadyThere(table)
        self._remembered.forget(table)
        self._remembered.forget_rows(table)
        self._unwritten.hand_over(table)
        parts = ["DELETE FROM", table, where(table, tuple(equal))]
        self._connection.execute(" ".join(parts), list(equal.values()))

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

    def rows(
        self,
        table: str,
        *,
        start: int | str | None = None,
        stop: int | str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> list[Row]:
        """Rows that match, by key; ``start <= last key column < stop``."""
        spec = TABLES[table]
        if spec.lags:
            self._catch_up()
        how: How = (start is not None, stop is not None, newest_first, limit is not None)
        more = [bound for bound in (start, stop, limit) if bound is not None]
        asked = select(table, tuple(equal), how)
        found = self._answer(table, asked, (*equal.values(), *more))
        names = spec.names
        return [dict(zip(names, row, strict=True)) for row in found]

    def scan(self, table: str, **equal: object) -> Iterator[Row]:
        """The same rows in a stream; nothing may be written meanwhile."""
        spec = TABLES[table]
        if spec.lags:
            self._catch_up()
        self._unwritten.hand_over(table)
        asked = select(table, tuple(equal))
        try:
            for row in self._connection.execute(asked, list(equal.values())):
                yield dict(zip(spec.names, row, strict=True))
        except DatabaseError as error:
            raise fault_of(error) from error

    def one(self, table: str, **equal: object) -> Row | None:
        """The first row, by key, that matches; None if there is none."""
        if TABLES[table].near and tuple(equal) == TABLES[table].keys:
            return self._remembered.row(
                table, tuple(equal.values()), lambda: self._first(table, equal)
            )
        return self._first(table, equal)

    def _first(self, table: str, equal: Mapping[str, object]) -> Row | None:
        found = self.rows(table, limit=1, **equal)  # type: ignore[arg-type]
        return found[0] if found else None

    def newest(self, table: str, **equal: object) -> Row | None:
        """The matching row with the greatest key; None if there is none."""
        found = self.rows(table, newest_first=True, limit=1, **equal)  # type: ignore[arg-type]
        return found[0] if found else None

    def count(self, table: str, **equal: object) -> int:
        """How many rows match."""
        if TABLES[table].lags:
            self._catch_up()
        parts = ["SELECT count(*) FROM", table, where(table, tuple(equal))]
        return int(self._answer(table, " ".join(parts), tuple(equal.values()))[0][0])

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        """What ``find`` reads from calm tables, remembered by ``key`` until one is written to."""
        return self._remembered.derived(tables, key, find)

    def before_lagging(self, catch_up: Callable[[], None]) -> None:
        """Have ``catch_up`` called before any table that lags is read."""
        self._catch_up = catch_up

    def check(self) -> list[str]:
        """What SQLite finds wrong with the file, and what is in it that is not ours."""
        lines = [str(row[0]) for row in self._asked("PRAGMA integrity_check")]
        foreign = sorted(self._schema() - set(tables_at(self.version, "sqlite")))
        found = [] if lines == ["ok"] else lines
        return found + [f"the schema holds what it should not: {one[:80]}" for one in foreign]

    def close(self) -> None:
        """Release the database and its lock."""
        self._database.close()

    def _reopen(self) -> None:
        """After a failed write the connection was dropped: open again, checked, never retry."""
        if self._database.dropped:
            self._database.reopen()

    @property
    def _connection(self) -> Connection:
        if not self._depth:
            self._reopen()
        return self._database.connection

    def _answer(self, table: str, statement: str, values: tuple[object, ...]) -> list[Any]:
        if not TABLES[table].calm:
            return self._told(table, statement, values)
        return self._remembered.answer(
            table, (statement, values), lambda: self._told(table, statement, values)
        )

    def _told(self, table: str, statement: str, values: tuple[object, ...]) -> list[Any]:
        """What the engine answers of a table, all that was written to it handed over."""
        if table in self._unwritten:
            self._unwritten.hand_over(table)
        return self._asked(statement, values)

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
        stamped = self._asked(asked) if VERSION_TABLE in have else []
        return check_version("sqlite", have, [str(row[0]) for row in stamped], older=older)


def _nothing() -> None:
    """Nobody folds into this store."""
