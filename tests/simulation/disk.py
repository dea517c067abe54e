"""A machine's disk: what a statement may meet, and whole images that are kept and put back.

A power cut is raised *through* the program at a statement, so that the transaction under way is
lost and nothing else runs; what was committed stays. Refusals are the engine's own errors, raised
where the engine raises them, so that the product's handling is the real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.store.sqlite import SqliteStore
from sync.engine import Connection, Rows
from sync.faults import Fault
from sync.sqlite import DatabaseError
from tests.databases import WrittenOneWay
from tests.simulation.troubles import Trouble, Troubles
from tests.simulation.world import MINUTE, World

Image = dict[str, bytes]
"""A machine's files by name, as they lay on its disk."""
KEYS = 0o600


class PowerCut(BaseException):
    """The machine lost its power here. Not an Exception: no program may catch it."""


class Disk:
    """What happens at the statements of one machine."""

    def __init__(self, world: World, troubles: Troubles, who: str, kinds: DiskKinds) -> None:
        """``kinds``: which faults this machine's disk and power may have."""
        self._world, self._troubles, self._who, self._kinds = world, troubles, who, kinds
        self._full_until = 0
        self.armed = False
        """Faults happen only while the machine works, not while it is set up or examined."""

    def statement(self) -> None:
        """Before a statement that writes: PowerCut or the engine's error, or nothing."""
        if not self.armed:
            return
        if self._strikes(self._kinds.cut):
            raise PowerCut
        if self._strikes(self._kinds.full):
            minutes = self._troubles.random.randint(1, 20)
            self._full_until = self._world.now_ns + minutes * MINUTE
        if self._troubles.on and self._world.now_ns < self._full_until:
            raise DatabaseError("database or disk is full")
        if self._strikes(self._kinds.failed):
            raise DatabaseError("disk I/O error")

    def before_commit(self) -> None:
        """The last moment at which nothing is kept."""
        self.statement()

    def after_commit(self) -> bool:
        """All is kept, nobody knows yet: PowerCut, or True if the commit is reported as failed."""
        if not self.armed:
            return False
        if self._strikes(self._kinds.cut):
            raise PowerCut
        return self._strikes(self._kinds.kept)

    def _strikes(self, kind: Trouble | None) -> bool:
        return kind is not None and self._troubles.strikes(kind, self._who)


class DiskKinds:
    """The faults of a kind of machine; None for what it does not have."""

    def __init__(
        self,
        cut: Trouble,
        failed: Trouble,
        full: Trouble | None = None,
        kept: Trouble | None = None,
    ) -> None:
        """Power cut, refused write, full disk, a failed commit that was kept."""
        self.cut, self.failed, self.full, self.kept = cut, failed, full, kept


TERMINAL = DiskKinds(
    Trouble.POWER_CUT, Trouble.WRITE_FAILED, Trouble.DISK_FULL, Trouble.KEPT_AFTER_ALL
)
SERVER = DiskKinds(Trouble.SERVER_CRASH, Trouble.SERVER_WRITE_FAILED)


class Tripwire:
    """An engine's connection whose statements may meet something."""

    def __init__(self, connection: Connection, disk: Disk) -> None:
        """Around ``connection``."""
        self._connection, self._disk = connection, disk

    @property
    def in_transaction(self) -> bool:
        """As the connection says."""
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Iterable[object] = (), /) -> Rows:
        """Run one statement, if the disk lets it."""
        self._disk.statement()
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Iterable[object]], /) -> Rows:
        """Run one statement for each row, if the disk lets it."""
        self._disk.statement()
        return self._connection.executemany(sql, parameters)

    def close(self) -> None:
        """Close it."""
        self._connection.close()


class TerminalDatabase(WrittenOneWay):
    """The station's database on a simulated disk."""

    def __init__(self, path: Path, disk: Disk) -> None:
        """Open ``path``; the run owns the file, so nothing is locked."""
        self._disk = disk
        super().__init__(path, None)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, with everything that can come between its statements."""
        with super().write() as connection:
            yield Tripwire(connection, self._disk)
            self._disk.before_commit()
        if self._disk.after_commit():
            self._drop()
            raise Fault("write-failed", "reported as failed, and kept all the same")


class SiteStore(SqliteStore):
    """The server's store on a simulated disk."""

    def __init__(self, path: Path, disk: Disk) -> None:
        """Open ``path``."""
        self._disk = disk
        super().__init__(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, with a crash just before or just after the commit."""
        with super().transaction():
            yield
            self._disk.before_commit()
        self._disk.after_commit()

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows."""
        self._disk.statement()
        super().add_rows(table, rows)

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row."""
        self._disk.statement()
        super().put(table, row)


def image_of(folder: Path) -> Image:
    """The files of a machine that is switched off."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def put_back(folder: Path, image: Image) -> None:
    """Make a machine's disk what the image says, and nothing else."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for name, data in image.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=KEYS)
        path.write_bytes(data)
