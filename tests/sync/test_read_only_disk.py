"""A disk that became read-only: what is kept can be read to the last record, and says why."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from sync.faults import Fault
from sync.journal import Journal
from sync.journal_source import DatabaseJournal
from sync.sqlite import Database, open_database, reading
from tests.faultio.mounted import disk, remount
from tests.sync.plant import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

    from sync.keys import TestSigner
    from sync.testing import ManualClock


@pytest.mark.covers("F10", "A37")
def test_a_journal_on_a_disk_gone_read_only_is_readable_and_goes_on_later(
    journal: Journal, tmp_path: Path, station: TestSigner, clock: ManualClock
) -> None:
    for number in range(5):
        journal.append("test/record", {"number": number})
    folder = tmp_path / "disk"
    with disk(folder):
        for name in ("station.db", "station.db-wal"):  # as they lie there while it runs
            shutil.copy(tmp_path / name, folder)
        remount(folder, "ro")
        with pytest.raises(Fault, match="database-unreadable"):
            open_database(folder / "station.db")
        with reading(folder / "station.db") as connection:
            assert len(list(DatabaseJournal(connection).entries())) == 6
        remount(folder, "rw")
        database = open_database(folder / "station.db")
        assert Journal(database, ORIGIN, station, clock).append("test/record", {}).index == 6
        database.close()


@pytest.mark.covers("F07")
def test_while_the_disk_refuses_the_queue_is_readable_and_nothing_is_saved(
    journal: Journal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append("test/record", {"number": 1})
    with monkeypatch.context() as patch:
        patch.setattr(Database, "_opened", _refuse)
        database._drop()
        assert [one.index for one in journal.entries(0, 9)] == [0, 1]
        assert database.refused is not None
        for _ in range(2):
            with pytest.raises(Fault, match="write-failed"):
                journal.append("test/record", {"number": 2})
    assert journal.append("test/record", {"number": 2}).index == 2
    assert database.refused is None


def _refuse(_: Database) -> None:
    raise Fault("write-failed", "the disk refuses")
