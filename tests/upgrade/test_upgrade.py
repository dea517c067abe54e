"""A database of every earlier version comes up whole with what is in it, or stays as it was."""

from __future__ import annotations

import multiprocessing
import os
import tarfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import cast

import nacl.utils
import pytest

from server import cli
from server.folder import DataFolder
from server.fsck import examine
from server.ingest.projector import dump
from server.store.migrations.frozen_tables import between, tables_at
from server.store.opening import DATABASE
from server.store.schema import SCHEMA_VERSION, TRUTH, statements
from server.store.sqlite import SqliteStore
from server.upgrade import Upgraded, upgrade
from server.words import Refusal
from sync.engine import Connection
from sync.keys import TEST_COST
from sync.sqlite import open_database, reading
from sync.testing import ManualClock
from tests.upgrade.make import FOLDER

EARLIER = range(1, SCHEMA_VERSION)
KILLED = 77
"""How a process ends that is killed here."""


def unpacked(version: int, to: Path) -> Path:
    """The data folder that this version made."""
    with tarfile.open(FOLDER / f"version-{version}.tar.xz") as tar:
        tar.extractall(to, filter="data")
    return to


def folder_at(data: Path) -> DataFolder:
    return DataFolder(data, ManualClock(), nacl.utils.random, TEST_COST)


def truth(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """What is signed or leads to it, as the file has it."""
    with reading(data / DATABASE) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608
            for table in TRUTH
        }


def schema(data: Path) -> set[str]:
    with reading(data / DATABASE) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {str(row[0]) for row in rows}


@pytest.mark.covers("F55")
@pytest.mark.parametrize("version", EARLIER)
def test_it_comes_up_with_what_is_in_it(version: int, tmp_path: Path) -> None:
    data = unpacked(version, tmp_path / "data")
    assert schema(data) == set(tables_at(version, "sqlite")), "as it was released"
    before, folder = truth(data), folder_at(data)
    assert before["documents"], "which are kept beside their key now"
    with pytest.raises(Refusal, match="works on version"), folder.open():
        pass
    told: list[int] = []
    done = upgrade(data, told.append)
    assert (done.have, done.leaves) == (version, len(before["leaves"]))
    assert told
    assert truth(data) == before
    assert schema(data) == set(statements()), "nothing less and nothing more than a new one has"
    with folder.open() as parts:
        assert examine(parts) == []
        tables = dump(parts.store)
        assert tables["jobs"]
        assert tables["forks"]
        size = parts.book.size
        parts.book.alarm("fork", "x", who="x")
        assert parts.book.size == size + 1, "the log goes on"
    assert done.copy is not None
    assert truth_of_copy(done.copy) == before["leaves"]
    assert upgrade(data) == Upgraded(SCHEMA_VERSION, 0, None), "again is nothing"


@pytest.mark.covers("F55", "F04")
def test_the_copy_has_its_name_on_the_disk_before_anything_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, synced, fsync = unpacked(1, tmp_path / "data"), set[int](), os.fsync

    def told(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", told)
    monkeypatch.setattr(SqliteStore, "upgrade", refused)
    with pytest.raises(Refusal):
        upgrade(data)
    assert (data / f"{DATABASE}.version-1").exists()
    assert data.stat().st_ino in synced


def refused(_store: SqliteStore) -> None:
    """The power fails here."""
    raise Refusal("no-data", path="")


def truth_of_copy(path: Path) -> list[tuple[object, ...]]:
    with reading(path) as connection:
        return connection.execute("SELECT * FROM leaves ORDER BY 1").fetchall()


class Killed(SqliteStore):
    """Ends the process before a statement of the upgrade, as a power cut would."""

    left = 0

    @property
    def _connection(self) -> Connection:
        connection = super()._connection
        return cast("Connection", Counting(connection)) if self._depth else connection


class Counting:
    """A connection that counts down."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner

    def execute(self, sql: str, values: Iterable[object] = ()) -> object:
        self._count()
        return self._inner.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Iterable[object]]) -> object:
        self._count()
        return self._inner.executemany(sql, rows)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    @staticmethod
    def _count() -> None:
        Killed.left -= 1
        if Killed.left < 0:
            os._exit(KILLED)


def upgrade_killed(data: Path) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("server.store.opening.SqliteStore", Killed)
        upgrade(data)


def in_a_process(work: Callable[[], object]) -> int | None:
    """How a process ends that does it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(60)
    return child.exitcode


@pytest.mark.covers("F19", "F55")
@pytest.mark.parametrize("version", EARLIER)
def test_cut_off_at_any_statement_it_is_whole_and_is_done_again(
    version: int, tmp_path: Path
) -> None:
    data = unpacked(version, tmp_path / "data")
    before, tables = truth(data), schema(data)
    cut = 0
    while True:
        Killed.left = cut
        ended = in_a_process(lambda: upgrade_killed(data))
        if ended == 0:
            break
        assert ended == KILLED
        assert schema(data) == tables, cut
        with pytest.raises(Refusal, match=f"version {version}"):
            SqliteStore(data / DATABASE)
        cut += 1 if cut < 20 else 151  # every statement of the migration; of the fold some
    assert cut > 200
    assert truth(data) == before
    with folder_at(data).open() as parts:
        assert examine(parts) == []


@pytest.mark.covers("F55")
def test_a_newer_database_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    SqliteStore(path).close()
    change(path, f"UPDATE alembic_version SET version_num = '{SCHEMA_VERSION + 1}'")  # noqa: S608
    for older in (True, False):
        with pytest.raises(Refusal, match="newer program") as refused:
            SqliteStore(path, older=older)
        assert "newer" in refused.value.hint("en")


@pytest.mark.parametrize(
    "spoilt",
    [
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = 'x'",
        "DROP TRIGGER leaves_no_delete",
    ],
)
def test_a_schema_that_is_not_of_its_version_is_refused(spoilt: str, tmp_path: Path) -> None:
    path = tmp_path / "spoilt.db"
    SqliteStore(path).close()
    change(path, spoilt)
    for older in (True, False):
        with pytest.raises(Refusal, match="the schema"):
            SqliteStore(path, older=older)


def test_one_that_lost_its_number_is_not_taken_for_this_version(tmp_path: Path) -> None:
    path = tmp_path / "spoilt.db"
    SqliteStore(path).close()
    change(path, "DROP TABLE alembic_version")
    with pytest.raises(Refusal, match=r"is of version 1|schema was changed") as refused:
        SqliteStore(path)
    assert refused.value.code in {"database-older", "damaged"}


@pytest.mark.covers("F55")
def test_a_trigger_missing_from_an_earlier_version_stops_the_upgrade(tmp_path: Path) -> None:
    data = unpacked(1, tmp_path / "data")
    change(data / DATABASE, "DROP TRIGGER entries_no_delete")
    with pytest.raises(Refusal, match="entries_no_delete"):
        upgrade(data)
    assert not list(data.glob("*.version-*"))


def change(path: Path, statement: str) -> None:
    with closing(open_database(path)) as database, database.write() as connection:
        connection.execute(statement)


def test_no_step_loses_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that only grows is changed by a step of its own, or not at all."""
    lacking = tuple(one for one in statements() if " heads" not in one)
    monkeypatch.setattr(
        "server.store.migrations.frozen_tables.tables_at",
        lambda version, _dialect: lacking if version == 9 else tables_at(1, "sqlite"),
    )
    with pytest.raises(ValueError, match="of version 1 would be lost: heads"):
        between(1, 9, "sqlite")


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = unpacked(1, tmp_path / "data")
    assert cli.main(["upgrade", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert f"1 -> {SCHEMA_VERSION}" in said
    assert "version-1" in said
    assert cli.main(["--language", "zh_CN", "upgrade", "--data", str(data)]) == 0
    assert "无需升级" in capsys.readouterr().out
    assert cli.main(["upgrade", "--data", str(tmp_path)]) == 1
