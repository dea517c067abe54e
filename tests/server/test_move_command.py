"""``lotbook-server move``: to PostgreSQL and back, cut off at many points."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from server import cli
from server.folder import DataFolder
from server.fsck import examine
from server.ingest.projector import dump
from server.store import seals
from server.store.address import told
from server.store.opening import DATABASE, FILE, keep_place, open_store, read_place
from server.store.postgres_door import Door
from server.store.protocol import Store
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.file_lock import locked_file
from tests import postgres
from tests.server.plant import plant_at
from tests.server.test_moving import everything
from tests.upgrade.make import live

KILLED = 77


@pytest.fixture
def lived(tmp_path: Path) -> DataFolder:
    """The folder of a plant that is stopped."""
    with plant_at(tmp_path) as plant:
        live(plant)
    return plant.folder


def move(folder: DataFolder, to: str) -> int:
    return cli.main(["move", "--data", str(folder.path), "--to", to])


@contextmanager
def stored(folder: DataFolder) -> Iterator[Store]:
    with closing(open_store(folder.path)) as store:
        yield store


@pytest.mark.covers("F76", "TB03")
def test_there_and_back_nothing_is_another(
    lived: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.fresh()
    with stored(lived) as store:
        before = everything(store)
    assert move(lived, url) == 0
    assert "on both sides" in capsys.readouterr().out
    assert read_place(lived.path) is not None
    with lived.open() as parts:
        assert everything(parts.store) == before
        assert examine(parts) == []
        parts.book.alarm("fork", "y", who="y")
        size = parts.book.size
    with closing(SqliteStore(lived.path / DATABASE)) as left:
        assert "@" not in seals.sealed(left) or ":" not in seals.sealed(left).split("@")[0][13:]
    (lived.path / FILE).rename(lived.path / "lost.toml")
    with pytest.raises(Refusal, match="its log goes on at"), lived.open():
        pass
    assert move(lived, url) == 0, "the pointer was lost: the same move puts it back"
    assert move(lived, url) == 1
    assert "there already" in capsys.readouterr().err
    assert move(lived, "sqlite") == 0
    assert (lived.path / f"{DATABASE}.moved-1").exists()
    with lived.open() as parts:
        assert examine(parts) == []
        assert parts.book.size == size
        assert parts.store.check() == []
    with closing(open_store(lived.path, url)) as left_again, pytest.raises(Refusal):
        seals.check_served(left_again)


def test_what_it_says_and_keeps_has_no_password() -> None:
    assert told("postgresql://me:secret@a:1,b:2/x?password=y") == "postgresql://me@a:1,b:2/x"
    assert told("postgresql:///x?host=/run&password=secret") == "postgresql:///x"
    assert told("postgresql://[me:secret@a/x") == "?"
    assert told("sqlite") == "sqlite"


@pytest.mark.covers("F76")
def test_while_the_server_runs_it_copies_ahead(
    lived: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.fresh()
    with closing(locked_file(lived.path / f"{DATABASE}.lock")):  # as a running server holds it
        assert move(lived, url) == 0
        assert "give the command again" in capsys.readouterr().out
    assert not list(lived.path.glob("*.snapshot*"))
    assert read_place(lived.path) is None
    with closing(open_store(lived.path, url)) as copy, pytest.raises(Refusal, match="not finished"):
        seals.check_served(copy)
    with lived.open() as parts:  # it went on meanwhile
        parts.book.alarm("fork", "z", who="z")
        tables = dump(parts.store)
    assert move(lived, url) == 0
    with lived.open() as parts:
        assert dump(parts.store) == tables


@pytest.mark.covers("F76")
def test_back_from_postgresql_it_copies_ahead_while_the_server_runs(
    lived: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move(lived, postgres.fresh()) == 0
    capsys.readouterr()
    with lived.open() as parts:
        assert move(lived, "sqlite") == 0
        assert "give the command again" in capsys.readouterr().out
        assert read_place(lived.path) is not None
        parts.book.alarm("fork", "z", who="z")  # it serves on, in its own term
        tables = dump(parts.store)
    assert move(lived, "sqlite") == 0
    assert read_place(lived.path) is None
    with lived.open() as parts:
        assert dump(parts.store) == tables


class Fuse:
    """Ends the process at the ``left``-th statement that PostgreSQL is given, or file switched."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self) -> None:
        self.left -= 1
        if self.left < 0:
            os._exit(KILLED)

    def before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def burning(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is
            self.burn()
            return work(*given, **named)

        return burning


def child(folder: DataFolder, url: str, left: int) -> None:
    fuse = Fuse(left)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("do", "copy", "_commit"):
            patched.setattr(Door, name, fuse.before(getattr(Door, name)))
        patched.setattr("server.store.seals.seal", fuse.before(seals.seal))
        patched.setattr("server.move_command.keep_place", fuse.before(keep_place))
        os._exit(move(folder, url))


def killed_at(folder: DataFolder, url: str, left: int) -> bool:
    """Whether it was; a process of its own, as the command is."""
    made = multiprocessing.get_context("fork").Process(target=child, args=(folder, url, left))
    made.start()
    made.join(60)
    assert made.exitcode in {0, KILLED}
    return made.exitcode == KILLED


def served(folder: DataFolder, url: str) -> list[str]:
    """Which of the two databases a server could be started on."""
    found = []
    for where in ("", url):
        with closing(open_store(folder.path, where)) as store:
            try:
                seals.check_served(store)
            except Refusal:
                continue
            if seals.identity(store):
                found.append(where)
    return found


def cut_everywhere(folder: DataFolder, stride: int) -> int:
    url, cuts = postgres.fresh(), 0
    with stored(folder) as store:
        before = everything(store)
    while killed_at(folder, url, cuts * stride):
        cuts += 1
        if not (folder.path / FILE).exists():
            assert len(served(folder, url)) <= 1
    with folder.open() as parts:
        assert everything(parts.store) == before
        assert examine(parts) == []
    return cuts


@pytest.mark.covers("F76")
def test_killed_at_some_points_it_goes_on(lived: DataFolder) -> None:
    assert cut_everywhere(lived, 60) >= 2


@pytest.mark.campaign
@pytest.mark.covers("F76")
def test_killed_at_any_statement_it_goes_on(lived: DataFolder) -> None:
    assert cut_everywhere(lived, 1) > 50
