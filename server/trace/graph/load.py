"""Building the arrays from the store alone: at the first start, and when no snapshot fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.trace.graph import stored
from server.trace.graph.base import empty
from server.trace.graph.build import build
from server.trace.graph.draft import Draft
from server.trace.graph.facts import About, Edge, Line, Unit
from server.trace.reach import LotId, ShipmentLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.store.protocol import Row, Store
    from server.trace.graph.base import Base

HISTORY = ("history_lots", "history_edges", "history_serials", "history_shipment_lines")
SOME = 50
"""Job orders, or statements, that are read without a pause."""


def load(store: Store, size: int) -> Base:
    """Everything that the projections of ``size`` leaves hold."""
    draft = Draft(empty())
    for _ in reading(store, size, draft):
        pass
    return build(draft)


def rows_of(store: Store) -> int:
    """How many rows of imported history there are to be read."""
    newest = (store.newest(table) for table in HISTORY)
    return sum(int(row["number"]) + 1 for row in newest if row is not None)


def reading(store: Store, size: int, draft: Draft) -> Iterator[float]:
    """Read everything into ``draft``, a piece at a time; after each the part of all that is done.

    What is folded between two pieces may be in it or not: it is read again after leaf ``size``. A
    statement is not read twice, so those after it are left out.
    """
    done, whole = 0, max(1, rows_of(store))
    for count in _history(store, draft):
        done += count
        yield min(1.0, done / whole)
    for lot, about in stored.received(store):
        draft.lot(lot, about)
    for at, row in enumerate(store.rows("jobs")):
        _job(draft, *stored.job(store, str(row["id"])))
        if at % SOME == 0:
            yield 1.0
    for at, index in enumerate(sorted(stored.statements(store))):
        if index < size:
            _statement(draft, *stored.statement(store, index))
        if at % SOME == 0:
            yield 1.0


def _job(draft: Draft, edges: list[Edge], units: list[Unit]) -> None:
    for edge in edges:
        draft.edge(edge)
    for unit in units:
        draft.unit(unit)


def _statement(draft: Draft, edges: list[Edge], lines: list[Line]) -> None:
    for edge in edges:
        draft.edge(edge)
    for line in lines:
        draft.line(line)


def _history(store: Store, draft: Draft) -> Iterator[int]:
    """Page by page; how many rows each had."""
    numbers, lots = list[int](), list[LotId]()
    for page in stored.pages(store, "history_lots"):
        for row in page:
            lot = LotId(row["item"], row["lot_code"])
            about = About(row["supplier"], row["level"], row["time"])
            numbers.append(draft.lot(lot, about))
            lots.append(lot)
        yield len(page)
    for page in stored.pages(store, "history_edges"):
        draft.history(numbers, page)
        yield len(page)
    yield from _units_and_lines(store, draft, numbers, lots)


def _units_and_lines(
    store: Store, draft: Draft, numbers: Sequence[int], lots: Sequence[LotId]
) -> Iterator[int]:
    serials: dict[int, list[str]] = {}
    for page in stored.pages(store, "history_serials"):
        for row in page:
            unit = Unit(lots[row["lot"]], row["serial"], "", row["source"])
            draft.numbered_unit(numbers[row["lot"]], unit)
            if row["line"] is not None:
                serials.setdefault(row["line"], []).append(row["serial"])
        yield len(page)
    for page in stored.pages(store, "history_shipment_lines"):
        for row in page:
            draft.line(_line(row, lots[row["lot"]], serials.get(row["number"], ())))
        yield len(page)


def _line(row: Row, of: LotId, serials: Sequence[str]) -> Line:
    made = ShipmentLine(
        line=row["line_id"], shipment=row["shipment"], consignee=row["customer"], item=of.item,
        lot=of.lot, quantity=row["quantity"], unit="", at=row["time"], serials=tuple(serials),
    )  # fmt: skip
    return Line(made, row["source"])
