"""A backup put back into PostgreSQL, and the drill of it: equal row by row, or nothing."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode
from pathlib import Path

import nacl.utils
import psycopg
import pytest

from server import cli
from server.backup import make_backup
from server.drill import LABEL
from server.folder import DataFolder
from server.fsck import examine
from server.recovery.target import MARK
from server.restore_into import into_database
from server.store.opening import DATABASE, FILE, read_place
from server.store.postgres_scratch import schema
from server.words import Refusal
from sync import canonical
from sync.keys import TEST_COST, Verifier
from sync.pae import pae
from sync.sealed_stream import make_key
from sync.testing import ManualClock
from tests import postgres
from tests.server.plant import plant_at
from tests.server.test_backup import own_keys
from tests.upgrade.make import live

SECRET, PUBLIC = make_key(nacl.utils.random)


class Made:
    """A backup of a plant that lived, the keys kept apart, and its log's newest checkpoint."""

    def __init__(self, folder: Path) -> None:
        with plant_at(folder) as plant:
            live(plant)
            checkpoint, self.verifier = plant.parts.book.checkpoint(), plant.parts.verifier
            assert checkpoint is not None
            self.root = str(checkpoint["root"])
        self.data, self.file, self.key = folder / "data", folder / "b.lotbook", folder / "b.key"
        self.key.write_text(SECRET, encoding="utf-8")
        make_backup(self.data, self.file, PUBLIC, ManualClock().wall(), nacl.utils.random)
        self.keys = own_keys(self.data, folder / "apart")

    def words(self, verb: str) -> list[str]:
        return [verb, str(self.file), "--key", str(self.key), "--own-keys", str(self.keys)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("made"))


@pytest.mark.covers("F72", "F76")
def test_a_backup_is_put_back_into_an_empty_database_and_into_no_other(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, into = postgres.fresh(), tmp_path / "new"
    words = [*made.words("restore"), "--into", str(into), "--database", url]
    assert cli.main(words) == 0
    assert "every row compared" in capsys.readouterr().out
    assert read_place(into) is not None
    assert not list(into.glob(f"{DATABASE}*"))
    folder = DataFolder(into, ManualClock(), nacl.utils.random, TEST_COST)
    with folder.open() as parts:
        assert examine(parts) == []
        newest = parts.book.checkpoint()
        assert newest is not None
        assert newest["root"] == made.root
    again = [*made.words("restore"), "--into", str(tmp_path / "more"), "--database", url]
    assert cli.main(again) == 1
    assert "not empty" in capsys.readouterr().err
    assert not (tmp_path / "more").exists(), "it is refused before anything is unpacked"


@pytest.mark.covers("F72", "F76")
def test_one_that_was_cut_off_goes_on_by_move(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, into = postgres.fresh(), tmp_path / "new"
    assert cli.main([*made.words("restore"), "--into", str(into)]) == 0

    class Cut(Exception):
        """The machine went away."""

    def cut(_count: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        into_database(into, url, ManualClock().wall, cut)
    assert (into / DATABASE).exists()
    assert not (into / FILE).exists()
    assert cli.main(["move", "--data", str(into), "--to", url]) == 0
    assert "on both sides" in capsys.readouterr().out


@pytest.mark.covers("F72", "P11-10c")
def test_a_drill_in_postgresql_leaves_no_trace_there(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, report = postgres.fresh(), tmp_path / "r.json"
    words = [*made.words("drill-restore"), "--from", str(made.data), "--work", str(tmp_path)]
    assert cli.main([*words, "--database", url, "--report", str(report)]) == 0
    assert "drill: good" in capsys.readouterr().out
    done = json.loads(report.read_bytes())
    assert done["report"]["store"] == "postgresql"
    signed = pae(LABEL, canonical.dumps(done["report"]))
    assert Verifier.parse(made.verifier.vkey).verify(signed, b64decode(done["signature"]))
    with pytest.raises(Refusal, match="none"), schema(url, "", "drill"):
        raise Refusal("not-found", what="none", name="x")
    named = "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%drill%'"
    assert _asked(url, named) == []
    with pytest.raises(ValueError, match="; DROP"), schema(url, "", "x; DROP"):
        pass
    with pytest.raises(Refusal, match="exists"), schema(url, "", "public"):
        pass


def _asked(url: str, statement: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return list(connection.execute(statement.encode()).fetchall())


@pytest.mark.covers("F41", "F72")
@pytest.mark.parametrize("by", ["restore", "move"])
def test_another_server_of_the_same_database_asks_before_it_signs(
    made: Made, tmp_path: Path, by: str
) -> None:
    """It has a folder of its own, without the mark of the one into which it was put back."""
    url, into = postgres.fresh(), tmp_path / "new"
    words = [*made.words("restore"), "--into", str(into)]
    assert cli.main([*words, *(["--database", url] if by == "restore" else [])]) == 0
    if by == "move":
        assert cli.main(["move", "--data", str(into), "--to", url]) == 0
    other = tmp_path / "other"
    shutil.copytree(into, other)
    (other / MARK).unlink()
    folder = DataFolder(other, ManualClock(), nacl.utils.random, TEST_COST)
    with folder.open() as parts:
        assert parts.book.recovery
        assert examine(parts) == []
        parts.rescue.target.nothing_lost()
        assert not parts.book.recovery
