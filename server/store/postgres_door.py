"""The one place that opens PostgreSQL: one connection, its faults, and what happens when it breaks.

A statement outside a transaction is asked again once on a new connection. Inside one nothing is:
what was begun on a lost connection is undone by the server, and its caller hears a Fault. Only when
the connection is lost while COMMIT is on its way nobody here knows: Fault ``commit-unknown``, and
whoever wants to know asks what is there.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import RawCursor, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8, Int8BinaryDumper

from server.store.postgres_phrases import numbered
from server.store.protocol import AlreadyThere
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    Connection = psycopg.Connection[tuple[Any, ...]]

T = TypeVar("T")
AWAY, UNKNOWN = "database-away", "commit-unknown"
PATIENCE: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "lotbook-server",
}
"""Unless the address says otherwise: seconds until a silent database counts as away (tcp_user in
milliseconds)."""
_FAULTS: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.DiskFull, "disk-full"),
    (errors.DataCorrupted, "database-corrupt"),
    (errors.IndexCorrupted, "database-corrupt"),
    (errors.InsufficientPrivilege, "database-unreadable"),
    (errors.ReadOnlySqlTransaction, AWAY),
    (errors.LockNotAvailable, "database-busy"),
    (errors.TransactionRollback, "database-busy"),
)


STATEMENT_S = 120.0
"""Longest time a statement may take. The kernel of a machine whose disk hangs still acknowledges
packets: nothing but this notices."""
SOON_S = 15.0
"""The same where next to nothing is asked, at a greeting or whose turn it is: who stands by waits
for nothing else, and would notice a machine that hangs as late as if it had work on it."""


class Patient(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed when a statement takes too long: its session is not believed."""

    patience_s = STATEMENT_S
    """How long that is."""

    def wait(
        self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None
    ) -> T:
        """Wait as the driver does, with an end. Raises psycopg.OperationalError."""
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def conninfo_of(url: str, password: str = "") -> str:
    """The address with our patience; Refusal ``bad-database``, which never repeats the address."""
    more = {"password": password} if password else {}
    try:
        return make_conninfo("", **{**PATIENCE, **more, **conninfo_to_dict(url)})
    except psycopg.ProgrammingError:
        raise Refusal("bad-database", why="this is no address of a database") from None


class Door:
    """A connection, opened again when it was lost; use it from one thread."""

    def __init__(
        self,
        url: str,
        greet: Callable[[Door], None],
        password: str = "",
        patience_s: float = STATEMENT_S,
    ) -> None:
        """At ``url``; ``greet`` looks at each new connection before anybody else uses it.

        ``patience_s``: the longest a statement may take, once the connection was greeted.

        Raises Refusal ``bad-database`` if nobody answers there or lets us in, and what ``greet``
        raises.
        """
        self._conninfo, self._greet = conninfo_of(url, password), greet
        self._connection: Patient | None = None
        self._patience_s = patience_s
        self._writing = self._greeting = False
        self._last: list[tuple[str, Sequence[object]]] = []
        """Statements that go with the COMMIT, and their values."""
        try:
            self._open()
        except Fault as fault:
            raise Refusal("bad-database", why=fault.detail) from None

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of the answer. Raises Fault, AlreadyThere."""
        return self._carried(lambda connection: self._fetched(connection, statement, values))

    def do(self, statement: str, values: Sequence[object] = ()) -> None:
        """Carry a statement out. Raises Fault, AlreadyThere."""
        self._carried(lambda connection: connection.execute(numbered(statement), values))

    def do_last(self, statement: str, values: Sequence[object]) -> None:
        """Carry it out with the COMMIT of this transaction, which then raises what it raises."""
        self._last.append((numbered(statement), values))

    def copy(self, statement: str, types: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """COPY rows in, in the binary format. Raises Fault, AlreadyThere."""

        def work(connection: Connection) -> None:
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)

        self._carried(work)

    @contextmanager
    def soon(self) -> Iterator[None]:
        """Within it nothing is asked that takes time: a silent database counts as away sooner."""
        before, self._patience_s = self._patience_s, min(SOON_S, self._patience_s)
        try:
            yield
        finally:
            self._patience_s = before

    @contextmanager
    def write(self, begin: str = "BEGIN", asked: str = "") -> Iterator[list[tuple[Any, ...]]]:
        """One transaction: all or nothing, durable when it ends.

        ``asked``: its first question, which goes with the beginning; what is answered.
        """
        self._last = []
        try:
            found = self._carried(lambda connection: _begun(connection, begin, asked))
            self._writing = True
            yield found
            self._commit()
        except BaseException:
            self._undo()
            raise
        finally:
            self._writing = False

    def close(self) -> None:
        """Close the connection: what it held is let go."""
        self._drop()

    def _carried(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives; on a connection lost outside a transaction, once more on another."""
        once_more = not (self._writing or self._greeting)
        try:
            return work(self._usable())
        except psycopg.Error as error:
            failure = self._failed(error)
            if not (once_more and isinstance(failure, Fault) and failure.code == AWAY):
                raise failure from error
        try:
            return work(self._usable())
        except psycopg.Error as error:
            raise self._failed(error) from error

    def _usable(self) -> Connection:
        if self._connection is None and self._writing:
            raise Fault(AWAY, "the connection was lost within this transaction")
        connection = self._connection or self._open()
        connection.patience_s = SOON_S if self._greeting else self._patience_s
        return connection

    def _fetched(
        self, connection: Connection, statement: str, values: Sequence[object]
    ) -> list[tuple[Any, ...]]:
        return connection.execute(numbered(statement), values, binary=True).fetchall()

    def _open(self) -> Patient:
        try:
            self._connection = Patient.connect(
                self._conninfo, autocommit=True, cursor_factory=RawCursor, prepare_threshold=2
            )
        except psycopg.Error as error:
            raise Fault(AWAY, _words(error)) from error
        self._connection.adapters.register_dumper(int, Int8BinaryDumper)
        self._greeting = True
        try:
            self._greet(self)
        except BaseException:
            self._drop()
            raise
        finally:
            self._greeting = False
        return self._connection

    def _commit(self) -> None:
        connection = self._usable()
        if connection.info.transaction_status != TransactionStatus.INTRANS:
            raise Fault("write-failed", "a statement of this transaction failed")
        try:
            _committed(connection, self._last)
        except psycopg.Error as error:
            failure = self._failed(error)
            if isinstance(failure, Fault) and failure.code == AWAY:
                raise Fault(UNKNOWN, failure.detail) from error
            raise failure from error

    def _undo(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute("ROLLBACK")
            except psycopg.Error:
                self._drop()

    def _failed(self, error: psycopg.Error) -> Fault | AlreadyThere:
        """What the error means; a lost connection is dropped."""
        if isinstance(error, errors.UniqueViolation):
            return AlreadyThere(error.diag.table_name or "")
        connection = self._connection
        if connection is None or connection.closed or connection.broken:
            self._drop()
            return Fault(AWAY, _words(error))
        for kind, code in _FAULTS:
            if isinstance(error, kind):
                return Fault(code, _words(error))
        return Fault("write-failed", _words(error))

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):  # it is being dropped because it is not to be trusted
                connection.close()


def _begun(connection: Connection, begin: str, asked: str) -> list[tuple[Any, ...]]:
    """A transaction, and the answer to its first question, in one round trip."""
    if not asked:
        connection.execute(begin)
        return []
    cursor = connection.execute(f"{begin}; {asked}", prepare=False)
    cursor.nextset()
    return cursor.fetchall()


def _committed(connection: Connection, last: Sequence[tuple[str, Sequence[object]]]) -> None:
    """The last statements and the COMMIT in one round trip: what one raises, undoes it all."""
    if not last:
        connection.execute("COMMIT")
        return
    with connection.pipeline():
        for statement, values in last:
            connection.execute(statement, values)
        connection.execute("COMMIT")


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Values column by column, as the driver takes them for arrays."""
    return [[_wide(value) for value in column] for column in rows]


def _wide(value: object) -> object:
    """An integer of 64 bits: the driver would choose the narrowest type for an array of them."""
    return Int8(value) if isinstance(value, int) else value


def _words(error: psycopg.Error) -> str:
    """What the database says, in one line; it never says a password."""
    return " ".join(str(error).split())[:300]
