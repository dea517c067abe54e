"""The batch record as plain data in one language: read by the PDF and by the console alike.

Everything in it is text, numbers, lists and dicts; nothing is markup, so that a template can
only print it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.entries import (
    Consumed,
    Corrected,
    Entry,
    Inspected,
    LabelRead,
    Signed,
)
from forms.labels import reconciled
from forms.masters import IdentifyStep, MeasureStep, SignStep
from server.evidence import rows
from server.evidence.cover import cover, place_of
from server.evidence.words import all_words, word

if TYPE_CHECKING:
    from forms.masters import Operation, Step
    from forms.workpack import Place
    from server.quality.batch import BatchData, BatchRecord, Checkpoint


def view(batch: BatchData, checkpoint: Checkpoint, log: str, language: str) -> dict[str, Any]:
    """Everything the batch record shows. ``log``: the server's log origin."""
    shown = rows.all_rows(batch, language)
    place = place_of(batch)
    return {
        "language": language,
        "w": all_words(language),
        "cover": cover(batch, place, shown, language),
        "components": _components(batch, language),
        "operations": [
            _operation(batch, one, place, shown, language) for one in batch.master.master.operations
        ],
        "other": [shown[record.ref] for record in batch.records if _place(batch, record) is None],
        "nonconformities": _nonconformities(batch, shown, language),
        "changes": _changes(batch, shown, language),
        "labels": _labels(batch, language),
        "units": _units(batch),
        "signatures": _signatures(batch, shown, language),
        "photos": _photos(batch, shown),
        "proof": _proof(batch, checkpoint, log),
    }


def _components(batch: BatchData, language: str) -> list[dict[str, str]]:
    lots = {(one.item, one.lot): one for one in batch.lots}
    found = []
    for record in batch.records:
        entry = record.entry
        if not isinstance(entry, Consumed) or not record.verdict or not record.verdict.effective:
            continue
        lot = lots.get((entry.item, entry.lot))
        names = [one.name.in_language(language) for one in batch.master.master.bom
                 if one.item == entry.item]  # fmt: skip
        found.append({
            "item": entry.item,
            "name": names[0] if names else "",
            "lot": entry.lot,
            "expiry": lot.expiry.isoformat() if lot and lot.expiry else "–",
            "supplier": lot.supplier if lot else "",
            "quantity": str(entry.quantity),
            "record": f"{record.origin.split('/')[2]} #{record.index}",
        })  # fmt: skip
    return found


def _place(batch: BatchData, record: BatchRecord) -> tuple[str, str] | None:
    """Operation and step the record belongs to, the step empty if to the operation as a whole.

    None where the work master knows no such place.
    """
    if not isinstance(record.entry, Entry):
        return None
    context = record.entry.context
    for operation in batch.master.master.operations:
        if operation.id == context.operation:
            known = not context.step or any(step.id == context.step for step in operation.steps)
            return (operation.id, context.step) if known else None
    return None


def _operation(
    batch: BatchData,
    operation: Operation,
    place: Place | None,
    shown: dict[str, Any],
    language: str,
) -> dict[str, Any]:
    unit = place.work_units.get(operation.work_unit) if place else None
    name = unit.in_language(language) if unit else ""
    return {
        "id": operation.id,
        "title": operation.title.in_language(language),
        "work_unit": f"{operation.work_unit} {name}".strip(),
        "class": rows.listed(operation.personnel_class, language),
        "done": batch.state.operation_done(operation),
        "rows": [
            shown[one.ref] for one in batch.records if _place(batch, one) == (operation.id, "")
        ],
        "steps": [_step(batch, operation.id, step, shown, language) for step in operation.steps],
    }


def _step(
    batch: BatchData, operation: str, step: Step, shown: dict[str, Any], language: str
) -> dict[str, Any]:
    found = [
        shown[record.ref]
        for record in batch.records
        if isinstance(record.entry, Entry)
        and (record.entry.context.operation, record.entry.context.step) == (operation, step.id)
    ]
    return {
        "id": step.id,
        "title": step.title.in_language(language),
        "source": step.source,
        "asks": _asks(step, language),
        "limits": _limits(step, language),
        "done": batch.state.step_done(operation, step),
        "rows": found,
    }


def _asks(step: Step, language: str) -> str:
    """The name of what the step asks for: limits, an item, a meaning."""
    keys = {MeasureStep: "limits", IdentifyStep: "item", SignStep: "meaning"}
    return word(keys[type(step)], language) if type(step) in keys else ""


def _limits(step: Step, language: str) -> str:
    if isinstance(step, MeasureStep):
        limits, low, high = step.limits, step.limits.low, step.limits.high
        if low is not None and high is not None:
            return f"{low:f} - {high:f}\u2009{limits.unit}"
        return (
            f"≥ {low:f}\u2009{limits.unit}" if low is not None else f"≤ {high:f}\u2009{limits.unit}"
        )
    if isinstance(step, IdentifyStep):
        return step.item
    if isinstance(step, SignStep):
        return rows.listed(step.meaning, language)
    return ""


def _nonconformities(
    batch: BatchData, shown: dict[str, Any], language: str
) -> list[dict[str, Any]]:
    found = []
    for one in batch.state.nonconformities.values():
        decided = shown.get(one.decided_ref, {})
        raised = shown.get(one.ref, {})
        signer = batch.people.get(one.signed_by)
        found.append({
            "ref": one.ref[:8],
            "description": one.raised.description,
            "about": ", ".join(shown[r]["short"] for r in one.raised.about if r in shown),
            "raised": f"{raised.get('person', '')}, {raised.get('time', '')}",
            "disposition": rows.listed(one.decided.disposition, language) if one.decided else "–",
            "reason": one.decided.reason if one.decided else "",
            "decided": f"{decided['person']}, {decided['time']}" if decided else "–",
            "signed": signer.name if signer else one.signed_by,
            "state": word(f"state_{one.state}", language),
            "state_code": one.state,
        })  # fmt: skip
    return found


def _changes(batch: BatchData, shown: dict[str, Any], language: str) -> list[dict[str, str]]:
    found = []
    for record in batch.records:
        entry = record.entry
        if isinstance(entry, Corrected) and _counts(record):
            in_force = batch.state.corrections.get(record.ref, False)
            found.append({
                "of": shown[entry.of]["short"] if entry.of in shown else entry.of[:8],
                "was": entry.was, "now": entry.now, "reason": entry.reason,
                "who": f"{shown[record.ref]['person']}, {shown[record.ref]['time']}",
                "state": word("state_in_force" if in_force else "state_decided", language),
            })  # fmt: skip
    return found


def _labels(batch: BatchData, language: str) -> list[dict[str, str]]:
    again = [label for label in batch.state.labels.values() if label.copy > 1]
    read = [r for r in batch.records if isinstance(r.entry, LabelRead)]
    good = [r for r in read if r.verdict and r.verdict.passed]
    count = reconciled(batch.state)
    figures = {
        "labels_ordered": batch.order.units, "labels_issued": count.issued,
        "labels_again": len(again), "labels_read": len(good),
        "labels_bad": len(read) - len(good), "labels_used": count.used,
        "labels_spoiled": count.spoiled, "labels_returned": count.returned,
        "labels_missing": len(count.missing),
        "labels_accepted": len(count.missing) - len(count.unexplained),
    }  # fmt: skip
    return [{"name": word(key, language), "count": str(n)} for key, n in figures.items()]


def _counts(record: BatchRecord) -> bool:
    return record.verdict is None or record.verdict.effective


def _units(batch: BatchData) -> list[dict[str, str]]:
    printed = batch.state.printed
    return [
        {
            "serial": serial,
            "udi": printed[serial][1].content if serial in printed else "–",
            "state": "produced" if serial in batch.state.produced
            else "scrapped" if serial in batch.state.scrapped else "open",
        }
        for serial in batch.state.serials
    ]  # fmt: skip


def _signatures(batch: BatchData, shown: dict[str, Any], language: str) -> list[dict[str, Any]]:
    found = []
    for record in batch.records:
        entry = record.entry
        if not isinstance(entry, Signed):
            continue
        good = record.sound and bool(record.verdict and record.verdict.passed)
        about = " / ".join(one for one in (entry.context.operation, entry.context.step) if one)
        kinds = dict.fromkeys(shown[r]["kind"] for r in entry.covers if r in shown)
        found.append({
            "name": entry.printed_name,
            "class": rows.listed(entry.personnel_class, language),
            "time": rows.stamp(rows.signed_at(entry, record)),
            "meaning": rows.listed(entry.meaning, language),
            "about": about or ", ".join(list(kinds)[:3]),
            "covers": word("covers", language, count=len(entry.covers)),
            "root": entry.covers_root,
            "text": entry.text_digest,
            "record": shown[record.ref]["short"],
            "valid": good,
            "verdict": word("valid" if good else "invalid", language),
        })  # fmt: skip
    return found


def _photos(batch: BatchData, shown: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "sha256": record.entry.photo.sha256,
            "media_type": record.entry.photo.media_type,
            "caption": f"{record.entry.context.operation} / {record.entry.context.step}, "
            f"{record.entry.sample}: {shown[record.ref]['what']}",
            "record": shown[record.ref]["short"],
        }
        for record in batch.records
        if isinstance(record.entry, Inspected) and record.entry.photo is not None
    ]


def _proof(batch: BatchData, checkpoint: Checkpoint, log: str) -> dict[str, Any]:
    logs = []
    for origin, head in sorted(batch.heads.items()):
        own = [record.index for record in batch.records if record.origin == origin]
        logs.append({"origin": origin, "size": str(head.size), "root": head.root,
                     "range": f"#{min(own)} - #{max(own)}"})  # fmt: skip
    names = dict.fromkeys(line.split(" ")[1] for line in checkpoint.cosignatures if " " in line)
    text = f"{log}\n{checkpoint.size}\n{checkpoint.root}"
    return {
        "logs": logs, "log": log, "size": str(checkpoint.size), "root": checkpoint.root,
        "witnesses": list(names), "qr": f"LOTBOOK/1\n{batch.order.id}\n{text}",
    }  # fmt: skip
