"""Every reading an instrument took, by instrument: what a look-back asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import MeasurementTaken

if TYPE_CHECKING:
    from forms.entries import AnyEntry, Unread
    from server.log.leaves import EntryLeaf
    from server.store.protocol import Row, Store


def fold_reading(
    store: Store, leaf: EntryLeaf, record: Row, entry: AnyEntry | Unread | None
) -> None:
    """Keep where a reading of an instrument lies, and what it said; of other kinds nothing."""
    if not isinstance(entry, MeasurementTaken) or not entry.taken.instrument:
        return
    quantity = entry.taken.quantity
    store.put(
        "readings",
        {
            "asset": entry.taken.instrument,
            "global_index": record["global_index"],
            "origin": leaf.origin,
            "idx": leaf.index,
            "job": record["job_order"],
            "operation": record["operation"],
            "step": record["step"],
            "characteristic": entry.characteristic,
            "sample": entry.sample,
            "value": "" if quantity is None else f"{quantity.value:f}",
            "unit": "" if quantity is None else quantity.unit,
            "person": record["person"],
            "station": record["station"],
            "wall": record["wall"],
            "quality": record["quality"],
            "received_at": leaf.received_at.isoformat(),
        },
    )
