"""A store of plain dicts with the verbs that reading needs: for tests that make thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from server.store.schema import TABLES

Row = dict[str, Any]
T = TypeVar("T")


class DictStore:
    def __init__(self) -> None:
        self._tables: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in TABLES}

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        assert set(row) == set(TABLES[table].names), set(row) ^ set(TABLES[table].names)
        self._tables[table][tuple(row[name] for name in TABLES[table].keys)] = dict(row)

    add = put

    def remove(self, table: str, **equal: object) -> None:
        kept = self._tables[table]
        for key in [key for key, row in kept.items() if _matches(row, equal)]:
            del kept[key]

    def rows(
        self, table: str, *, start: Any = None, stop: Any = None,  # noqa: ANN401
        newest_first: bool = False, limit: int | None = None, **equal: object,
    ) -> list[Row]:  # fmt: skip
        last = TABLES[table].keys[-1]
        found = [
            dict(row)
            for _, row in sorted(self._tables[table].items(), reverse=newest_first)
            if _matches(row, equal)
            and (start is None or row[last] >= start)
            and (stop is None or row[last] < stop)
        ]
        return found[:limit]

    def scan(self, table: str, **equal: object) -> Iterator[Row]:
        return iter(self.rows(table, **cast("Any", equal)))

    def one(self, table: str, **equal: object) -> Row | None:
        return next(self.scan(table, **equal), None)

    def newest(self, table: str, **equal: object) -> Row | None:
        return next(iter(self.rows(table, newest_first=True, **cast("Any", equal))), None)

    def count(
        self, table: str, *, start: int | str | None = None, stop: int | str | None = None,
        **equal: object,
    ) -> int:  # fmt: skip
        return len(self.rows(table, start=start, stop=stop, **cast("Any", equal)))

    def derived(self, tables: tuple[str, ...], key: object, find: Callable[[], T]) -> T:
        del tables, key
        return find()


def _matches(row: Row, equal: Mapping[str, object]) -> bool:
    return all(row[name] == value for name, value in equal.items())
