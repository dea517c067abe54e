"""A whole server on PostgreSQL: real pushes, the same projections as on SQLite, backup and move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import nacl.utils
import pytest

from server.backup import make_backup, restore
from server.doctor_command import examine as doctor
from server.folder import DataFolder
from server.fsck import examine
from server.moving import Move
from server.store.copying import compare_truth
from server.store.opening import FILE, copy_store
from server.store.postgres import PostgresStore
from server.store.schema import PROJECTIONS
from server.store.sqlite import SqliteStore
from sync.keys import TEST_COST
from sync.sealed_stream import make_key
from tests import postgres
from tests.server.engines import spoil
from tests.server.plant import Plant, plant_at

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def worked(tmp_path: Path) -> Iterator[Plant]:
    """A plant on PostgreSQL in which two stations made and signed a lot."""
    with plant_at(tmp_path, postgres=True) as plant:
        first, second = plant.station(), plant.station("ST-02")
        first.work("JO-1")
        first.sign_off("JO-1")
        second.sign_in("P-OP")
        for station in (first, second):
            station.outbox.drain()
            assert station.journal.counts().accepted == station.journal.size
            station.close()
        yield plant


def test_records_fold_to_the_same_on_both_stores(worked: Plant, tmp_path: Path) -> None:
    """fsck folds every leaf again, in SQLite, and compares each row with PostgreSQL's."""
    store = worked.parts.store
    assert isinstance(store, PostgresStore)
    assert examine(worked.parts) == []
    copy = tmp_path / "copy.db"
    copy_store(worked.folder.path, copy)
    with closing(SqliteStore(copy)) as beside:
        for table in PROJECTIONS:
            rows = store.rows(table)
            assert beside.rows(table) == rows, table
        assert store.count("records") > 10
        assert store.count("production") == 2
    before = {table: store.rows(table) for table in PROJECTIONS}
    worked.parts.projections.rebuild()
    assert {table: store.rows(table) for table in PROJECTIONS} == before
    spoil(store, "entries", "UPDATE entries SET data = ? WHERE idx = 1", b"{}")
    assert any("#1" in line and "changed" in line for line in examine(worked.parts))


@pytest.mark.covers("TB03")
def test_a_plant_moved_from_sqlite_raises_no_alarm(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    alarms = plant.parts.store.rows("alarms")
    with closing(PostgresStore(postgres.fresh())) as there:
        there_before = Move(plant.parts.store, there, lambda: NOW)
        moved = there_before.finish("there", lambda _: None)
        assert moved.size == plant.parts.book.size
        assert there.rows("alarms") == alarms
        for table in PROJECTIONS:
            assert there.rows(table) == plant.parts.store.rows(table), table
    station.close()


def test_a_backup_of_a_server_on_postgresql_comes_back_as_a_file(
    worked: Plant, tmp_path: Path
) -> None:
    secret, public = make_key(nacl.utils.random)
    out, new = tmp_path / "backup", tmp_path / "new"
    made = make_backup(worked.folder.path, out, public, NOW, nacl.utils.random)
    assert FILE not in made.manifest.files, "where the database is, and its password, stay here"
    restore(out, new, secret, worked.folder.path)
    with DataFolder(new, worked.clock, nacl.utils.random, TEST_COST).open() as parts:
        assert isinstance(parts.store, SqliteStore)
        compare_truth(worked.parts.store, parts.store, lambda _: None)


@pytest.mark.parametrize("plant", ["postgres"], indirect=True)
def test_the_doctor_looks_without_the_turn_of_the_server(plant: Plant) -> None:
    store, data = plant.parts.store, plant.folder.path
    assert isinstance(store, PostgresStore)

    def term() -> int:
        return int(store._asked("SELECT term FROM writer")[0][0])

    before = term()
    plant.parts.book.alarm("fork", "x", who="x")
    checks = {one.check: one.state for one in doctor(data, plant.clock.wall())}
    assert checks["database settings"] == "ok", "it reads only: the server's own session does not"
    assert checks["alarms"] == "attention", "it reads what the running server wrote"
    assert "station-silent" in checks
    store._door.close()  # the line to the database breaks while the doctor looks
    assert "alarms" in {one.check for one in doctor(data, plant.clock.wall())}
    plant.parts.book.alarm("fork", "y", who="y")
    assert term() == before, "nobody else had the turn meanwhile"
