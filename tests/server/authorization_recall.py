"""Bodies for the routes of holds, recalls, drills and reviews, and what they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.server.authorization import Matrix

CAUSE = {"suspect": "lot", "item": "TUB-1", "lot": "T2"}
NAMED = {"reason": "seen"}
_OPEN = {"cause": CAUSE, "depth": "consumer", "classification": "II", "hold": False, **NAMED}
_RECALL: dict[str, dict[str, Any]] = {
    "POST /api/holds/{ref}/clear": {"item": "SET-1", "lot": "L-OWN", **NAMED},
    "POST /api/hold-rules": {"rules": []},
    "POST /api/late-uses/{number}/close": {"conclusion": "no effect"},
    "POST /api/recalls": _OPEN,
    "POST /api/recalls/{case}/holds": {},
    "POST /api/recalls/{case}/scope": {},
    "POST /api/recalls/{case}/notices": {"language": "en"},
    "POST /api/recalls/{case}/sent": {"how": "post"},
    "POST /api/recalls/{case}/acknowledged": {"by": "the clinic", "consignees": ["Clinic"]},
    "POST /api/recalls/{case}/checks": {"consignee": "Clinic", "reached": True, "how": "visit"},
    "POST /api/recalls/{case}/counts": {"item": "TUB-1", "lot": "T2", "in_stock": "1", "unit": "m"},
    "POST /api/recalls/{case}/accounted": {"origin": "lotbook.test/S1/ST-03/1", **NAMED},
    "POST /api/recalls/{case}/terminate": {"conclusion": "done"},
    "POST /api/drills": NAMED,
    "POST /api/shipments": {
        "id": "SH-9", "consignee": "Clinic", "at": "2026-03-02T08:00:00+00:00",
        "lines": [{"line": "1", "item": "TUB-1", "lot": "T2", "quantity": "1", "unit": "m"}],
    },
    "POST /api/returns": {
        "id": "RT-9", "consignee": "Clinic", "at": "2026-03-02T09:00:00+00:00",
        "lines": [{"line": "1", "item": "TUB-1", "lot": "T2", "quantity": "1", "unit": "m"}],
    },
    "POST /api/lots/changes": {
        "kind": "reworked", "reason": "new label", "at": "2026-03-02T09:00:00+00:00",
        "steps": [{"item": "TUB-1", "lot": "T2", "into_item": "TUB-1", "into_lot": "T2-A",
                   "quantity": "1", "unit": "m"}],
    },
    "POST /api/site-parameters": {},
    "POST /api/trail/reviews": {"stop": 10},
    "POST /console/audit/review": {"stop": "10", "findings": "none"},
    "POST /console/holds": {"act": "rules"},
    "POST /console/recalls": {**CAUSE, "act": "open", "depth": "consumer",
                              "classification": "II", **NAMED},
    "POST /console/recalls/{case}": {"act": "freeze"},
}  # fmt: skip


def _always(body: dict[str, Any]) -> Callable[[Matrix, dict[str, str]], dict[str, Any]]:
    return lambda _m, _about: body


RECALL_BODIES = {route: _always(body) for route, body in _RECALL.items()}


def recalled(matrix: Matrix) -> None:
    """A shipment of the suspect lot, and a case over it."""
    store, act = matrix.plant.parts.store, matrix.plant.act
    row = {
        "idx": matrix.plant.parts.book.size, "n": 1, "shipment": "SH-1", "line": "1",
        "consignee": "Clinic", "item": "TUB-1", "lot": "T2", "quantity": "1", "unit": "m",
        "at": "2026-03-02T08:00:00+00:00", "person": "P-SUP", "serials": b"[]", "returned": 0,
    }  # fmt: skip
    store.put("shipment_lines", row)
    answer = act("P-QA", "/api/recalls", **_OPEN)
    assert answer.status_code == 201, answer.text
    matrix.named["case"] = str(answer.json()["case"]["id"])
