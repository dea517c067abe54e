"""Reading the projections row by row into what the genealogy is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from server.trace.graph.facts import About, Edge, Line, Source, Unit
from server.trace.reach import LotId, ShipmentLine
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.store.protocol import Row, Store

PAGE = 5_000
"""Rows read without a pause: some tens of milliseconds of the event loop."""


def job(store: Store, name: str) -> tuple[list[Edge], list[Unit]]:
    """What went into a job order's lot, and the units made; nothing if nobody knows the order."""
    row = store.one("jobs", id=name)
    if row is None:
        return [], []
    lot = LotId(row["item"], row["lot"])
    known = {
        (one["origin"], one["idx"]): int(one["global_index"])
        for one in store.rows("records", job_order=name)
    }
    edges = [_used(one, lot, known) for one in store.rows("consumption", job=name)]
    units: dict[str, Unit] = {}
    for one in store.rows("production", job=name):  # a refused one was made all the same
        made = Unit(lot, one["serial"], one["wall"], known[one["origin"], one["idx"]], name)
        units.setdefault(made.serial, made)
    return edges, list(units.values())


def _used(row: Row, lot: LotId, known: dict[tuple[str, int], int]) -> Edge:
    place = row["origin"], row["idx"]
    said = (row["operation"], row["person"], row["station"], *place)
    source = Source("consumed", row["job"], *said, effect=bool(row["effect"]))
    parent = LotId(row["item"], row["lot"])
    return Edge(parent, lot, row["quantity"], row["unit"], row["wall"], known[place], source)


def statement(store: Store, index: int) -> tuple[list[Edge], list[Line]]:
    """What a statement about shipments, returns, splits or merges says."""
    edges = [_transformed(row) for row in store.rows("transforms", idx=index)]
    return edges, [_line(row) for row in store.rows("shipment_lines", idx=index)]


def statements(store: Store) -> set[int]:
    """Indices of all such statements."""
    tables = ("transforms", "shipment_lines")
    return {int(row["idx"]) for table in tables for row in store.rows(table)}


def _transformed(row: Row) -> Edge:
    source = Source(row["kind"], person=row["person"], index=row["idx"])
    ends = LotId(row["item"], row["lot"]), LotId(row["into_item"], row["into_lot"])
    return Edge(*ends, row["quantity"], row["unit"], row["at"], row["idx"], source)


def _line(row: Row) -> Line:
    names = ("line", "shipment", "consignee", "item", "lot", "quantity", "unit", "at")
    said = {name: str(row[name]) for name in names}
    made = ShipmentLine(**said, serials=tuple(orjson.loads(row["serials"])))
    return Line(made, int(row["idx"]), bool(row["returned"]))


def about(store: Store, lot: LotId) -> About | None:
    """What was said of a lot when it was received; None for one that was not."""
    row = store.one("lots", item=lot.item, lot=lot.lot)
    if row is None or row["source"] != "received":
        return None
    return About(supplier=str(canonical.loads(row["data"]).get("supplier", "")))


def received(store: Store) -> Iterator[tuple[LotId, About]]:
    """Every lot that was received."""
    for row in store.scan("lots", source="received"):
        supplier = str(canonical.loads(row["data"]).get("supplier", ""))
        yield LotId(row["item"], row["lot"]), About(supplier=supplier)


def pages(store: Store, table: str) -> Iterator[list[Row]]:
    """All rows of a table whose key is one number, some at a time."""
    start = 0
    while rows := store.rows(table, start=start, limit=PAGE):
        yield rows
        start = int(rows[-1]["number"]) + 1
