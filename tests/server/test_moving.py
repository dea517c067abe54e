"""A plant's database moves: cut off anywhere, it is made whole, and never served from twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from server.ingest.projector import dump
from server.move_command import _target
from server.moving import Move, Moved
from server.pace import Pace, remaining
from server.store import seals
from server.store.copying import COPIED, rows_of
from server.store.opening import DATABASE
from server.store.protocol import Store
from server.store.schema import DESK
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.testing import ManualClock
from tests.server.plant import plant_at
from tests.upgrade.make import live

TO = "postgresql://db/lotbook"
NOW = ManualClock().wall


def quiet(_count: int) -> None:
    """Nobody looks."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a plant with records, a fork, files, behind by nothing."""
    path = tmp_path_factory.mktemp("lived")
    with plant_at(path) as plant:
        live(plant)
    return path / "data" / "lotbook.db"


@contextmanager
def both(lived: Path, tmp_path: Path) -> Iterator[tuple[SqliteStore, SqliteStore]]:
    source = tmp_path / "source.db"
    source.write_bytes(lived.read_bytes())
    with closing(SqliteStore(source)) as old, closing(SqliteStore(tmp_path / "new.db")) as new:
        yield old, new


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    truth = {table: store.rows(table) for table in COPIED}
    desk = {table: store.rows(table) for table in DESK if table != "moving"}
    return {**truth, **desk, **dump(store)}


@pytest.mark.covers("F76")
def test_all_that_was_there_is_there_and_only_there(lived: Path, tmp_path: Path) -> None:
    with both(lived, tmp_path) as (old, new):
        before = everything(old)
        done = Move(old, new, NOW).finish(TO, quiet)
        signed = old.newest("checkpoints")
        assert signed is not None
        assert done == Moved(signed["size"], signed["root"], rows_of(old))
        assert everything(new) == before
        seals.check_served(new)
        with pytest.raises(Refusal, match=f"goes on at {TO}"):
            seals.check_served(old)
        assert Move(old, new, NOW).finish(TO, quiet) == done._replace(rows=0), "again is the same"
        with pytest.raises(Refusal, match=f"goes on at {TO}"):
            Move(old, new, NOW).finish("elsewhere", quiet)


class Cut(Exception):
    """The power fails here."""


def cutting(at: int) -> Callable[..., None]:
    """Fails at the ``at``-th write that any store is to make durable."""
    left = at

    def count(*_given: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Cut

    return count


@pytest.mark.covers("F76", "F43")
def test_cut_off_between_any_two_transactions_it_goes_on(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.copying.PAGE", 20)
    with both(lived, tmp_path) as (old, new):
        before, at = everything(old), 0
        real = SqliteStore.transaction
        while True:
            count = cutting(at)

            @contextmanager
            def transaction(
                store: SqliteStore, count: Callable[..., None] = count
            ) -> Iterator[None]:
                with real(store):
                    yield
                    if store._depth == 1 and not getattr(store, "_inside", False):
                        count()

            with monkeypatch.context() as patched:
                patched.setattr(SqliteStore, "transaction", transaction)
                try:
                    Move(old, new, NOW).finish(TO, quiet)
                except Cut:
                    at += 1
                else:
                    break
            served = [store for store in (old, new) if can_be_served(store)]
            assert len(served) <= 1, at
            assert everything(old) == before
        assert at > 3
        assert everything(new) == before
        assert can_be_served(new)
        assert not can_be_served(old)


def can_be_served(store: Store) -> bool:
    try:
        seals.check_served(store)
    except Refusal:
        return False
    return bool(seals.identity(store))


@pytest.mark.covers("F76", "F43")
def test_of_two_copies_by_one_name_only_the_one_it_was_sealed_for_is_finished(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two schemas of one database, say: what is told of an address leaves them out."""

    def cut(_store: Store) -> None:
        raise Cut

    with both(lived, tmp_path) as (old, new), closing(SqliteStore(tmp_path / "b.db")) as other:
        Move(old, other, NOW).ahead(quiet)
        clock = ManualClock()
        clock.pass_(60)
        with monkeypatch.context() as patched:
            patched.setattr(seals, "unmark", cut)
            with pytest.raises(Cut):
                Move(old, new, clock.wall).finish(TO, quiet)
        with pytest.raises(Refusal, match=f"goes on at {TO}"):
            Move(old, other, NOW).finish(TO, quiet)
        Move(old, new, NOW).finish(TO, quiet)
        assert (can_be_served(new), can_be_served(other)) == (True, False)


def test_a_sealed_file_makes_room_and_takes_nobody_elses(tmp_path: Path) -> None:
    """What an earlier move left stays, whatever was tidied away since."""
    with closing(SqliteStore(tmp_path / DATABASE)) as store:
        seals.seal(store, TO, "")
    left = [tmp_path / f"{DATABASE}.moved-{number}" for number in (2, *range(4, 13))]
    for path in left:
        path.write_bytes(b"of an earlier move")
    with _target(tmp_path, "sqlite") as store:
        assert not seals.sealed(store)
    assert (tmp_path / f"{DATABASE}.moved-1").exists()
    assert {path.read_bytes() for path in left} == {b"of an earlier move"}


@pytest.mark.covers("F76")
def test_what_grew_meanwhile_is_brought_by_the_next_time(lived: Path, tmp_path: Path) -> None:
    with both(lived, tmp_path) as (old, new):
        move = Move(old, new, NOW)
        first = move.ahead(quiet)
        with pytest.raises(Refusal, match="not finished"):
            seals.check_served(new)
        row = old.newest("heads")
        assert row is not None
        with old.transaction():
            old.add("heads", row | {"origin": "a/before/all", "size": 1})
        done = move.finish(TO, quiet)
        assert (first + 1, done.rows) == (rows_of(old), 1)


@pytest.mark.covers("F76")
def test_large_documents_are_carried_few_at_a_time(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen scope, an evidence set or a file of history has megabytes, and there are many."""
    monkeypatch.setattr("server.store.copying.PAGE_BYTES", 10_000)
    held, take = list[int](), SqliteStore.add_all

    def told(store: SqliteStore, table: str, rows: list[dict[str, bytes]]) -> None:
        if table == "documents":
            held.append(sum(len(row["data"]) for row in rows))
        take(store, table, rows)

    with both(lived, tmp_path) as (old, new):
        for number in range(30):
            row = {"sha256": f"{number:064}", "kind": "freeze", "data": bytes(4_000)}
            old.add("documents", row)
        monkeypatch.setattr(SqliteStore, "add_all", told)
        Move(old, new, NOW).ahead(quiet)
        assert max(held) <= 14_000
        Move(old, new, NOW).finish(TO, quiet)
        assert new.count("documents") == old.count("documents")


@pytest.mark.covers("F76")
def test_a_copy_that_differs_is_never_served(lived: Path, tmp_path: Path) -> None:
    with both(lived, tmp_path) as (old, new):
        Move(old, new, NOW).ahead(quiet)
        entry = new.newest("entries")
        assert entry is not None
        new.mend_entry(entry["origin"], entry["idx"], entry["leaf"], b"other")
        with pytest.raises(Refusal, match="table entries"):
            Move(old, new, NOW).finish(TO, quiet)
        assert can_be_served(old)
        assert not can_be_served(new)


def test_a_row_too_many_is_found(lived: Path, tmp_path: Path) -> None:
    with both(lived, tmp_path) as (old, new):
        Move(old, new, NOW).ahead(quiet)
        new.add("documents", {"sha256": "ff", "kind": "key", "data": b""})
        with pytest.raises(Refusal, match="table documents, row ff"):
            Move(old, new, NOW).finish(TO, quiet)


def test_nothing_is_moved_onto_another_log(lived: Path, tmp_path: Path) -> None:
    with both(lived, tmp_path) as (old, new):
        with pytest.raises(Refusal, match="no server"):
            Move(new, old, NOW).ahead(quiet)
        with closing(SqliteStore(tmp_path / "third.db")) as third:
            third.add("leaves", {"idx": 0, "kind": "x", "data": b"x"})
            with pytest.raises(Refusal, match="not empty"):
                Move(old, third, NOW).ahead(quiet)
            Move(old, new, NOW).ahead(quiet)
            with pytest.raises(Refusal, match="not empty"):
                Move(third, new, NOW).ahead(quiet)


def test_leaves_that_do_not_lead_to_what_was_signed_are_not_moved(
    lived: Path, tmp_path: Path
) -> None:
    with both(lived, tmp_path) as (old, new):
        size = old.count("leaves")
        old.add("leaves", {"idx": size, "kind": "x", "data": b"x"})
        with pytest.raises(Refusal, match="do not lead"):
            Move(old, new, NOW).finish(TO, quiet)


def test_the_pace_says_what_is_left() -> None:
    assert remaining(0, 10, 5.0) == "-:--:--"
    assert remaining(100, 7300, 1.0) == "0:01:12"
    assert Pace.__doc__
