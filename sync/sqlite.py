"""The one place that opens databases: one engine, one process, one connection, WAL, FULL."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pysqlite3

from sync import files
from sync.engine import Connection, fault_of
from sync.faults import Fault
from sync.file_lock import locked_file

if TYPE_CHECKING:
    import sqlite_utils

DatabaseError: type[Exception] = pysqlite3.Error
"""What the engine raises: for the few callers that must let it pass."""

VERSION_FLOOR = (3, 51, 3)
"""Older ones can corrupt a WAL database."""
BUSY_MS = 5_000
_READABLE_STILL = frozenset({"write-failed", "disk-full", "disk-read-only", "database-unreadable"})
"""Faults of a disk that refuses writes."""
WAL_PAGES = 1_000
"""Between checkpoints, unless asked for otherwise: the engine's own default."""
CACHE_KIB = 32 * 1024
"""Most memory for pages: the engine's own 2 MB are fewer than a group of pushes touches."""
CHECKED_AT_ONCE = 64 * 1024 * 1024
"""Bytes; a longer database is not looked through before it is used, if its owner does so beside."""
LEAST_FREE = 64 * 1024
"""Bytes; with less on the disk the engine cannot even open its WAL."""


def assert_engine() -> None:
    """Raise Fault ``sqlite-too-old`` unless the engine is at or above the floor."""
    if pysqlite3.sqlite_version_info < VERSION_FLOOR:
        raise Fault("sqlite-too-old", pysqlite3.sqlite_version)


def engine_version() -> str:
    """The version of the SQLite engine in this process."""
    return str(pysqlite3.sqlite_version)


class Database:
    """A database file owned by this process; use ``open_database``."""

    def __init__(
        self,
        path: Path,
        lock: IO[bytes] | None,
        wal_pages: int = WAL_PAGES,
        *,
        beside: bool = False,
    ) -> None:
        """Open ``path``; ``lock`` is held until ``close``; ``beside``: see ``open_database``."""
        self.path, self._wal_pages, self._beside = path, wal_pages, beside
        self._lock = lock
        self._connection: Connection | None = None
        self._closed = False
        self.opened = 0
        """How often it was opened: who remembers what it read looks again when this moves."""
        self._refused: Fault | None = None
        self._reopen_whole()

    @property
    def connection(self) -> Connection:
        """The one connection; after a failed write a new one, checked. Raises Fault."""
        if self._connection is None:
            self.reopen()
        return cast("Connection", self._connection)

    @property
    def dropped(self) -> bool:
        """True after a failed write, until the next use or ``reopen``."""
        return self._connection is None

    @property
    def tables(self) -> sqlite_utils.Database:
        """The same connection as a sqlite-utils database, for reading and for store tables."""
        import sqlite_utils  # noqa: PLC0415 - takes a quarter of a second, and is seldom wanted

        return sqlite_utils.Database(cast("Any", self.connection))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction (BEGIN IMMEDIATE): all or nothing; engine errors are Faults.

        A failed commit is never tried again on the same connection: it is dropped.
        """
        connection = self._writable()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except pysqlite3.Error as error:
            raise self._failed(connection, error) from error
        except BaseException:
            self._undo(connection, drop=False)
            raise

    def write_one(self, statement: str, values: Iterable[object]) -> None:
        """One statement as a transaction of its own; otherwise as ``write``, with less ado."""
        connection = self._writable()
        try:
            connection.execute(statement, values)
        except pysqlite3.Error as error:
            raise self._failed(connection, error) from error

    def _writable(self) -> Connection:
        if self._refused is not None:
            self._reopen_whole()
        return self.connection

    def _failed(self, connection: Connection, error: Exception) -> Fault:
        fault = self._fault_of(error)
        self._undo(connection, drop=fault.code != "database-busy")
        return fault

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """The connection for reading; engine errors become Faults."""
        try:
            yield self.connection
        except pysqlite3.Error as error:
            raise self._fault_of(error) from error

    def _fault_of(self, error: Exception) -> Fault:
        """The Fault; a plain I/O error may be a full disk (the WAL's index) or a read-only one."""
        fault = fault_of(error)
        if fault.code == "write-failed" and files.read_only(self.path.parent):
            return Fault("disk-read-only", fault.detail)
        if fault.code == "write-failed" and self._free() < LEAST_FREE:
            return Fault("disk-full", fault.detail)
        return fault

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self.path.parent).free
        except OSError:
            return LEAST_FREE

    def _undo(self, connection: Connection, *, drop: bool) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except pysqlite3.Error:
            drop = True
        if drop:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(pysqlite3.Error):  # it is being dropped because it is not to be trusted
                connection.close()

    @property
    def refused(self) -> Fault | None:
        """Why nothing can be written now; what is kept can be read all the same."""
        return self._refused

    def reopen(self) -> None:
        """Open again and check. Raises Fault ``database-corrupt`` and others.

        While the disk refuses to be written to, the database is open for reading only; each
        ``write`` tries again.
        """
        if self._closed:
            raise Fault("database-unreadable", "it was closed")
        try:
            self._reopen_whole()
        except Fault as fault:
            if fault.code not in _READABLE_STILL:
                raise
            self._refused = fault
            try:
                self._connection = _unshared(self.path)
            except pysqlite3.Error as error:
                raise fault from error
            self.opened += 1

    def _reopen_whole(self) -> None:
        self._drop()
        self._refused = None
        self._connection = self._opened()
        self.opened += 1

    def _opened(self) -> Connection:
        try:
            connection = cast("Connection", pysqlite3.connect(
                str(self.path), isolation_level=None, check_same_thread=False,
                timeout=BUSY_MS / 1000,
            ))  # fmt: skip
        except pysqlite3.Error as error:
            raise self._fault_of(error) from error
        try:
            _prepare(connection, self._wal_pages)
            if not (self._beside and self._long):
                look_through(connection)
        except pysqlite3.Error as error:
            connection.close()
            raise self._fault_of(error) from error
        except Fault:
            connection.close()
            raise
        return connection

    @property
    def _long(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > CHECKED_AT_ONCE

    def looked_through(self) -> None:
        """Look a long database through, over a connection of its own. Any thread.

        Raises Fault ``database-corrupt`` and others.
        """
        if not (self._beside and self._long):
            return  # that was done when it was opened
        try:
            connection = _reader(self.path, "")
            try:
                look_through(connection)
            finally:
                connection.close()
        except pysqlite3.Error as error:
            raise self._fault_of(error) from error

    def close(self) -> None:
        """Close the connection and let another process in."""
        self._closed = True
        self._drop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _prepare(connection: Connection, wal_pages: int) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode not in ("wal", "memory"):
        raise Fault("database-unreadable", f"journal mode {mode}, not WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={wal_pages}")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")


def look_through(connection: Connection) -> None:
    """Every page, as the engine looks at them: seconds for a long one. Fault if one is wrong."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Fault("database-corrupt", str(found))


def open_database(
    path: Path | str, wal_pages: int = WAL_PAGES, *, beside: bool = False
) -> Database:
    """Open (or make) the database at ``path`` for this process alone; ``:memory:`` for tests.

    ``wal_pages``: how long the WAL gets before it is copied into the file, in pages of 4 KB. With
    ``beside`` the owner of a long one has it looked through beside its work
    (:meth:`Database.looked_through`), each time it was opened.
    Raises Fault ``database-in-use``, ``database-corrupt``, ``database-unreadable`` or
    ``sqlite-too-old``. One Database per file and process; use it from one thread at a time.
    """
    assert_engine()
    if str(path) == ":memory:":
        return Database(Path(":memory:"), None)
    path = Path(path)
    lock = locked_file(path.with_name(path.name + ".lock"))
    try:
        return Database(path, lock, wal_pages, beside=beside)
    except Fault:
        lock.close()
        raise


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A connection that only reads ``path``: evidence is not touched, no lock is taken.

    Works on a medium that cannot be written to. Raises Fault; ``database-unreadable`` if there is
    no such file.
    """
    assert_engine()
    try:
        connection = _read_only(path)
        try:
            yield connection
        finally:
            connection.close()
    except pysqlite3.Error as error:
        raise fault_of(error) from error


def _read_only(path: Path) -> Connection:
    """Reads through the WAL if there is one; else the file alone, as it lies there."""
    wal = path.with_name(path.name + "-wal")
    if not wal.exists() or wal.stat().st_size == 0:
        return _reader(path, "immutable=1")
    try:
        return _reader(path, "")
    except pysqlite3.Error:  # its index cannot be made beside it: the medium refuses writes
        return _unshared(path)


def _unshared(path: Path) -> Connection:
    """Reads database and WAL where nothing can be written, and so nobody else writes.

    The WAL's index is kept in this process's memory and no lock is asked for. ``immutable=1``
    would do as well, but leaves the WAL out, and with it the newest records.
    """
    vfs = "win32-none" if sys.platform == "win32" else "unix-none"
    return _reader(path, f"vfs={vfs}", "PRAGMA locking_mode=EXCLUSIVE")


def _reader(path: Path, how: str, *pragmas: str) -> Connection:
    connection = cast("Connection", pysqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&{how}", uri=True, isolation_level=None,
        check_same_thread=False, timeout=BUSY_MS / 1000,
    ))  # fmt: skip
    try:
        for pragma in (*pragmas, "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON"):
            connection.execute(pragma)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except pysqlite3.Error:
        connection.close()
        raise
    return connection


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database that another process may be writing. Raises Fault.

    Never call it in a process that has ``source`` open: closing a second handle there would drop
    the first one's locks.
    """
    assert_engine()
    try:
        with (
            closing(pysqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            closing(pysqlite3.connect(str(target))) as there,
        ):
            here.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            here.backup(there)
    except pysqlite3.Error as error:
        raise fault_of(error) from error
