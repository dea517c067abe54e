"""A job order's state in tables: verdicts, disputed records, materials, nonconformities, lots."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from forms.entries import (
    CodeUnexpected,
    Consumed,
    LabelRead,
    LotIdentified,
    MeasurementTaken,
    Produced,
    SessionRefused,
)
from forms.terms import LotStatus, MaterialLot, Quantity
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.job_state import JobState, Judged
    from server.store.protocol import Store

ORDINARY = (LotIdentified, MeasurementTaken, CodeUnexpected, LabelRead, SessionRefused)
"""Kinds whose refusal is daily work: kept as disputed, without an alarm."""


class JobTables:
    """Writes what a state says."""

    def __init__(self, store: Store) -> None:
        """Into ``store``."""
        self._store = store

    def write(self, state: JobState, since: int) -> list[dict[str, Any]]:
        """Write the state; its first ``since`` records are written already (0: write all anew).

        Alarms for the records newly disputed.
        """
        job_id, before = state.order.id, set()
        if not since:
            disputed = self._store.rows("disputed", job=job_id)
            before = {(row["origin"], row["idx"]) for row in disputed}
            for table in ("verdicts", "consumption", "production", "disputed"):
                self._store.remove(table, job=job_id)
        fresh = state.records[since:]
        for judged in fresh:
            self._judged(job_id, judged)
        self._store.remove("nonconformities", job=job_id)
        self._nonconformities(job_id, state)
        self._job(state)
        self._finished_lot(state)
        return _alarms(job_id, fresh, before)

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
        """The lot made, as a lot that other job orders may use once released.

        None while no unit stands as produced, even if one did until another station's records came.
        """
        item, order = self._item(state), self._store.one("orders", id=state.order.id)
        since = order["global_index"] if order else 0
        if not item or not state.produced:
            self._store.remove("lots", lot=state.order.lot, source="produced", since=since)
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
        self._store.put(
            "lots",
            {
                "item": item,
                "lot": lot.lot,
                "data": canonical.dumps(msgspec.to_builtins(lot)),
                "source": "produced",
                "since": since,
            },
        )


def _alarms(
    job_id: str, fresh: Sequence[Judged], before: set[tuple[str, int]]
) -> list[dict[str, Any]]:
    return [
        {
            "code": "record-disputed",
            "about": f"{judged.recorded.origin}#{judged.recorded.index}",
            "params": {
                "job": job_id,
                "reasons": ", ".join(reason.code for reason in judged.verdict.reasons),
            },
        }
        for judged in fresh
        if not judged.verdict.effective
        and (judged.recorded.origin, judged.recorded.index) not in before
        and (not judged.recorded.sound or not isinstance(judged.entry, ORDINARY))
    ]


def job_status(state: JobState) -> str:
    """One of dispatched, running, complete, released, rejected."""
    if state.decision:
        return state.decision
    if not state.records:
        return "dispatched"
    return "running" if state.current is not None else "complete"
