"""``lotbook-server move``: to PostgreSQL, or back to a file of the server's own."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from itertools import count
from typing import TYPE_CHECKING

from server.folder import KEYS
from server.moving import Move
from server.pace import Pace
from server.recovery.target import keep_mark
from server.room import take_room
from server.store import seals
from server.store.address import told
from server.store.copying import rows_of
from server.store.opening import (
    DATABASE,
    FILE,
    keep_place,
    open_place,
    open_store,
    read_place,
    snapshot_of,
)
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.faults import Fault
from sync.sqlite import copy_database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.folder import DataFolder
    from server.store.opening import Place
    from server.store.protocol import Store
    from sync.clock import Clock

SQLITE = "sqlite"
"""What ``--to`` says for the server's own file."""


class MoveCommand:
    """The command, with this machine's clock."""

    def __init__(self, clock: Clock) -> None:
        """``clock``: when a move began, and how long it takes."""
        self._clock = clock

    def add(
        self,
        verbs: argparse._SubParsersAction[argparse.ArgumentParser],
        data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    ) -> None:
        """``move``."""
        verb = data(verbs.add_parser("move", help="take the database to PostgreSQL, or back"))
        verb.add_argument("--to", required=True, metavar="URL", help="postgresql://…, or sqlite")
        verb.set_defaults(run=self._run)

    def _run(self, given: argparse.Namespace, folder: DataFolder) -> int:
        data, to, chinese = folder.path, str(given.to), given.language == "zh_CN"
        if not (data / KEYS).exists():
            raise Refusal("no-data", path=str(data))
        place = read_place(data, folder.database)
        if (to == SQLITE) == (place is None):
            raise Refusal("move-there")
        with _target(data, to) as target:
            source = _source(data, place)
            if source is None:
                return self._ahead(data, place, target, chinese=chinese)
            with closing(source):
                return self._whole(data, source, target, to, chinese=chinese)

    def _ahead(self, data: Path, place: Place | None, target: Store, *, chinese: bool) -> int:
        """While the server runs: what is there by now."""
        with _snapshot(data, place) as source, self._pace(source, 1) as pace:
            rows = Move(source, target, self._clock.wall).ahead(pace)
        english = f"{rows} rows copied while the server runs. Stop it, and give the command again."
        words = f"服务器运行期间已复制 {rows} 行。请停止服务器后再次执行该命令。"
        sys.stdout.write(f"{words if chinese else english}\n")
        return 0

    def _whole(self, data: Path, source: Store, target: Store, to: str, *, chinese: bool) -> int:
        """With the server stopped: all of it, and the switch."""
        keep_mark(data, source, self._clock.wall())
        with self._pace(source, 2) as pace:
            done = Move(source, target, self._clock.wall).finish(told(to), pace)
        if to == SQLITE:
            (data / FILE).unlink(missing_ok=True)
        else:
            keep_place(data, to)
        english = (
            f"Moved to {told(to)}: {done.size} leaves, root {done.root[:16]} on both sides, every "
            f"row compared. The old database is sealed.\nNext: lotbook-server fsck --data {data}"
        )
        words = (
            f"已迁移至 {told(to)}：日志 {done.size} 条，两侧根均为 {done.root[:16]}，已逐行比对。"
            f"旧数据库已封存。\n下一步：lotbook-server fsck --data {data}"
        )
        sys.stdout.write(f"{words if chinese else english}\n")
        return 0

    @contextmanager
    def _pace(self, source: Store, times: int) -> Iterator[Pace]:
        """Told of every row, so many times."""
        total = times * rows_of(source)
        pace = Pace(sys.stderr, "move", total, lambda: self._clock.monotonic_ns() / 1e9)
        try:
            yield pace
        finally:
            pace.end()


def _source(data: Path, place: Place | None) -> Store | None:
    """The store to be left; None while a server works on it."""
    try:
        return SqliteStore(data / DATABASE) if place is None else open_place(data, place)
    except Fault as fault:
        if fault.code != "database-in-use":
            raise
    except Refusal as refusal:
        if refusal.code != "in-use":
            raise
    return None


@contextmanager
def _target(data: Path, to: str) -> Iterator[Store]:
    """Where it goes; the sealed file of an earlier move makes room."""
    if to != SQLITE:
        with closing(open_store(data, to)) as store:
            yield store
        return
    path = data / DATABASE
    if path.exists() and _is_sealed(path):
        names = (path.with_name(f"{DATABASE}.moved-{number}") for number in count(1))
        path.rename(next(one for one in names if not one.exists()))
    with closing(SqliteStore(path)) as store:
        yield store


def _is_sealed(path: Path) -> bool:
    with closing(SqliteStore(path)) as store:
        return bool(seals.sealed(store))


@contextmanager
def _snapshot(data: Path, place: Place | None) -> Iterator[Store]:
    """What another process writes, as it stands now; of a file a copy, gone afterwards."""
    if place is not None:
        with snapshot_of(data, place) as store:
            yield store
        return
    path = data / DATABASE
    copy = path.with_name(f"{path.name}.snapshot")
    copy.unlink(missing_ok=True)
    take_room(data, (DATABASE,), 1)
    try:
        copy_database(path, copy)
        with closing(SqliteStore(copy)) as store:
            yield store
    finally:
        for rest in path.parent.glob(f"{copy.name}*"):
            rest.unlink()
