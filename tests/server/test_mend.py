"""Entries that the server's disk spoilt come back from the station that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import cli
from server.fsck import examine
from server.mend import mend, mend_files
from server.store.overlay import Overlay
from server.store.protocol import AlreadyThere
from sync.journal_export import export_journal
from sync.journal_source import DatabaseJournal, FolderJournal
from sync.keys import TEST_COST
from sync.sqlite import open_database
from tests.server.engines import spoil
from tests.server.plant import Plant, Station, plant_at

pytestmark = pytest.mark.covers("A40", "F13")


def rot(plant: Plant, statement: str) -> None:
    """A disk changes what no program may change."""
    with plant.parts.store._database.write() as connection:  # type: ignore[attr-defined]
        (kept,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'entries_no_update'"
        ).fetchone()
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute(statement)
        connection.execute(kept)


def sent(plant: Plant) -> Station:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    return station


def exported(station: Station, folder: Path) -> FolderJournal:
    with station.database.read() as connection:
        export_journal(DatabaseJournal(connection), folder, attachments=False)
    return FolderJournal(folder)


@pytest.mark.parametrize("change", ["data = x'00'", "leaf = 'ff'", "data = x'00', leaf = 'ff'"])
def test_exact_bytes_come_back_and_the_log_says_so(
    plant: Plant, tmp_path: Path, change: str
) -> None:
    station = sent(plant)
    source = exported(station, tmp_path / "journal")
    before = plant.parts.store.rows("entries", origin=station.origin)
    assert mend(plant.parts, source)[1:] == ((), ())
    rot(plant, f"UPDATE entries SET {change} WHERE idx IN (2, 3, 6)")  # noqa: S608 - a constant
    assert examine(plant.parts)
    assert mend(plant.parts, source) == (station.origin, ((2, 3), (6, 6)), ())
    assert plant.parts.store.rows("entries", origin=station.origin) == before
    assert examine(plant.parts) == []
    newest = plant.parts.store.newest("leaves")
    assert newest is not None
    assert newest["kind"] == "entries.mended"
    with pytest.raises(Exception, match="append-only"):
        plant.parts.store._database.connection.execute(  # type: ignore[attr-defined]
            "UPDATE entries SET data = x'00'"
        )


def test_rows_that_are_gone_come_back_where_the_log_has_them(plant: Plant, tmp_path: Path) -> None:
    """Rows lost altogether: the log still says which records, where, and since when."""
    station = sent(plant)
    source = exported(station, tmp_path / "journal")
    before = plant.parts.store.rows("entries", origin=station.origin)
    last = before[-1]["idx"]
    spoil(plant.parts.store, "entries", f"DELETE FROM entries WHERE idx IN (2, 3, {last})")  # noqa: S608
    plant.parts.book.trees.forget()
    assert examine(plant.parts)
    other = plant.station("ST-02")
    other.sign_in("P-OP")
    assert mend(plant.parts, exported(other, tmp_path / "other"))[1:] == ((), ())
    file = tmp_path / "journal" / "entries.jsonl"
    whole = file.read_bytes()
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:3]))
    assert mend(plant.parts, source) == (station.origin, ((2, 2),), ((3, 3), (last, last)))
    file.write_bytes(whole)
    assert mend(plant.parts, source) == (station.origin, ((3, 3), (last, last)), ())
    assert plant.parts.store.rows("entries", origin=station.origin) == before
    assert examine(plant.parts) == []
    station.sign_in("P-SUP")
    assert station.outbox.drain().pushed > 0, "its log goes on"


def test_other_bytes_are_not_taken_and_what_is_missing_is_told(
    plant: Plant, tmp_path: Path
) -> None:
    station = sent(plant)
    rot(plant, "UPDATE entries SET data = x'00' WHERE idx = 2")
    other = plant.station("ST-02")
    other.sign_in("P-OP")
    assert mend(plant.parts, exported(other, tmp_path / "other"))[1:] == ((), ())
    source = exported(station, tmp_path / "journal")
    file = tmp_path / "journal" / "entries.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = lines[3]
    file.write_bytes(b"".join(lines))
    assert mend(plant.parts, source) == (station.origin, (), ((2, 2),))
    rot(plant, "UPDATE entries SET global_index = 0 WHERE idx = 3")
    assert mend(plant.parts, source).left == ((2, 3),)


def test_by_command_from_a_folder_or_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "COST", TEST_COST)
    with plant_at(tmp_path) as plant:
        station = sent(plant)
        exported(station, tmp_path / "journal")
        with station.database.read() as connection:
            connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
        rot(plant, "UPDATE entries SET data = x'00' WHERE idx IN (2, 3)")
        data = str(plant.folder.path)
    open_database(tmp_path / "copy.db").close()
    assert cli.main(["mend", "--data", data, str(tmp_path / "journal")]) == 0
    assert "put back: #2-#3" in capsys.readouterr().out
    chinese = ["--language", "zh_CN", "mend", "--data", data]
    assert cli.main([*chinese, str(tmp_path / "copy.db")]) == 0
    assert "没有受损的条目" in capsys.readouterr().out
    (tmp_path / "empty").mkdir()
    assert cli.main(["mend", "--data", data, str(tmp_path / "empty")]) == 1
    assert cli.main(["rebuild", "--data", data]) == 0
    assert cli.main(["fsck", "--data", data]) == 0


def test_nothing_is_mended_through_an_overlay(plant: Plant) -> None:
    below = plant.parts.store
    with pytest.raises(AlreadyThere):
        Overlay(below, below).mend_entry("x", 0, "", b"")


def test_photos_come_back_from_the_journal_and_the_log_says_so(
    plant: Plant, tmp_path: Path
) -> None:
    station = plant.station()
    one, two, three = (station.journal.attachments.put(name) for name in (b"1", b"2", b"3"))
    station.outbox.drain()
    folder = plant.folder.path / "attachments"
    (folder / one[:2] / one).write_bytes(b"rotten")
    (folder / two[:2] / two).unlink()
    (folder / three[:2] / three).unlink()
    assert examine(plant.parts)
    with station.database.write() as connection:
        connection.execute("UPDATE attachment SET data = x'00' WHERE sha256 = ?", (three,))
    with station.database.read() as connection:
        source = DatabaseJournal(connection)
        assert mend_files(plant.parts, source) == ((*sorted((one, two)),), (three,))
    with station.database.write() as connection:
        connection.execute("UPDATE attachment SET data = ? WHERE sha256 = ?", (b"3", three))
    with station.database.read() as connection:
        assert mend_files(plant.parts, DatabaseJournal(connection)) == ((three,), ())
        assert mend_files(plant.parts, DatabaseJournal(connection)) == ((), ())
    assert plant.parts.store.count("leaves", kind="attachments.mended") == 3
    assert examine(plant.parts) == []
    without = exported(station, tmp_path / "journal")
    (folder / one[:2] / one).unlink()
    assert mend_files(plant.parts, without) == ((), (one,))
