"""What all job orders together drew from a received lot, against what was received.

A station knows only its own draws. Two that were alone can take more from a lot than it held, each
rightly by what it knew; the records stay, and somebody of quality has to look.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from forms.terms import MaterialLot
from sync import canonical

if TYPE_CHECKING:
    from server.store.protocol import Store

OVERDRAWN = "lot-overdrawn"
"""The alarm's code; about ``ITEM/LOT``."""


def overdraft(store: Store, item: str, lot: str) -> tuple[str, str] | None:
    """What was drawn and what was received, if it was more; None also for a lot not received."""
    row = store.one("lots", item=item, lot=lot)
    if row is None:
        return None
    received = msgspec.convert(canonical.loads(row["data"]), MaterialLot).quantity
    draws = store.rows("consumption", item=item, lot=lot, effect=1)
    if any(draw["unit"] != received.unit for draw in draws):
        return None  # the judge has said so of the records
    drawn = sum((Decimal(draw["quantity"]) for draw in draws), Decimal(0))
    if drawn <= received.value:
        return None
    return f"{drawn:f} {received.unit}", f"{received.value:f} {received.unit}"


def overdrawn(store: Store, job: str) -> list[dict[str, Any]]:
    """Alarms for the lots of a job order that are overdrawn; once for each sum."""
    found = []
    lots = {(row["item"], row["lot"]) for row in store.rows("consumption", job=job, effect=1)}
    for item, lot in sorted(lots):
        more, about = overdraft(store, item, lot), f"{item}/{lot}"
        if more is None:
            continue
        params = {"drawn": more[0], "received": more[1]}
        said = [
            canonical.loads(row["params"])
            for row in store.rows("alarms", code=OVERDRAWN, about=about)
        ]
        if params not in said:
            found.append({"code": OVERDRAWN, "about": about, "params": params})
    return found
