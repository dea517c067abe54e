"""The one place that opens PostgreSQL: one connection, its faults, and what happens when it breaks.

A statement outside a transaction is asked again once on a new connection. Inside one nothing is:
what was begun on a lost connection is undone by the server, and its caller hears a Fault. Only when
the connection is lost while COMMIT is on its way, or the server warns that it no longer waited for
the second machine, nobody here knows: Fault ``commit-unknown``, and whoever wants to know asks what
is there.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import RawCursor, errors
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8, Int8BinaryDumper

from server.store.postgres_phrases import numbered
from server.store.postgres_session import STATEMENT_S, Session, conninfo_of
from server.store.protocol import AlreadyThere
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")
AWAY, UNKNOWN = "database-away", "commit-unknown"
_FAULTS: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.DiskFull, "disk-full"),
    (errors.DataCorrupted, "database-corrupt"),
    (errors.IndexCorrupted, "database-corrupt"),
    (errors.InsufficientPrivilege, "database-unreadable"),
    (errors.ReadOnlySqlTransaction, AWAY),
    (errors.LockNotAvailable, "database-busy"),
    (errors.TransactionRollback, "database-busy"),
)

SOON_S = 15.0
"""Longest time a statement may take where next to nothing is asked, at a greeting or whose turn it
is: who stands by waits for nothing else, and would notice a machine that hangs as late as if it had
work on it."""


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
        self._connection: Session | None = None
        self._patience_s = patience_s
        self._writing = self._greeting = False
        self._last: list[tuple[str, Sequence[object]]] = []
        """Statements that go with the COMMIT, and their values."""
        self._warning = ""
        """What the server warned of last."""
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

        def work(connection: Session) -> None:
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
            found = self._carried(lambda connection: connection.begin(begin, asked))
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

    def _carried(self, work: Callable[[Session], T]) -> T:
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

    def _usable(self) -> Session:
        if self._connection is None and self._writing:
            raise Fault(AWAY, "the connection was lost within this transaction")
        connection = self._connection or self._open()
        connection.patience_s = SOON_S if self._greeting else self._patience_s
        return connection

    def _fetched(
        self, connection: Session, statement: str, values: Sequence[object]
    ) -> list[tuple[Any, ...]]:
        return connection.execute(numbered(statement), values, binary=True).fetchall()

    def _open(self) -> Session:
        try:
            self._connection = Session.connect(
                self._conninfo, autocommit=True, cursor_factory=RawCursor, prepare_threshold=2
            )
        except psycopg.Error as error:
            raise Fault(AWAY, _words(error)) from error
        self._connection.adapters.register_dumper(int, Int8BinaryDumper)
        self._connection.add_notice_handler(self._hear)
        self._greeting = True
        try:
            self._greet(self)
        except BaseException:
            self._drop()
            raise
        finally:
            self._greeting = False
        return self._connection

    def _hear(self, notice: errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            self._warning = notice.message_primary or "a warning"

    def _commit(self) -> None:
        connection, self._warning = self._usable(), ""
        if connection.info.transaction_status != TransactionStatus.INTRANS:
            raise Fault("write-failed", "a statement of this transaction failed")
        try:
            connection.commit_with(self._last)
        except psycopg.Error as error:
            failure = self._failed(error)
            if isinstance(failure, Fault) and failure.code == AWAY:
                raise Fault(UNKNOWN, failure.detail) from error
            raise failure from error
        if self._warning:  # committed here, while the wait for the second machine was broken off
            self._drop()
            raise Fault(UNKNOWN, self._warning)

    def _undo(self) -> None:
        # The driver's own ROLLBACK also forgets what it believes to be prepared: of what stood
        # behind a statement that failed in the same round trip the server never heard.
        if self._connection is not None:
            try:
                self._connection.rollback()
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


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Values column by column, as the driver takes them for arrays."""
    return [[_wide(value) for value in column] for column in rows]


def _wide(value: object) -> object:
    """An integer of 64 bits: the driver would choose the narrowest type for an array of them."""
    return Int8(value) if isinstance(value, int) else value


def _words(error: psycopg.Error) -> str:
    """What the database says, in one line; it never says a password."""
    return " ".join(str(error).split())[:300]
