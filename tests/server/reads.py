"""What is read of a store: how many rows of which table, asked for in which way."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from server.store.protocol import Row, Store


class Read(NamedTuple):
    """One question, and how many rows answered it."""

    table: str
    asked: dict[str, Any]
    rows: int


def watched(store: Store, patch: pytest.MonkeyPatch) -> list[Read]:
    """Every question from now on for rows, for the only one and for the newest."""
    told: list[Read] = []
    rows = store.rows

    def read(table: str, **asked: Any) -> list[Row]:  # noqa: ANN401 - as the verb takes them
        found = rows(table, **asked)
        told.append(Read(table, asked, len(found)))
        return found

    patch.setattr(store, "rows", read)
    return told


def rows_of(told: list[Read], *tables: str) -> int:
    """How many rows of these tables were read."""
    return sum(one.rows for one in told if one.table in tables)
