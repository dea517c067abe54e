"""The rescue screen: what only this disk holds is counted, named, and leaves on a medium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.faults import FAULTS, Fault
from sync.keyring import read_keys
from sync.keys import Verifier
from sync.sqlite import open_database
from sync.verify_input import verify_path
from terminal.board_rescue import DOUBTFUL, MOST_LOTS
from terminal.desk import FATAL
from terminal.ui import Rescue
from terminal.unsent import Unsent, look
from terminal.views import Mark, MessageStage
from terminal.words import Words
from tests.faultio.mounted import disk, failing_disk
from tests.terminal.documents import NOW, ORIGIN
from tests.terminal.plant import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A station in the middle of a lot, offline, on a file."""
    database = open_database(tmp_path / "station.db")
    bench = Bench(database)
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    yield bench
    database.close()


def stage(bench: Bench) -> MessageStage:
    assert bench.name == "rescue"
    found = bench.frame.stage
    assert isinstance(found, MessageStage)
    return found


def facts(bench: Bench) -> dict[str, str]:
    return {fact.label: fact.value for fact in stage(bench).facts}


def stop(bench: Bench, code: str) -> None:
    """What the station was just asked ends in that fault."""
    bench.doors.broken = Fault(code)
    bench.touch("sign_out")


def sound(bench: Bench, folder: Path) -> None:
    """A stranger's verifier finds nothing wrong with the export."""
    station, server = Verifier.of(bench.signer).vkey, Verifier.of(bench.server_key)
    keys = f"station {ORIGIN} {station}\nserver {server.name} {server.vkey}\n"
    assert verify_path(folder, read_keys(keys)).sound


@pytest.mark.covers("F10", "A37")
def test_a_disk_that_turns_read_only_shows_what_is_unsent_and_exports_it(tmp_path: Path) -> None:
    """A real one, as ext4 does it, while the database is open."""
    folder, media = tmp_path / "disk", tmp_path / "media"
    media.mkdir()
    with failing_disk(folder) as fail, disk(media / "USB"):
        database = open_database(folder / "station.db")
        bench = Bench(database)
        bench.doors.rescuer.media = media
        bench.begin()
        bench.touch("confirm", answer="yes")
        bench.settle()
        saved = bench.journal.size
        fail()
        bench.lot("T26-1")
        assert stage(bench).code == "disk-read-only"
        assert FAULTS["disk-read-only"].en in stage(bench).lines
        assert facts(bench) == {
            "Not sent yet": f"{saved} of {saved} records",
            "Newest": "2026-03-02 08:00:00+00:00",
            "Lots": "IV26-1",
        }
        bench.touch("language")
        assert FAULTS["disk-read-only"].zh_CN in stage(bench).lines
        assert facts(bench)["尚未发送"] == f"{saved} 条，共 {saved} 条记录"
        bench.touch("language")
        bench.scan("LB:DO:export")
        (written,) = (media / "USB").iterdir()
        assert f"{saved} records were written to USB/{written.name}" in stage(bench).lines[0]
        sound(bench, written)
        database.close()


def test_without_a_medium_it_asks_for_one_and_goes_on_when_it_is_there(
    bench: Bench, tmp_path: Path
) -> None:
    media = bench.doors.rescuer.media = tmp_path / "media"
    media.mkdir()
    (media / "not mounted").mkdir()
    stop(bench, "station-copied")
    assert stage(bench).lines[1].startswith("To take the records away")
    bench.touch("export")
    assert stage(bench).lines[0] == FAULTS["medium-missing"].en
    (media / "ana").mkdir()
    with disk(media / "ana" / "USB"):
        bench.touch("export")
        assert "records were written to" in stage(bench).lines[0]
        sound(bench, next((media / "ana" / "USB").iterdir()))


@pytest.mark.covers("F09")
def test_a_medium_that_is_too_small_is_said_and_nothing_here_changes(
    bench: Bench, tmp_path: Path
) -> None:
    media = bench.doors.rescuer.media = tmp_path / "media"
    media.mkdir()
    before = [one.data for one in bench.journal.entries(0, bench.journal.size)]
    stop(bench, "journal-forked")
    with disk(media / "USB", "8k"):
        bench.touch("export")
        assert stage(bench).lines[0] == FAULTS["export-failed"].en
        assert not list((media / "USB").rglob("manifest.json")), "it does not pass for an export"
    assert [one.data for one in bench.journal.entries(0, bench.journal.size)] == before


def test_while_it_runs_it_says_so_and_takes_no_second_touch(bench: Bench) -> None:
    stop(bench, "journal-forked")
    bench.desk._rescue(progress=0.0)
    bench.desk._written(2)
    assert stage(bench).progress == pytest.approx(2 / bench.journal.size)
    assert "Do not pull it out" in stage(bench).lines[0]
    assert [one.enabled for one in bench.frame.actions] == [False]
    bench.touch("export")
    assert stage(bench).progress, "the second touch did nothing"


@pytest.mark.parametrize("code", sorted(FATAL))
def test_each_kind_claims_no_more_than_is_so(bench: Bench, code: str) -> None:
    stop(bench, code)
    lines = " ".join(stage(bench).lines)
    assert FAULTS[code].en in lines
    assert ("Everything shown as saved is still there" in lines) is (code not in DOUBTFUL)
    assert bool(stage(bench).facts) is (code != "database-in-use")
    assert bool(bench.frame.actions) is (code != "database-in-use")


def test_with_records_that_cannot_be_read_nothing_is_called_whole(bench: Bench) -> None:
    stop(bench, "disk-read-only")
    assert "disk-read-only" not in DOUBTFUL
    bench.desk._looked(Unsent(900, 400, NOW, (), unread=0))
    assert "Everything shown as saved is still there" in " ".join(stage(bench).lines)
    bench.desk._looked(Unsent(900, 400, NOW, (), unread=1))
    assert "is still there" not in " ".join(stage(bench).lines)
    assert "What can still be read can be exported" in " ".join(stage(bench).lines)


def test_many_lots_are_cut_short_and_unreadable_records_are_counted(bench: Bench) -> None:
    stop(bench, "journal-damaged")
    lots = tuple(f"IV26-{number}" for number in range(MOST_LOTS + 3))
    bench.desk._looked(Unsent(900, 400, NOW, lots, unread=2, photos=3))
    assert facts(bench)["Photos"] == "3 not sent yet"
    shown = stage(bench).facts
    assert facts(bench)["Lots"] == ", ".join([*lots[:MOST_LOTS], "and 3 more"])
    assert (shown[-1].value, shown[-1].mark) == ("2", Mark.FAIL)


def test_records_that_cannot_be_counted_are_not_called_none(bench: Bench, tmp_path: Path) -> None:
    bench.doors.rescuer.database = tmp_path / "gone.db"
    stop(bench, "database-corrupt")
    assert facts(bench) == {"Not sent yet": "cannot be counted: database-unreadable"}
    bench.touch("export")
    assert stage(bench).lines[0] == FAULTS["medium-missing"].en


def test_a_rotten_record_does_not_hide_the_others(bench: Bench) -> None:
    with bench.database.write() as connection:
        connection.execute("DROP TRIGGER entry_fixed")
        connection.execute("UPDATE entry SET data = zeroblob(9) WHERE idx = 1")
    found = look(bench.database.path)
    assert (found.unsent, found.unread) == (bench.journal.size, 1)
    assert found.lots == ("IV26-1",)


def test_a_file_that_holds_no_journal_is_named(tmp_path: Path) -> None:
    open_database(tmp_path / "other.db").close()
    with pytest.raises(Fault, match="database-unreadable"):
        look(tmp_path / "other.db")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_before_anything_is_counted_it_says_that_it_counts(bench: Bench, language: str) -> None:
    stop(bench, "station-revoked")
    bench.desk.set(rescue=Rescue(), language=language)
    bench.desk.show()
    assert stage(bench).facts[0].value == Words(language)("unsent-counting")
