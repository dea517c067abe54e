"""The store on PostgreSQL: one connection that holds the lease, the same tables, rows and order."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from server.store import fleet
from server.store import postgres_phrases as phrases
from server.store.lease import FENCED, Lease
from server.store.migrations.frozen_tables import catalogue_at
from server.store.phrases import after, select
from server.store.postgres_door import Door, columns
from server.store.postgres_schema import FIX, FOUND, STAMP, UNFIX, VERSIONED, statements, wanted
from server.store.postgres_settings import check_settings, read_settings
from server.store.schema import SCHEMA_VERSION, TABLES
from server.store.verbs import Verbs
from server.store.versions import bring_up, check_version, number_of
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.store.unwritten import Row, Verb

COPY_FROM = 32
"""Rows from which COPY is cheaper than one INSERT with arrays."""
PAGE = 500
"""Rows read at a time by :meth:`PostgresStore.scan`."""
FEW: dict[str, int] = {"documents": 8, "packs": 8}
"""The same of tables whose rows may have megabytes."""


class PostgresStore(Verbs):
    """:class:`server.store.protocol.Store` over a schema of a PostgreSQL database."""

    version = SCHEMA_VERSION
    """Of the database; less only when it was opened to be brought up."""

    def __init__(
        self, url: str, password: str = "", *, leased: bool = True, older: bool = False
    ) -> None:
        """Open the schema that is first on the search path at ``url``, or make its tables.

        ``password``: unless the address has one or the driver finds it. Without the lease nothing
        may be written; see :func:`snapshot`. ``older``: to bring it up with :meth:`upgrade`; else
        one of another version is refused.

        Raises Refusal: ``bad-database`` (no such database, or not let in), ``database-unsafe`` and
        ``database-standby`` (settings), ``in-use`` (another process holds the lease), ``damaged``
        (the schema was tampered with).
        """
        super().__init__()
        self._lease, self._name = (Lease() if leased else None), ""
        self._door = Door(url, self._greet, password)
        try:
            self._create_or_check(older=older)
            if self._lease is not None:
                self._lease.begin(self._door)
        except BaseException:
            self._door.close()
            raise

    def mend_entry(self, origin: str, index: int, leaf: str, data: bytes) -> None:
        """Put back an entry that the disk spoilt: the one way by which truth changes."""
        with self.transaction():
            self._door.do(UNFIX)
            self._door.do(
                "UPDATE entries SET leaf = ?, data = ? WHERE origin = ? AND idx = ?",
                (leaf, data, origin, index),
            )
            self._door.do(FIX)

    def check(self) -> list[str]:
        """What is in the schema that is not ours, or no longer as it was made."""
        have, want = self._schema(), wanted()
        found = [f"the schema holds what it should not: {one[:80]}" for one in sorted(have - want)]
        return found + [f"the schema lacks: {one[:80]}" for one in sorted(want - have)]

    def term(self) -> int:
        """Which holder of the lease this is; 0 for a snapshot."""
        return (self._lease.term if self._lease else None) or 0

    def confirm(self) -> None:
        """Hear from the database that this is its term still. Raises Fault, Refusal."""
        if self._lease is not None:
            with self._door.soon():
                self._lease.check(self._door)

    def announce(self, name: str, address: str) -> None:
        """Say who answers, and where, to servers that stand by. Raises Fault, Refusal."""
        if self._lease is not None:
            with self.transaction():
                self._lease.announce(self._door, name, address)
            self._name = name
            fleet.named(self._door, name)

    def fleet(self) -> fleet.Fleet:
        """Which servers live, who serves, and the database's copies. Raises Fault, Refusal."""
        return fleet.fleet(self._door)

    def settings(self) -> dict[str, str]:
        """Of the session, as they are now; of a snapshot not that it only reads, as it is to."""
        found = read_settings(self._door)
        if self._lease is None:
            del found["transaction_read_only"]  # of the database it was looked at when it opened
        return found

    def close(self) -> None:
        """Close the connection, and with it let go of the lease."""
        self._door.close()

    def _greet(self, door: Door) -> None:
        """Every new connection: the server is safe, and we are the one who may write."""
        check_settings(door)
        if self._lease is not None:
            self._lease.take(door)
        if self._name:
            fleet.named(door, self._name)

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        lease = self._lease if self._lease and self._lease.term is not None else None
        with self._door.write(asked=FENCED if lease else "") as found:
            if lease is not None:
                lease.judge(found)
            yield

    def _write(self, table: str, verb: Verb, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if verb == "add" and len(rows) >= COPY_FROM:
            types = [phrases.COPIED[kind] for kind in phrases.kinds(table)]
            self._door.copy(phrases.copy(table), types, rows)
            return
        self._door.do(*_statement(table, verb, rows))

    def _write_last(self, table: str, verb: Verb, rows: Sequence[Row]) -> None:
        """What no COPY is worth goes with the COMMIT: one round trip for all of them."""
        if verb == "add" and len(rows) >= COPY_FROM:
            self._write(table, verb, rows)
        elif rows:
            self._door.do_last(*_statement(table, verb, rows))

    def _change(self, statement: str, values: Sequence[object]) -> None:
        self._door.do(statement, values)

    def _asked(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        return self._door.ask(statement, values)

    def _stream(self, table: str, names: tuple[str, ...], values: Row) -> Iterator[Row]:
        """Page by page, each from the last key of the one before: nothing is held open."""
        keys, most = TABLES[table].key, FEW.get(table, PAGE)
        page = self._asked(select(table, names, (False, False, False, True)), (*values, most))
        yield from page
        while len(page) == most:
            page = self._asked(after(table, names), (*values, *page[-1][:keys], most))
            yield from page

    def _schema(self) -> set[str]:
        return {str(row[0]) for row in self._asked(FOUND)}

    def upgrade(self) -> None:
        """Bring an older database up to this version; its projections are to be folded anew."""
        with self.transaction():
            bring_up("postgresql", self.version, self._door.do)
            self.version = self._checked(self._schema(), older=False)

    def _create_or_check(self, *, older: bool) -> None:
        have = self._schema()
        if have:
            self.version = self._checked(have, older=older)
            return
        if self._lease is None:
            raise Refusal("bad-database", why="there are no tables of a server in it")
        with self.transaction():
            for line in statements():
                self._door.do(line)
            self._door.do("INSERT INTO alembic_version VALUES (?)", [str(SCHEMA_VERSION)])
            self.add("facts", {"name": "schema", "value": str(SCHEMA_VERSION)})

    def _checked(self, have: set[str], *, older: bool) -> int:
        """The version, its schema as it was made; Refusal."""
        version = SCHEMA_VERSION
        if have >= VERSIONED:
            version = number_of([str(row[0]) for row in self._asked(STAMP)])
        return check_version(version, have, catalogue_at(version), older=older)


def _statement(table: str, verb: Verb, rows: Sequence[Row]) -> tuple[str, Sequence[object]]:
    """What writes the rows, and its values: of one row as they are, of several by column."""
    if verb == "put":  # of one key only the last: a statement replaces no row twice
        rows = list({row[: TABLES[table].key]: row for row in rows}.values())
    if len(rows) == 1:
        return (phrases.add_one if verb == "add" else phrases.put_one)(table), rows[0]
    statement = (phrases.add if verb == "add" else phrases.put)(table)
    return statement, columns(zip(*rows, strict=True))


@contextmanager
def snapshot(url: str, password: str = "") -> Iterator[PostgresStore]:
    """The store as it stands at this moment, for reading, whoever serves from it meanwhile."""
    store = PostgresStore(url, password, leased=False)
    try:
        with store._door.write("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):  # noqa: SLF001
            yield store
    finally:
        store.close()
