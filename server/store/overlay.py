"""A store whose projections lie elsewhere: the truth is read where it is, and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from server.store.protocol import AlreadyThere
from server.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from server.store.fleet import Fleet
    from server.store.protocol import Row, Store

T = TypeVar("T")


class Overlay:
    """:class:`server.store.protocol.Store` over two: truth below, projections above."""

    def __init__(self, below: Store, above: Store) -> None:
        """Read everything but projections from ``below``; write only to ``above``."""
        self._below, self._above = below, above

    def _of(self, table: str) -> Store:
        return self._above if TABLES[table].role == "projection" else self._below

    def _written(self, table: str) -> Store:
        if TABLES[table].role != "projection":
            raise AlreadyThere(table)
        return self._above

    @property
    def opened(self) -> int:
        """How often the database below was opened."""
        return self._below.opened

    def looked_through(self) -> None:
        """Look through the one below."""
        self._below.looked_through()

    def transaction(self) -> AbstractContextManager[None]:
        """Of the store above."""
        return self._above.transaction()

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert a row above; AlreadyThere for truth."""
        self._written(table).add(table, row)

    def add_all(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows above; AlreadyThere for truth."""
        self._written(table).add_all(table, rows)

    def add_rows(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows above; AlreadyThere for truth."""
        self._written(table).add_rows(table, rows)

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert or replace a row above; AlreadyThere for truth."""
        self._written(table).put(table, row)

    def remove(self, table: str, **equal: object) -> None:
        """Delete rows above; AlreadyThere for truth."""
        self._written(table).remove(table, **equal)

    def mend_entry(self, origin: str, index: int, leaf: str, data: bytes) -> None:
        """AlreadyThere: truth is not written here."""
        self._written("entries").mend_entry(origin, index, leaf, data)

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
        """Rows, from where the table lies."""
        return self._of(table).rows(
            table, start=start, stop=stop, newest_first=newest_first, limit=limit, **equal
        )

    def scan(self, table: str, **equal: object) -> Iterator[Row]:
        """Rows in a stream, from where the table lies."""
        return self._of(table).scan(table, **equal)

    def one(self, table: str, **equal: object) -> Row | None:
        """A row, from where the table lies."""
        return self._of(table).one(table, **equal)

    def newest(self, table: str, **equal: object) -> Row | None:
        """The newest row, from where the table lies."""
        return self._of(table).newest(table, **equal)

    def count(
        self,
        table: str,
        *,
        start: int | str | None = None,
        stop: int | str | None = None,
        **equal: object,
    ) -> int:
        """How many rows, where the table lies."""
        return self._of(table).count(table, start=start, stop=stop, **equal)

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        """As the store above remembers it: only projections are calm."""
        return self._above.derived(tables, key, find)

    def before_lagging(self, catch_up: Callable[[], None]) -> None:
        """For the store above: the one below is not folded into from here."""
        self._above.before_lagging(catch_up)

    def term(self) -> int:
        """Of the store below."""
        return self._below.term()

    def confirm(self) -> None:
        """Of the store below."""
        self._below.confirm()

    def announce(self, name: str, address: str) -> None:
        """By the store below."""
        self._below.announce(name, address)

    def fleet(self) -> Fleet:
        """Around the store below."""
        return self._below.fleet()

    def check(self) -> list[str]:
        """What is wrong with the database below."""
        return self._below.check()

    def settings(self) -> dict[str, str]:
        """Of the database below."""
        return self._below.settings()

    def close(self) -> None:
        """Nothing: both belong to others."""
