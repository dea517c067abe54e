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
    from server.store.protocol import Store
    from server.trace.graph.base import Base


def load(store: Store) -> Base:
    """Everything that the projections hold now."""
    draft = Draft(empty())
    _history(store, draft)
    for lot, about in stored.received(store):
        draft.lot(lot, about)
    for row in store.rows("jobs"):
        _job(draft, *stored.job(store, str(row["id"])))
    for index in sorted(stored.statements(store)):
        _statement(draft, *stored.statement(store, index))
    return build(draft)


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


def _history(store: Store, draft: Draft) -> None:
    numbers, lots = [], []
    for row in stored.every(store, "history_lots"):
        lot = LotId(row["item"], row["lot_code"])
        about = About(row["supplier"], row["level"], row["time"])
        numbers.append(draft.lot(lot, about))
        lots.append(lot)
    draft.history(numbers, stored.pages(store, "history_edges"))
    serials: dict[int, list[str]] = {}
    for row in stored.every(store, "history_serials"):
        unit = Unit(lots[row["lot"]], row["serial"], "", row["source"])
        draft.numbered_unit(numbers[row["lot"]], unit)
        if row["line"] is not None:
            serials.setdefault(row["line"], []).append(row["serial"])
    for row in stored.every(store, "history_shipment_lines"):
        of = lots[row["lot"]]
        made = ShipmentLine(
            line=row["line_id"], shipment=row["shipment"], consignee=row["customer"], item=of.item,
            lot=of.lot, quantity=row["quantity"], unit="", at=row["time"],
            serials=tuple(serials.get(row["number"], ())),
        )  # fmt: skip
        draft.line(Line(made, row["source"]))
