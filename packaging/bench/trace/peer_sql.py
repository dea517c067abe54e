"""Peers that are databases: a recursive query with rows, in SQLite and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pysqlite3
from genealogy import edges, rows_of_lines, rows_of_lots
from question import LINE, LOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from plant import Plant

FORWARD = """
WITH RECURSIVE reached(lot) AS (
  VALUES ({}) UNION SELECT e.child FROM reached r JOIN edges e ON e.parent = r.lot)
SELECT l.line, t.code, l.shipment, l.customer, l.quantity, l.time
FROM reached r JOIN lines l ON l.lot = r.lot JOIN lots t ON t.lot = r.lot
"""
BACKWARD = """
WITH RECURSIVE reached(lot) AS (
  VALUES ({0}) UNION SELECT e.parent FROM reached r JOIN edges e ON e.child = r.lot)
SELECT t.lot_id, t.code, t.item, t.level, t.supplier, t.time
FROM reached r JOIN lots t ON t.lot = r.lot WHERE t.lot <> {0}
"""
WHOLE = """
WITH RECURSIVE reached(lot) AS (
  VALUES (?1) UNION SELECT e.parent FROM reached r JOIN edges e ON e.child = r.lot)
SELECT t.lot, t.lot_id, t.code, t.item, t.level, t.supplier, t.time
FROM reached r JOIN lots t ON t.lot = r.lot
"""
EDGES = """
SELECT parent, child, quantity, event_time FROM edges
WHERE child IN (SELECT value FROM json_each(?1))
"""
"""Of the lots found: quicker than to walk again."""
EDGE = ("parent", "child", "quantity", "time")
TABLES = {
    "lots": "lot INTEGER PRIMARY KEY, lot_id TEXT, code TEXT, item TEXT, level TEXT,"
    " supplier TEXT, time TEXT",
    "edges": "parent INTEGER, child INTEGER, quantity TEXT, event_time TEXT",
    "lines": "number INTEGER PRIMARY KEY, lot INTEGER, line TEXT, shipment TEXT,"
    " customer TEXT, quantity TEXT, time TEXT",
}
INDEXES = (
    "CREATE INDEX onward ON edges (parent, child)",
    "CREATE INDEX back ON edges (child, parent)",
    "CREATE INDEX shipped ON lines (lot)",
)


def rows(plant: Plant) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Table -> its rows."""
    yield "lots", ((n, *row) for n, row in enumerate(rows_of_lots(plant)))
    yield "edges", edges(plant)
    owners = plant.line_lot.tolist()
    yield "lines", ((n, owners[n], row[0], *row[2:]) for n, row in enumerate(rows_of_lines(plant)))


class _Database:
    """Asks for rows, and makes JSON of them."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - any of the DB API
        """Over an open connection."""
        self._connection = connection

    def forward(self, lot: int) -> bytes:
        """The shipment lines that carry the lot or anything made of it."""
        return _json(LINE, self._asked(FORWARD, lot))

    def backward(self, lot: int) -> bytes:
        """The lots that went into the lot."""
        return _json(LOT, self._asked(BACKWARD, lot))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _asked(self, statement: str, lot: int) -> list[Any]:
        """Rows of the statement, the lot put in as the engine takes it."""
        raise NotImplementedError


class Sqlite(_Database):
    """SQLite, the same engine as Lotbook's."""

    name = "SQLite CTE"

    def __init__(self, plant: Plant, path: Path) -> None:
        """Fill ``path`` unless it is there."""
        there = path.exists()
        super().__init__(pysqlite3.connect(str(path), isolation_level=None))
        self._connection.execute("PRAGMA cache_size=-262144")
        self._connection.execute("PRAGMA mmap_size=2147483648")
        if not there:
            self._fill(plant)

    def _fill(self, plant: Plant) -> None:
        run = self._connection.execute
        run("BEGIN")
        for table, columns in TABLES.items():
            run(f"CREATE TABLE {table} ({columns})")
        for table, some in rows(plant):
            places = ", ".join("?" * len(TABLES[table].split(",")))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", some)  # noqa: S608
        for line in (*INDEXES, "COMMIT", "ANALYZE"):
            run(line)

    def _asked(self, statement: str, lot: int) -> list[Any]:
        found: list[Any] = self._connection.execute(statement.format("?1"), (lot,)).fetchall()
        return found


class SqliteWhole(Sqlite):
    """The same, answering backward what Lotbook does: the edges between the lots as well."""

    name = "SQLite CTE with edges"

    def backward(self, lot: int) -> bytes:
        """The lots that went into the lot, itself among them, and how much of each into which."""
        run = self._connection.execute
        lots = run(WHOLE, (lot,)).fetchall()
        edges = run(EDGES, (orjson.dumps([one[0] for one in lots]).decode(),)).fetchall()
        told = {"lots": _dicts(("number", *LOT), lots), "edges": _dicts(EDGE, edges)}
        return orjson.dumps(told)


class Postgres(_Database):
    """PostgreSQL, tuned for this: memory, no just-in-time compiler, prepared statements."""

    name = "PostgreSQL CTE"

    def __init__(self, plant: Plant, url: str) -> None:
        """Fill the database at ``url`` unless it is filled."""
        import psycopg  # noqa: PLC0415 - a peer that may be missing

        super().__init__(psycopg.connect(url, autocommit=True))
        self._connection.prepare_threshold = 0
        for line in ("SET jit = off", "SET work_mem = '256MB'", "SET random_page_cost = 1.0",
                     "SET effective_cache_size = '4GB'"):  # fmt: skip
            self._connection.execute(line)
        asked = "SELECT 1 FROM pg_indexes WHERE indexname = 'shipped'"
        if self._connection.execute(asked).fetchone() is None:
            self._fill(plant)

    def _fill(self, plant: Plant) -> None:
        with self._connection.transaction():
            for table, columns in TABLES.items():
                self._connection.execute(f"CREATE TABLE {table} ({columns})")
            for table, some in rows(plant):
                with self._connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            for line in INDEXES:
                self._connection.execute(line)
        self._connection.execute("VACUUM ANALYZE")

    def _asked(self, statement: str, lot: int) -> list[Any]:
        asked = statement.format("%(lot)s::integer")
        found: list[Any] = self._connection.execute(asked, {"lot": lot}).fetchall()
        return found


def _json(names: tuple[str, ...], found: list[Any]) -> bytes:
    return orjson.dumps(_dicts(names, found))


def _dicts(names: tuple[str, ...], found: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(names, one, strict=True)) for one in found]
