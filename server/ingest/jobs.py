"""Folding job orders with the one rule book (``forms.job``), and their projections."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from forms.codec import decode_master, decode_work_pack
from forms.entries import (
    CodeUnexpected,
    Consumed,
    Entry,
    LabelRead,
    LotIdentified,
    MeasurementTaken,
    Produced,
    SessionRefused,
    Unread,
)
from forms.job import advance, merge, pack_of, set_aside, start
from forms.job_state import Recorded
from forms.rules import because
from forms.terms import LotStatus, MaterialLot, Quantity
from forms.workpack import JobOrder
from server.ingest.records import OFFICE, understand
from sync import canonical
from sync.envelope import BadEnvelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.job_state import JobState, Judged
    from forms.masters import WorkMaster
    from forms.rules import Reason
    from forms.workpack import WorkPack
    from server.ingest.failures import Failures
    from server.store.protocol import Row, Store

ORDINARY = (LotIdentified, MeasurementTaken, CodeUnexpected, LabelRead, SessionRefused)
"""Kinds whose refusal is daily work: kept as disputed, without an alarm."""

_SHARED = (
    "session.opened",
    "session.closed",
    "session.refused",
    "material.consumed",
)
"""Kinds of other job orders, or of none, that matter to every job of the station."""

_HOLDS = ("hold.placed", "hold.lifted")
"""Kinds of any station that matter to every job."""


_Stated = tuple[str, list[tuple[str, str]]]
"""A reason in a statement: the rule's code, and its facts by name."""


class Jobs:
    """Job states from the records, and the tables folded from them."""

    def __init__(self, store: Store, failures: Failures) -> None:
        """Over ``store``; decoded packs and the newest states are remembered."""
        self._store, self._failures = store, failures
        self._packs: dict[str, WorkPack | None] = {}
        self._states: dict[str, tuple[tuple[int, int, int], JobState]] = {}

    def forget(self) -> None:
        """Drop what is remembered."""
        self._states.clear()

    def order(self, job_id: str) -> JobOrder | None:
        """The job order of that id; None if unknown."""
        row = self._store.one("orders", id=job_id)
        return None if row is None else msgspec.convert(canonical.loads(row["data"]), JobOrder)

    def pack(self, sha256: str) -> WorkPack | None:
        """The pack of a digest, decoded; None if unknown."""
        if sha256 not in self._packs:
            row = self._store.one("documents", sha256=sha256, kind="pack")
            if row is None:
                return None
            self._packs[sha256] = decode_work_pack(row["data"])
        return self._packs[sha256]

    def state(self, job_id: str) -> JobState | None:
        """The fold of all records known that concern the job; None if the order is unknown."""
        order = self.order(job_id)
        if order is None:
            return None
        rows = self._rows(job_id)
        objections = self._store.count("objections")
        mark = (len(rows), rows[-1]["global_index"] if rows else -1, objections)
        known = self._states.get(job_id)
        if known is None or known[0] != mark:
            known = (mark, self._fold(order, _ordered(list(self._recorded(rows)))))
            self._states[job_id] = known
        return known[1]

    def _fold(self, order: JobOrder, records: list[Recorded]) -> JobState:
        """``forms.job.fold``, but a record on which the judge fails is set aside, alone."""
        state = start(order, self._master(order))
        for recorded in records:
            pack = pack_of(recorded, self.pack)
            judged = self._failures.attempt(
                recorded.origin,
                recorded.index,
                recorded.ref,
                partial(advance, state, recorded, pack),
            )
            state = judged[0] if judged is not None else set_aside(state, recorded)
        return state

    def refold(self, job_id: str) -> list[dict[str, Any]]:
        """Recompute the job's projections; alarms for records newly disputed."""
        state = self.state(job_id)
        if state is None:
            return []
        before = {(row["origin"], row["idx"]) for row in self._store.rows("disputed", job=job_id)}
        for table in ("verdicts", "consumption", "production", "nonconformities"):
            self._store.remove(table, job=job_id)
        self._store.remove("disputed", job=job_id)
        for judged in state.records:
            self._judged(job_id, judged)
        self._nonconformities(job_id, state)
        self._job(state)
        self._finished_lot(state)
        return [
            {
                "code": "record-disputed",
                "about": f"{judged.recorded.origin}#{judged.recorded.index}",
                "params": {
                    "job": job_id,
                    "reasons": ", ".join(reason.code for reason in judged.verdict.reasons),
                },
            }
            for judged in state.findings
            if (judged.recorded.origin, judged.recorded.index) not in before
            and (not judged.recorded.sound or not isinstance(judged.entry, ORDINARY))
        ]

    def _master(self, order: JobOrder) -> WorkMaster | None:
        row = self._store.one("documents", sha256=order.work_master, kind="master")
        return None if row is None else decode_master(row["data"])

    def _rows(self, job_id: str) -> list[Row]:
        """The job's records, what else its stations recorded that matters to it, and all holds.

        Shared records count up to the job's own newest one, so that the fold does not depend on
        what other jobs record later (holds placed later are asked for at release).
        """
        own = self._store.rows("records", job_order=job_id)
        origins = {row["origin"] for row in own}
        newest = max((int(row["global_index"]) for row in own), default=-1)
        shared = [
            row
            for kind in (*_SHARED, *_HOLDS)
            for row in self._store.rows("records", kind=kind)
            if (row["origin"] in origins or kind in _HOLDS)
            and row["job_order"] != job_id
            and row["global_index"] < newest
        ]
        return sorted([*own, *shared], key=lambda row: int(row["global_index"]))

    def _recorded(self, rows: list[Row]) -> Iterator[Recorded]:
        for row in rows:
            data = self._store.one("entries", origin=row["origin"], idx=row["idx"])
            if data is None:
                continue
            try:
                understood = understand(data["data"], row["origin"], row["idx"])
            except BadEnvelope:
                continue
            if isinstance(understood.entry, (Entry, Unread)):
                yield Recorded(
                    ref=row["ref"],
                    origin=row["origin"],
                    index=row["idx"],
                    wall=understood.envelope.at.when(),
                    quality=row["quality"],
                    entry=understood.entry,
                    sound=bool(row["sound"]),
                    against=self._against(row),
                )

    def _against(self, row: Row) -> tuple[Reason, ...]:
        """What the server stated against the record when it came."""
        said = self._store.one("objections", origin=row["origin"], idx=row["idx"])
        if said is None:
            return ()
        found = msgspec.convert(canonical.loads(said["reasons"])["reasons"], list[_Stated])
        return tuple(because(code, **dict(params)) for code, params in found)

    def _judged(self, job_id: str, judged: Judged) -> None:
        recorded, verdict = judged.recorded, judged.verdict
        reasons = orjson.dumps([[one.code, dict(one.params)] for one in verdict.reasons])
        where = {"origin": recorded.origin, "idx": recorded.index}
        self._store.put(
            "verdicts",
            {"job": job_id, **where, "passed": int(verdict.passed), "reasons": reasons},
        )
        if not verdict.effective:
            self._store.put("disputed", {**where, "job": job_id, "reasons": reasons})
        self._material(job_id, judged)

    def _material(self, job_id: str, judged: Judged) -> None:
        recorded, entry = judged.recorded, judged.entry
        if not isinstance(entry, (Consumed, Produced)):
            return
        row = {
            "job": job_id,
            "origin": recorded.origin,
            "idx": recorded.index,
            "item": entry.item,
            "lot": entry.lot,
            "operation": entry.context.operation,
            "person": entry.context.person,
            "station": entry.context.station,
            "wall": recorded.wall.isoformat(),
            "effect": int(judged.verdict.effective),
        }
        if isinstance(entry, Consumed):
            amount = {"quantity": f"{entry.quantity.value:f}", "unit": entry.quantity.unit}
            self._store.put("consumption", row | amount)
        else:
            unit = {"serial": entry.serial, "expiry": entry.expiry.isoformat()}
            self._store.put("production", row | unit)

    def _nonconformities(self, job_id: str, state: JobState) -> None:
        for ref, case in state.nonconformities.items():
            self._store.put(
                "nonconformities",
                {
                    "job": job_id,
                    "ref": ref,
                    "status": case.state,
                    "disposition": str(case.decided.disposition) if case.decided else "",
                    "description": case.raised.description,
                },
            )

    def _job(self, state: JobState) -> None:
        order, current = state.order, state.current
        self._store.put(
            "jobs",
            {
                "id": order.id,
                "lot": order.lot,
                "item": self._item(state),
                "units": order.units,
                "master": order.work_master,
                "status": job_status(state),
                "records": len(state.records),
                "findings": len(state.findings),
                "produced": len(state.produced),
                "open_nonconformities": len(state.open_nonconformities),
                "operation": current[0].id if current else "",
            },
        )

    def _item(self, state: JobState) -> str:
        return state.master.product.item if state.master else ""

    def _finished_lot(self, state: JobState) -> None:
        """The lot made, as a lot that other job orders may use once released."""
        item = self._item(state)
        if not item or not state.produced:
            return
        words = {"released": LotStatus.RELEASED, "rejected": LotStatus.REJECTED}
        first = next(iter(state.produced.values()))[1]
        lot = MaterialLot(
            lot=state.order.lot,
            item=item,
            quantity=Quantity(value=Decimal(len(state.produced)), unit="ea"),
            status=words.get(state.decision, LotStatus.QUARANTINE),
            expiry=first.expiry,
        )
        order = self._store.one("orders", id=state.order.id)
        self._store.put(
            "lots",
            {
                "item": item,
                "lot": lot.lot,
                "data": canonical.dumps(msgspec.to_builtins(lot)),
                "source": "produced",
                "since": order["global_index"] if order else 0,
            },
        )


def _ordered(records: list[Recorded]) -> list[Recorded]:
    """Stations' records merged; the office's after all that the server had when it wrote them.

    The office decides on what was accepted, so its place is known better than any clock says.
    """
    ordered: list[Recorded] = []
    before: list[Recorded] = []
    for recorded in records:
        if recorded.origin.split("/")[-2] != OFFICE:
            before.append(recorded)
            continue
        ordered += [*merge(before), recorded]
        before = []
    return [*ordered, *merge(before)]


def job_status(state: JobState) -> str:
    """One of dispatched, running, complete, released, rejected."""
    if state.decision:
        return state.decision
    if not state.records:
        return "dispatched"
    return "running" if state.current is not None else "complete"
