"""What the server asks of a database: a few verbs over the tables of :mod:`server.store.schema`.

No SQL leaves ``server.store``: SQLite and PostgreSQL stand behind the same verbs, and one suite of
tests holds for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from server.store.fleet import Fleet

T = TypeVar("T")
Row = dict[str, Any]
"""One row by column name: str, int, bytes or None."""


class AlreadyThere(Exception):
    """A row with that key exists in a table where rows are never replaced."""


class Unfit(Refusal):
    """A row that not every engine keeps as it is: it is refused before any sees it."""

    def __init__(self, table: str, column: str) -> None:
        """The ``column`` of that ``table`` does not take the value."""
        super().__init__("unfit-value", why=f"{table}.{column}")


class Store(Protocol):
    """A transactional store of rows. All calls come from one thread."""

    @property
    def opened(self) -> int:
        """How often the database was opened: it may have been again after a write that failed."""

    def looked_through(self) -> None:
        """Look through what was too long for that when it was opened, if it is ours to do.

        The one verb for any thread. Raises Fault ``database-corrupt`` and others.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, durable when it ends; entering again inside joins the outer one."""

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert a row; :class:`AlreadyThere` if its key exists, Unfit if it cannot be kept.

        Inside a transaction AlreadyThere may come later, at its end at the latest; whoever
        catches it on the way gets it again at the end: that transaction does not stand.
        """

    def add_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert many rows of the same columns; all or none inside a transaction."""

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows given as values in column order; otherwise as :meth:`add_all`."""

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row (projections and sessions only); Unfit as :meth:`add`."""

    def remove(self, table: str, **equal: object) -> None:
        """Delete the rows that match (projections and sessions only)."""

    def mend_entry(self, origin: str, index: int, leaf: str, data: bytes) -> None:
        """Put back an entry that the disk spoilt; the caller proved it to be the one accepted."""

    def rows(
        self,
        table: str,
        *,
        start: int | str | None = None,
        stop: int | str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> list[Row]:
        """Rows that match, by key (text by its UTF-8 bytes); ``start <= last key column < stop``.

        Unfit for a bound that the column cannot hold.
        """

    def scan(self, table: str, **equal: object) -> Iterator[Row]:
        """The same rows in a stream; nothing may be written meanwhile."""

    def one(self, table: str, **equal: object) -> Row | None:
        """The only (or first, by key) row that matches, or None."""

    def newest(self, table: str, **equal: object) -> Row | None:
        """The matching row with the greatest key, or None."""

    def count(
        self,
        table: str,
        *,
        start: int | str | None = None,
        stop: int | str | None = None,
        **equal: object,
    ) -> int:
        """How many rows match; ``start <= last key column < stop``."""

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        """What ``find`` reads from these tables, remembered by ``key`` until one is written to.

        Everybody gets the same: it is not to be changed.
        """

    def before_lagging(self, catch_up: Callable[[], None]) -> None:
        """Have ``catch_up`` called before any table that lags is read: the one door to them."""

    def term(self) -> int:
        """Which holder of the lease this is; 0 where a database has only one process."""

    def confirm(self) -> None:
        """Hear from the database that nobody else serves: Fault, Refusal ``in-use``."""

    def announce(self, name: str, address: str) -> None:
        """Say who answers, and where, to servers that stand by; nothing to say: empty."""

    def fleet(self) -> Fleet:
        """Which servers live, who serves, and the database's copies; nothing of a single file."""

    def check(self) -> list[str]:
        """What the database itself finds wrong with its file; empty when sound."""

    def settings(self) -> dict[str, str]:
        """The settings that decide whether what is confirmed outlives a power cut."""

    def close(self) -> None:
        """Release the database and its lock."""
