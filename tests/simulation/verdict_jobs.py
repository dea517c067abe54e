"""Job orders: judged the same everywhere, signed by others, never released over an open point."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from server.evidence.gather import pack_data
from server.evidence.pack import build
from sync.keyring import read_keys
from sync.verify import verify
from tests.simulation.sample import JOBS, SHORT_LOT

if TYPE_CHECKING:
    from tests.simulation.plant import Plant

PRINTED = b"%PDF-1.7\n% the printed record, which takes longer than the whole run\n"
ONCE = ("confirmed", "material.consumed")
DOING = frozenset(
    {"confirmed", "inspected", "label.accounted", "label.printed", "label.read"}
    | {"lot.identified", "measurement.taken"}
)
Row = dict[str, Any]


def judge(plant: Plant) -> None:
    """Every job order, as the server tells it."""
    rows = {job: _rows(plant, job) for job in JOBS}
    for job, found in rows.items():
        _agreement(plant, job, found)
        _signers(plant, job, found)
        _one_of_two(plant, job, found)
    _overdrawn(plant, rows)


def release(plant: Plant) -> None:
    """Once people have looked at every alarm, what is ready is released; a pack of it verifies."""
    for job in JOBS:
        plant.try_release(job)
    if plant.oracle.released:
        _pack(plant, plant.oracle.released[-1])


def _rows(plant: Plant, job: str) -> list[Row]:
    return [_read(row) for row in plant.office.get("P-QA", f"/api/jobs/{job}/records") or ()]


def _read(row: Row) -> Row:
    """A record as the interface gives it, its signed text read."""
    entry = json.loads(row["text"])
    return row | {"kind": entry["kind"], "body": entry["body"]}


def _agreement(plant: Plant, job: str, rows: list[Row]) -> None:
    """A record judged at the station is judged the same at the server.

    Where one station did all the work; the server knows more where several did, or where a lot
    was held or drawn from elsewhere, or somebody's rights were ended.
    """
    there = {row["ref"]: (row["passed"], row["effective"]) for row in rows}
    origins = {row["origin"] for row in rows}
    lots = {row["body"].get("lot") for row in rows}
    if lots & plant.oracle.perhaps_held:
        plant.oracle.scenarios["a lot held while in use"] += 1
    more = lots & {*plant.oracle.perhaps_held, SHORT_LOT.lot}
    alone = len(origins) == 1 and plant.oracle.revoked is None
    if not alone or more or plant.tampering.kind:
        return
    for machine in plant.machines:
        state = machine.capture.snapshot().states.get(job) if machine.capture else None
        for judged in state.records if state and machine.origin in origins else ():
            here = (judged.verdict.passed, judged.verdict.effective)
            plant.oracle.demand(
                there.get(judged.ref, here) == here,
                f"{job}: {judged.ref[:8]} is {here} at {machine.name}, {there.get(judged.ref)}",
            )


def _signers(plant: Plant, job: str, rows: list[Row]) -> None:
    """Whoever signed for work has not done it."""
    doer = {row["ref"]: row["body"]["context"]["person"] for row in rows if row["kind"] in DOING}
    for row in rows:
        if row["kind"] == "signed" and row["effective"]:
            who = row["body"]["context"]["person"]
            doers = {doer[ref] for ref in row["body"]["covers"] if ref in doer}
            plant.oracle.demand(who not in doers, f"{job}: {who} signed for own work")


def _one_of_two(plant: Plant, job: str, rows: list[Row]) -> None:
    """The same step done at two stations: both facts are kept, one counts."""
    counts: Counter[tuple[str, str]] = Counter()
    kept: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row["kind"] in ONCE and row["body"].get("answer", "yes") == "yes":
            step = (row["kind"], row["body"]["context"]["step"])
            counts[step] += bool(row["passed"])
            kept[step].add(row["origin"])
    for step, count in counts.items():
        plant.oracle.demand(count <= 1, f"{job}: {step} counts {count} times")
        if len(kept[step]) > 1:
            plant.oracle.scenarios["same step at two stations"] += 1


def _overdrawn(plant: Plant, rows: dict[str, list[Row]]) -> None:
    """Two job orders that drew more from a lot than it held: said, and not released like that."""
    drew = [
        job
        for job, found in rows.items()
        if any(
            row["kind"] == "material.consumed"
            and row["effective"]
            and row["body"]["lot"] == SHORT_LOT.lot
            for row in found
        )
    ]
    if len(drew) < 2:
        return
    plant.oracle.scenarios["two job orders overdrew a lot"] += 1
    raised = [row["code"] for row in plant.office.get("P-QA", "/api/alarms") or ()]
    plant.oracle.demand("lot-overdrawn" in raised, f"{drew} overdrew a lot, and nobody is told")
    for job in (one for one in drew if one not in plant.oracle.released):
        plant.oracle.demand(not plant.office.release(job), f"{job} is released overdrawn")


def _pack(plant: Plant, job: str) -> None:
    """A stranger can check what was released with public keys alone."""
    oracle, parts = plant.oracle, plant.site.parts
    packed = pack_data(parts, job, "en")
    data = build(replace(packed.parts, pdf=PRINTED), parts.signer)
    keys = "".join(f"{line}\n" for line in parts.reader.key_lines())
    report = verify(data, read_keys(keys))
    found = [(one.code, one.member) for one in report.findings]
    oracle.demand(not found, f"{job}: the evidence pack does not verify: {found[:3]}")
    oracle.demand(report.releases, f"{job}: the evidence pack holds no release")
    oracle.scenarios["a released lot's pack verified"] += 1
