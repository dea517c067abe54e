"""A session of PostgreSQL: how long it is waited for, and what goes to it in one round trip."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import generators
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

T = TypeVar("T")
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
STATEMENT_S = 120.0
"""Longest time a statement may take. The kernel of a machine whose disk hangs still acknowledges
packets: nothing but this notices."""


def conninfo_of(url: str, password: str = "") -> str:
    """The address with our patience; Refusal ``bad-database``, which never repeats the address."""
    more = {"password": password} if password else {}
    try:
        return make_conninfo("", **{**PATIENCE, **more, **conninfo_to_dict(url)})
    except psycopg.ProgrammingError:
        raise Refusal("bad-database", why="this is no address of a database") from None


class _Trip(psycopg.Pipeline):
    """What goes in one round trip: in one piece, and with nothing after its Sync.

    PostgreSQL's clock, by which it ends a silent session, stands still between the first statement
    and the Sync, and after a Flush behind the Sync, as the driver's own pipeline sends it: a
    process that hung there would keep the lease.
    """

    def _communicate_gen(self) -> Generator[Any, Any, None]:
        """Hand over to libpq, which keeps it until the Sync."""
        while self.command_queue:
            self.command_queue.popleft()()
        yield from ()

    def _exit_gen(self) -> Generator[Any, Any, None]:
        self._enqueue_sync()
        yield from self._communicate_gen()
        yield from generators.send(self.pgconn)
        yield from self._fetch_gen(flush=False)


class Session(psycopg.Connection[tuple[Any, ...]]):
    """A connection that is closed when a statement takes too long: its session is not believed."""

    patience_s = STATEMENT_S
    """How long that is."""

    def wait(
        self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None
    ) -> T:
        """Wait as the driver does, with an end. Raises psycopg.OperationalError.

        What the server itself says, as of a full disk, may be heard before the rest of the round
        trip: that is no silence.
        """
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            busy = self.pgconn.transaction_status == TransactionStatus.ACTIVE
            if busy and error.sqlstate is None:
                self.close()
            raise

    def begin(self, begin: str, asked: str) -> list[tuple[Any, ...]]:
        """A transaction, and the answer to its first question, in one round trip."""
        if not asked:
            self.execute(begin)
            return []
        cursor = self.execute(f"{begin}; {asked}", prepare=False)
        cursor.nextset()
        return cursor.fetchall()

    def commit_with(self, last: Sequence[tuple[str, Sequence[object]]]) -> None:
        """The last statements and the COMMIT in one round trip: what one raises, undoes it all."""
        with self._trip() if last else nullcontext():
            for statement, values in last:
                self.execute(statement, values)
            done = self.execute("COMMIT")
        if done.statusmessage != "COMMIT":  # as ROLLBACK, which is no error to the server
            raise psycopg.InternalError(f"COMMIT was answered with {done.statusmessage}")

    @contextmanager
    def _trip(self) -> Iterator[None]:
        self._pipeline = _Trip(self)
        with self.pipeline():
            yield
