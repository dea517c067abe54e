"""Folding the server's own statements into projections; one function per kind.

Every function is pure over (store, index, statement): no clock, no randomness, so that a rebuild
gives identical tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.ingest import beacons
from server.ingest import statements_assets as assets
from server.ingest import statements_audit as kept
from server.ingest import statements_breaks as breaks
from server.ingest import statements_factors as factors
from server.ingest import statements_forks as forks
from server.ingest import statements_holds as holds
from server.ingest import statements_identity as identity
from server.ingest import statements_moves as moves
from server.ingest import statements_places as places
from server.ingest import statements_recall as recall
from server.ingest.history import STATED, imported
from server.ingest.standing import person_row
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store


def _founded(store: Store, _index: int, said: Statement) -> None:
    store.put("places", {"id": "founded", "data": canonical.dumps(said.body)})


def _person(store: Store, index: int, said: Statement) -> None:
    body = person_row(said.body)
    old = store.one("people", id=body["id"])
    store.put(
        "people",
        {
            "id": body["id"],
            "data": canonical.dumps(body),
            "badge_digest": body.get("badge_digest", ""),
            "wrapped": said.body.get("wrapped_sha256", ""),
            "since": old["since"] if old else index,
            "changed": index,
        },
    )
    key = {"person": body["id"], "idx": index, "public_key": body["public_key"]}
    store.put("person_keys", key)
    badge = body.get("badge_digest", "")
    if badge and store.one("badges", badge_digest=badge) is None:
        store.put("badges", {"badge_digest": badge, "person": body["id"], "idx": index})


def _plain(table: str, key: str) -> Callable[[Store, int, Statement], None]:
    def fold(store: Store, _index: int, said: Statement) -> None:
        store.put(table, {key: said.body[key], "data": canonical.dumps(said.body)})

    return fold


def _supplier(store: Store, _index: int, said: Statement) -> None:
    store.put("suppliers", {"id": said.body["id"], "name": said.body["name"]})


def _lot(store: Store, index: int, said: Statement) -> None:
    body = said.body
    store.put(
        "lots",
        {
            "item": body["item"],
            "lot": body["lot"],
            "data": canonical.dumps(body),
            "source": "received",
            "since": index,
        },
    )


def _lot_status(store: Store, _index: int, said: Statement) -> None:
    row = store.one("lots", item=said.body["item"], lot=said.body["lot"])
    if row is None:
        return
    data = canonical.loads(row["data"]) | {
        "status": said.body["status"],
        "hold_reason": said.body.get("hold_reason", ""),
    }
    store.put("lots", row | {"data": canonical.dumps(data)})


def _frozen(store: Store, index: int, said: Statement) -> None:
    """A hold the server itself places (fork): item and lot, until quality lifts it."""
    body = said.body
    store.put(
        "holds",
        {
            "item": body["item"],
            "lot": body["lot"],
            "ref": f"log:{index}",
            "reason": body["reason"],
            "source": "server",
            "placed": index,
            "lifted": None,
        },
    )


def _thawed(store: Store, index: int, said: Statement) -> None:
    for row in store.rows("holds", ref=said.body["hold"]):
        store.put("holds", row | {"lifted": index})


def _station_planned(store: Store, _index: int, said: Statement) -> None:
    store.put("places", {"id": f"station/{said.body['id']}", "data": canonical.dumps(said.body)})


def _station_requested(store: Store, _index: int, said: Statement) -> None:
    body = said.body
    store.put(
        "stations",
        {
            "id": body["id"],
            "epoch": body["epoch"],
            "origin": body["origin"],
            "public_key": body["public_key"],
            "status": "requested",
            "requested_at": said.at.isoformat(),
            "valid_to": None,
            "work_units": "",
        },
    )


def _station_approved(store: Store, index: int, said: Statement) -> None:
    body = said.body
    store.put(
        "approvals",
        {
            "station": body["id"],
            "epoch": body["epoch"],
            "person": said.by[0].person,
            "class": body["class"],
            "global_index": index,
        },
    )


def _station_rotated(store: Store, _index: int, said: Statement) -> None:
    body = said.body
    key = {"origin": body["origin"], "idx": body["index"]}
    store.put("station_keys", key | {"public_key": body["public_key"]})


def _station_status(status: str) -> Callable[[Store, int, Statement], None]:
    def fold(store: Store, _index: int, said: Statement) -> None:
        body = said.body
        row = store.one("stations", id=body["id"], epoch=body["epoch"])
        if row is not None and (row["status"] != "revoked" or status == "revoked"):
            change: dict[str, Any] = {"status": status}
            if "valid_to" in body:
                change["valid_to"] = body["valid_to"]
            if "work_units" in body:
                change["work_units"] = ",".join(body["work_units"])
            store.put("stations", row | change)

    return fold


def _master(status: str) -> Callable[[Store, int, Statement], None]:
    def fold(store: Store, _index: int, said: Statement) -> None:
        body, person = said.body, said.by[0].person
        row = store.one("masters", id=body["id"], revision=body["revision"]) or {
            "id": body["id"],
            "revision": body["revision"],
            "digest": body["digest"],
            "checked_by": "",
            "approved_by": "",
            "approved_at": "",
            "proposed_by": "",
        }
        row |= {"status": status, f"{status}_by": person}
        if status == "approved":
            row["approved_at"] = said.at.isoformat()
        store.put("masters", row)

    return fold


def _order(store: Store, index: int, said: Statement) -> None:
    store.put(
        "orders",
        {"id": said.body["id"], "data": canonical.dumps(said.body), "global_index": index},
    )
    numbers = [
        ("lot", said.body["lot"]),
        *(("serial", one) for one in said.body.get("serials", ())),
    ]
    for kind, value in numbers:
        store.put("allotted", {"kind": kind, "value": value, "job": said.body["id"]})


def _quarantined(store: Store, index: int, said: Statement) -> None:
    body = said.body
    store.put(
        "quarantine",
        {
            "origin": body["origin"],
            "idx": body["index"],
            "leaf": body["leaf"],
            "why": body["why"],
            "global_index": index,
        },
    )


def _disputed(store: Store, _index: int, said: Statement) -> None:
    """What the server knew against a record when it came."""
    body = said.body
    store.put(
        "objections",
        {
            "origin": body["origin"],
            "idx": body["index"],
            "job": body["job"],
            "reasons": canonical.dumps({"reasons": body["reasons"]}),
        },
    )


def _nothing(_store: Store, _index: int, _said: Statement) -> None:
    """Kept in the log; projects to nothing."""


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    "server.founded": _founded,
    "person.enrolled": _person,
    "person.changed": _person,
    "person.rekeyed": _person,
    "person.granted": _person,
    "sessions.ended": _nothing,
    **factors.FOLDS,
    **identity.FOLDS,
    "work_center.defined": places.work_center,
    "material.defined": _plain("materials", "item"),
    "supplier.defined": _supplier,
    "asset.defined": _plain("assets", "id"),
    **assets.FOLDS,
    "lot.received": _lot,
    "lot.status": _lot_status,
    "lot.frozen": _frozen,
    "lot.thawed": _thawed,
    **holds.FOLDS,
    **recall.FOLDS,
    **moves.FOLDS,
    "station.planned": _station_planned,
    "station.requested": _station_requested,
    "station.approved": _station_approved,
    "station.enrolled": _station_status("enrolled"),
    "station.rotated": _station_rotated,
    "station.revoked": _station_status("revoked"),
    "master.proposed": _master("proposed"),
    "master.checked": _master("checked"),
    "master.approved": _master("approved"),
    "order.dispatched": _order,
    "pack.issued": _nothing,
    "alarm.raised": kept.alarm_raised,
    "alarm.closed": kept.alarm_closed,
    "audit": kept.audit,
    "fork.found": forks.found,
    "branch.kept": forks.kept,
    "fork.decided": forks.decided,
    "continuity.broken": breaks.broken,
    "continuity.named": breaks.named,
    "server.recovered": breaks.recovered,
    "log.continued": breaks.log_continued,
    "mark.seen": breaks.mark_seen,
    "beacon.refused": beacons.refused,
    "entry.quarantined": _quarantined,
    "record.disputed": _disputed,
    "evidence.frozen": kept.frozen,
    STATED: imported,
    "alarm.ended": kept.alarm_ended,
    "trail.reviewed": kept.reviewed,
    "site.parameters": kept.parameters,
}
"""Kind of statement → its fold. A kind not listed is kept in the log and projects to nothing."""
