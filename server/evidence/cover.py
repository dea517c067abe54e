"""The first page of the batch record: what was made, where it stands, what stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.codec import decode_work_pack
from forms.entries import Signed
from server.evidence import rows
from server.evidence.words import word

if TYPE_CHECKING:
    from forms.workpack import Place
    from server.quality.batch import BatchData, BatchRecord


def _names(batch: BatchData) -> dict[str, str]:
    """Names by person id, of everyone the records or their WorkPacks know."""
    names: dict[str, str] = {}
    for data in batch.packs.values():
        names |= {person.id: person.name for person in decode_work_pack(data).people}
    return names | {person.id: person.name for person in batch.people.values()}


def place_of(batch: BatchData) -> Place | None:
    """The place the WorkPacks name; None if none is at hand."""
    for data in batch.packs.values():
        return decode_work_pack(data).place
    return None


def status(batch: BatchData) -> str:
    """dispatched, running, complete, released or rejected."""
    state = batch.state
    if state.decision:
        return state.decision
    if not state.records:
        return "dispatched"
    return "running" if state.current else "complete"


def cover(
    batch: BatchData, place: Place | None, shown: dict[str, Any], language: str
) -> dict[str, Any]:
    """What the first page says."""
    master, state, order = batch.master.master, batch.state, batch.order
    changed, typed = _count(shown, "changed"), _count(shown, "typed")
    signer = next((r for r in batch.records if isinstance(r.entry, Signed)
                   and r.entry.meaning in ("released", "rejected") and r.sound), None)  # fmt: skip
    known = _names(batch)
    names = [known.get(one, one) for one in batch.master.approved_by]
    expiries = {entry.expiry.isoformat() for _, entry in state.produced.values()}
    parts = (place.enterprise, place.site, place.area, place.work_center) if place else ()
    return {
        "product": master.product.name.in_language(language),
        "item": master.product.item,
        "gtin": master.product.gtin,
        "lot": order.lot,
        "job": order.id,
        "expiry": ", ".join(sorted(expiries)) or "–",
        "quantity": word("quantity_words", language, made=len(state.produced),
                         units=order.units, scrapped=len(state.scrapped)),
        "status_code": status(batch),
        "status": word(f"status_{status(batch)}", language),
        "master": f"{master.id} - {master.title.in_language(language)}",
        "revision": str(master.revision),
        "master_digest": batch.master.digest,
        "approved_by": ", ".join(dict.fromkeys(names)) or "–",
        "plant": " / ".join(parts) or "–",
        "from": rows.stamp(batch.records[0].at) if batch.records else "–",
        "to": rows.stamp(max(r.at for r in batch.records)) if batch.records else "–",
        "records": word("records_words", language, count=len(batch.records),
                        findings=len(state.findings)),
        "changed": word("changed_some", language, count=changed) if changed
        else word("changed_none", language),
        "typed": word("typed_some", language, count=typed) if typed
        else word("changed_none", language),
        "released_by": _decision(signer, language),
    }  # fmt: skip


def _decision(signer: BatchRecord | None, language: str) -> str:
    if signer is None or not isinstance(signer.entry, Signed):
        return "–"
    entry = signer.entry
    meaning = rows.listed(entry.meaning, language)
    return f"{entry.printed_name}, {meaning}, {rows.stamp(rows.signed_at(entry, signer))}"


def _count(shown: dict[str, Any], key: str) -> int:
    return sum(bool(one[key]) for one in shown.values())
