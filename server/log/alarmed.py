"""The alarms that nobody closed: they are few, however many there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.store.protocol import Row, Store


def open_alarms(store: Store, code: str, about: str = "") -> list[Row]:
    """Those of a code, oldest first; of one matter if it is named."""
    if about:
        return _rows(store, store.rows("open_alarms", code=code, about=about))
    return _rows(store, store.rows("open_alarms", code=code))


def all_open(store: Store) -> list[Row]:
    """Those of every code, oldest first."""
    return _rows(store, store.rows("open_alarms"))


def _rows(store: Store, found: list[Row]) -> list[Row]:
    rows = (store.one("alarms", idx=index) for index in sorted(one["idx"] for one in found))
    return [row for row in rows if row is not None]
