"""A database of the first version as large as a plant's after years, made in minutes.

What is signed has had the same tables ever since, so that a file of the first version holds it
row by row as it would have kept it. ``fsck`` of a small one finds it to lead to what is signed.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from server.store.migrations.frozen_tables import tables_at
from server.store.opening import DATABASE
from server.store.schema import TABLES
from sync.checkpoint import Checkpoint
from sync.engine import Connection
from sync.envelope import seal
from sync.merkle import leaf_hash
from sync.sqlite import open_database, reading
from tests.server.plant import plant_at

if TYPE_CHECKING:
    from server.store.protocol import Row
    from tests.server.plant import Plant, Station

PUSH = 10_000
"""Records that the server takes in at once, as far as its tables show."""


def wide(folder: Path, records: int) -> Path:
    """The data folder of a plant whose database is of version 1 and holds so many records."""
    with plant_at(folder) as plant:
        _live(plant, folder, records)
    data = folder / "data"
    newest = data / DATABASE
    _as_first(newest, data / "first.db")
    for path in data.glob(f"{DATABASE}*"):
        path.unlink()
    (data / "first.db").rename(newest)
    return data


def _live(plant: Plant, folder: Path, records: int) -> None:
    """A job order as it is worked on; then, most of all, notes of a kind that is kept unread."""
    station = plant.station()
    station.work("JO-1")
    station.journal.append_many([("later.note", {"number": 0})])
    station.outbox.drain()
    plant.parts.book.catch_up()
    newest = plant.parts.store.newest("records", origin=station.origin)
    assert newest is not None
    made = 0
    while made < records:
        count = min(PUSH, records - made)
        _take_in(plant, station, newest, count)
        made += count
    station.close()


def _take_in(plant: Plant, station: Station, like: Row, count: int) -> None:
    """What taking in and folding so many notes leaves in the tables, without the way there."""
    book, store, origin = plant.parts.book, plant.parts.store, station.origin
    at, stamp = plant.clock.wall(), station.journal.time()
    with book.unit():
        tree, place = book.trees.of(origin), book.size
        first = tree.size()
        sealed = [
            seal("later.note", origin, index, stamp, {"number": index})
            for index in range(first, first + count)
        ]
        leaves = [leaf_hash(data) for data in sealed]
        tree.extend(leaves)
        rows = [
            (origin, index, leaf.hex(), data, place + index - first, at.isoformat())
            for index, (leaf, data) in enumerate(zip(leaves, sealed, strict=True), first)
        ]
        store.add_rows("entries", rows)
        book.add_entries(origin, first, leaves, at)
        store.add_all(
            "records",
            [
                like | {"idx": row[1], "ref": row[2], "global_index": row[4],
                        "wall": stamp.when().isoformat()}
                for row in rows
            ],
        )  # fmt: skip
        size, root = first + count, tree.root(first + count)
        note = Checkpoint(origin, size, root).sign(station.signer)
        head = {"origin": origin, "size": size, "root": root.hex(), "note": note}
        store.add("heads", head | {"received_at": at.isoformat()})
        plant.parts.projections._move(book.size)


def _as_first(source: Path, target: Path) -> None:
    """Every row that the first version kept, in a file made as the first version made it."""
    with closing(open_database(target)) as database:
        connection = database.connection
        connection.execute("ATTACH ? AS newest", (str(source),))
        with database.write() as writing:
            for statement in tables_at(1, "sqlite"):
                writing.execute(statement)
            for table in TABLES:
                _carry(writing, table)
            writing.execute("INSERT INTO facts VALUES ('schema', '1')")
        connection.execute("DETACH newest")


def _carry(connection: Connection, table: str) -> None:
    """The rows of a table that has the same columns in both; one that has not is folded anew."""
    have, want = (
        [str(row[1]) for row in connection.execute(f"PRAGMA {schema}.table_info({table})")]
        for schema in ("main", "newest")
    )
    if have == want and table != "facts":
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM newest.{table}")  # noqa: S608


def rows_in(data: Path) -> int:
    """How many rows all its tables hold."""
    with reading(data / DATABASE) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [str(row[0]) for row in named]
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        ]
    return int(sum(counts))
