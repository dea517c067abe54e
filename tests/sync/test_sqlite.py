from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sync import sqlite
from sync.engine import fault_of
from sync.faults import FAULTS, Fault
from sync.sqlite import Database, open_database

SECOND = """
import sys
from sync.faults import Fault
from sync.sqlite import open_database
try:
    open_database(sys.argv[1])
except Fault as fault:
    print(fault.code)
"""


def test_the_engine_is_set_for_power_cuts(database: Database) -> None:
    connection = database.connection
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert database.tables.table_names() == []


def test_an_old_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "VERSION_FLOOR", (99, 0, 0))
    with pytest.raises(Fault, match="sqlite-too-old"):
        open_database(":memory:")


@pytest.mark.covers("F17")
def test_a_second_process_is_refused_and_the_first_goes_on(database: Database) -> None:
    with database.write() as connection:
        connection.execute("CREATE TABLE t (x INTEGER)")
    said = subprocess.run(
        [sys.executable, "-c", SECOND, str(database.path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.strip() == "database-in-use"
    with pytest.raises(Fault, match="database-in-use"):
        open_database(database.path)
    with database.write() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    database.close()
    again = open_database(database.path)
    assert again.connection.execute("SELECT x FROM t").fetchall() == [(1,)]
    again.close()


@pytest.mark.covers("F14")
def test_a_long_database_is_looked_through_beside_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.db"
    database = open_database(path)
    with database.write() as connection:
        connection.execute("CREATE TABLE t (x TEXT) STRICT")
        connection.executemany("INSERT INTO t VALUES (?)", [("y" * 500,)] * 100)
    database.close()
    data = bytearray(path.read_bytes())
    data[3 * 4096 : 3 * 4096 + 8] = b"\xff" * 8
    path.write_bytes(data)
    for at_once in (False, True):  # what is short is looked through whoever opens it
        with pytest.raises(Fault, match="database-corrupt"):
            open_database(path, beside=at_once)
    monkeypatch.setattr(sqlite, "CHECKED_AT_ONCE", 0)
    with pytest.raises(Fault, match="database-corrupt"):
        open_database(path)
    database = open_database(path, beside=True)
    with pytest.raises(Fault, match="database-corrupt"):
        database.looked_through()
    database.close()


def test_what_is_sound_is_said_to_be_while_it_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKED_AT_ONCE", 0)
    database = open_database(tmp_path / "x.db", beside=True)
    with database.write() as connection:
        connection.execute("CREATE TABLE t (x)")
        database.looked_through()
        connection.execute("INSERT INTO t VALUES (1)")
    database.looked_through()
    with pytest.raises(Fault, match="database-in-use"):  # its lock is held all the same
        open_database(tmp_path / "x.db")
    database.close()


@pytest.mark.covers("F14")
@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(Fault, match="database-corrupt"):
        open_database(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="database-unreadable"):
        open_database(tmp_path / "absent" / "x.db")
    (tmp_path / "y.db").mkdir()
    with pytest.raises(Fault, match="database-unreadable"):
        open_database(tmp_path / "y.db")


def test_an_error_in_a_transaction_keeps_nothing(database: Database) -> None:
    with database.write() as connection:
        connection.execute("CREATE TABLE t (x INTEGER)")
    with pytest.raises(ZeroDivisionError):
        insert_and_stumble(database)
    assert database.connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    assert not database.dropped


def insert_and_stumble(database: Database) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError


@pytest.mark.covers("F09", "A37")
def test_a_full_disk_is_named_and_the_connection_dropped(database: Database) -> None:
    with database.write() as connection:
        connection.execute("CREATE TABLE t (x BLOB)")
    database.connection.execute("PRAGMA max_page_count=4")
    with pytest.raises(Fault, match="disk-full"), database.write() as connection:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert database.dropped
    assert database.connection.execute("SELECT count(*) FROM t").fetchone()[0] == 0
    assert database.opened == 2


def test_a_closed_database_stays_closed(database: Database) -> None:
    database.close()
    with pytest.raises(Fault, match="database-unreadable"), database.read():
        pytest.fail("a closed database was read")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("database or disk is full", "disk-full"),
        ("disk I/O error", "write-failed"),
        ("database disk image is malformed", "database-corrupt"),
        ("file is not a database", "database-corrupt"),
        ("database is locked", "database-busy"),
        ("unable to open database file", "database-unreadable"),
        ("attempt to write a readonly database", "write-failed"),
    ],
)
def test_every_engine_error_has_a_fault(text: str, code: str) -> None:
    assert fault_of(Exception(text)).code == code


def test_every_fault_says_what_to_do_in_both_languages() -> None:
    for code in FAULTS:
        fault = Fault(code, "detail")
        assert fault.kind in ("transient", "ambiguous", "permanent")
        assert all(len(fault.hint[language]) > 10 for language in ("en", "zh_CN"))
        assert not fault.hint["zh_CN"].isascii()
        assert "detail" in str(fault)
