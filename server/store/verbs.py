"""What both stores have in common: the verbs, what is remembered, and what is held back.

An engine adds how a transaction, a batch of rows and a question are carried out, no more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from server.store import fitting
from server.store.phrases import How, delete, select, tally
from server.store.protocol import AlreadyThere, Row
from server.store.remembered import Remembered
from server.store.schema import TABLES
from server.store.unwritten import Unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from server.store.unwritten import Row as Values
    from server.store.unwritten import Verb

T = TypeVar("T")


class Verbs(ABC):
    """:class:`server.store.protocol.Store` over an engine's few methods."""

    def __init__(self) -> None:
        """Nothing is remembered, nothing held back."""
        self._depth = 0
        self._doomed: AlreadyThere | None = None
        self._catch_up: Callable[[], None] = _nothing
        self._remembered, self._unwritten = Remembered(), Unwritten(self._write)

    @abstractmethod
    def _atomic(self) -> AbstractContextManager[None]:
        """One transaction of the engine, durable when it ends. Raises Fault."""

    @abstractmethod
    def _write(self, table: str, verb: Verb, rows: Sequence[Values]) -> None:
        """Insert rows, or insert or replace them, within a transaction; AlreadyThere."""

    def _write_last(self, table: str, verb: Verb, rows: Sequence[Values]) -> None:
        """The same, of what is left at the end of a transaction: an engine may do it with that."""
        self._write(table, verb, rows)

    @abstractmethod
    def _asked(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """What the engine answers. Raises Fault."""

    @abstractmethod
    def _change(self, statement: str, values: Sequence[object]) -> None:
        """Carry a statement out."""

    @abstractmethod
    def _stream(self, table: str, names: tuple[str, ...], values: Values) -> Iterator[Values]:
        """Rows whose columns equal the values, by key, not all in memory. Raises Fault."""

    @property
    def opened(self) -> int:
        """How often the database was opened."""
        return 1

    def looked_through(self) -> None:  # noqa: B027 - of some engines nothing is to be done
        """Look through what was not when it was opened; a server of its own does so itself."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when it ends; entering again inside joins the outer one."""
        if self._depth:
            yield
            return
        try:
            with self._atomic():
                self._depth = 1
                yield
                self._end()
        except BaseException:
            self._remembered.forget_all()
            self._unwritten.forget()
            raise
        finally:
            self._depth, self._doomed = 0, None

    def _end(self) -> None:
        """Write what is held back; who met a key that is there already gets that again."""
        if self._doomed is not None:
            raise self._doomed
        self._unwritten.hand_all_over(self._write_last)

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert a row; :class:`AlreadyThere` if its key exists."""
        self.add_all(table, [row])

    def add_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert many rows."""
        names = TABLES[table].names
        self.add_rows(table, [[row[name] for name in names] for row in rows])

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows given as values in column order."""
        fit = fitting.fitted(table, list(rows))
        self._remembered.forget_rows(table)
        self._take(table, "add", fit)

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row of a table that is not truth."""
        spec = TABLES[table]
        if spec.role == "truth":
            raise AlreadyThere(table)
        fit = fitting.fitted(table, [[row[name] for name in spec.names]])
        self._take(table, "put", fit)
        if spec.near:
            self._remembered.wrote(
                table, fit[0][: spec.key], dict(zip(spec.names, fit[0], strict=True))
            )

    def _take(self, table: str, verb: Verb, rows: Sequence[Values]) -> None:
        if not self._depth:
            with self.transaction():  # of its own
                self._take(table, verb, rows)
            return
        self._remembered.forget(table)
        try:
            self._unwritten.add(table, verb, rows)
        except AlreadyThere as error:
            self._doomed = error
            raise

    def remove(self, table: str, **equal: object) -> None:
        """Delete the rows that match, in a table that is not truth."""
        if TABLES[table].role == "truth":
            raise AlreadyThere(table)
        values = fitting.asked(table, equal)
        with self.transaction():  # one of its own, unless one is open
            self._remembered.forget(table)
            self._remembered.forget_rows(table)
            self._hand_over(table)
            if values is not None:
                self._change(delete(table, tuple(equal)), values)

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
        """Rows that match, by key; ``start <= last key column < stop``."""
        spec = TABLES[table]
        if spec.lags:
            self._catch_up()
        fitting.check_bounds(table, start, stop)
        values = fitting.asked(table, equal)
        if values is None:
            return []
        how: How = (start is not None, stop is not None, newest_first, limit is not None)
        more = [bound for bound in (start, stop, limit) if bound is not None]
        found = self._answer(table, select(table, tuple(equal), how), (*values, *more))
        names = spec.names
        return [dict(zip(names, row, strict=True)) for row in found]

    def scan(self, table: str, **equal: object) -> Iterator[Row]:
        """The same rows in a stream; nothing may be written meanwhile."""
        spec = TABLES[table]
        if spec.lags:
            self._catch_up()
        self._hand_over(table)
        values = fitting.asked(table, equal)
        if values is not None:
            for row in self._stream(table, tuple(equal), values):
                yield dict(zip(spec.names, row, strict=True))

    def one(self, table: str, **equal: object) -> Row | None:
        """The first row, by key, that matches; None if there is none."""
        if TABLES[table].near and tuple(equal) == TABLES[table].keys:
            return self._remembered.row(
                table, tuple(equal.values()), lambda: self._first(table, equal)
            )
        return self._first(table, equal)

    def _first(self, table: str, equal: Mapping[str, object]) -> Row | None:
        found = self.rows(table, limit=1, **equal)  # type: ignore[arg-type]
        return found[0] if found else None

    def newest(self, table: str, **equal: object) -> Row | None:
        """The matching row with the greatest key; None if there is none."""
        found = self.rows(table, newest_first=True, limit=1, **equal)  # type: ignore[arg-type]
        return found[0] if found else None

    def count(
        self,
        table: str,
        *,
        start: int | str | None = None,
        stop: int | str | None = None,
        **equal: object,
    ) -> int:
        """How many rows match; ``start <= last key column < stop``."""
        if TABLES[table].lags:
            self._catch_up()
        fitting.check_bounds(table, start, stop)
        values = fitting.asked(table, equal)
        if values is None:
            return 0
        statement = tally(table, tuple(equal), (start is not None, stop is not None))
        more = [bound for bound in (start, stop) if bound is not None]
        return int(self._answer(table, statement, (*values, *more))[0][0])

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        """What ``find`` reads from these tables, remembered by ``key`` until one is written to."""
        if any(TABLES[table].lags for table in tables):
            self._catch_up()
        return self._remembered.derived(tables, key, find)

    def before_lagging(self, catch_up: Callable[[], None]) -> None:
        """Have ``catch_up`` called before any table that lags is read."""
        self._catch_up = catch_up

    def _answer(self, table: str, statement: str, values: tuple[object, ...]) -> list[Any]:
        if not TABLES[table].calm:
            return self._told(table, statement, values)
        return self._remembered.answer(
            table, (statement, values), lambda: self._told(table, statement, values)
        )

    def _told(self, table: str, statement: str, values: tuple[object, ...]) -> list[Any]:
        """What the engine answers of a table, all that was written to it handed over."""
        self._hand_over(table)
        return self._asked(statement, values)

    def _hand_over(self, table: str) -> None:
        """Whoever asks a table has what is held back of it written first."""
        if table not in self._unwritten:
            return
        try:
            self._unwritten.hand_over(table)
        except AlreadyThere as error:
            self._doomed = error
            raise


def _nothing() -> None:
    """Nobody folds into this store."""
