"""Folding what is said of lots that move: shipments, returns, splits, merges, rework."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store

SHIPPED, RETURNED, TRANSFORMED = "shipment.recorded", "return.recorded", "lots.transformed"


def _lines(store: Store, index: int, said: Statement) -> None:
    body = said.body
    for number, line in enumerate(body["lines"]):
        store.put(
            "shipment_lines",
            {
                "idx": index,
                "n": number,
                "shipment": body["id"],
                "line": line["line"],
                "consignee": body["consignee"],
                "item": line["item"],
                "lot": line["lot"],
                "quantity": line["quantity"],
                "unit": line["unit"],
                "at": body["at"],
                "person": said.by[0].person,
                "serials": orjson.dumps(line["serials"]),
                "returned": int(said.kind == RETURNED),
            },
        )


def _transformed(store: Store, index: int, said: Statement) -> None:
    body = said.body
    names = ("item", "lot", "into_item", "into_lot", "quantity", "unit")
    for number, step in enumerate(body["steps"]):
        row = {"idx": index, "n": number, "kind": body["kind"], "at": body["at"]}
        moved = {name: step[name] for name in names}
        store.put("transforms", row | moved | {"person": said.by[0].person})


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    SHIPPED: _lines,
    RETURNED: _lines,
    TRANSFORMED: _transformed,
}
