"""Materials, suppliers, instruments and received lots; each change is a signed statement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import Action
from forms.terms import (
    LotStatus,
    MaterialDefinition,
    MaterialLot,
    PhysicalAsset,
    Quantity,
)
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from forms.terms import Term
    from server.log.book import Book
    from server.masters.holds import Holding
    from server.people.directory import Acting
    from server.store.protocol import Row, Store

CALIBRATED = ("calibration_due", "certificate", "laboratory", "calibrated_on", "certificate_file")
"""What of an instrument a calibration says."""


def body_of(term: Term) -> dict[str, Any]:
    """A term as a statement's body: builtins with decimals and dates as text."""
    body: dict[str, Any] = msgspec.to_builtins(term)
    return body


_NAMED = (
    ("lots", ("item", "lot")),
    ("jobs", ("item", "lot")),
    ("transforms", ("into_item", "into_lot")),
    ("consumption", ("item", "lot")),
    ("history_lots", ("item", "lot_code")),
)
"""Where a lot may be named, and by which columns."""


def heard_of(store: Store, item: str, lot: str) -> bool:
    """Whether anybody ever named the lot: received, made, moved, used, or imported."""
    return any(
        store.one(table, **{names[0]: item, names[1]: lot}) is not None for table, names in _NAMED
    )


class Catalogue:
    """Reads and writes master data."""

    def __init__(self, book: Book, holding: Holding) -> None:
        """Over the book, and what is held."""
        self._book, self._store, self._holding = book, book.store, holding

    def define_material(self, material: MaterialDefinition, acting: Acting) -> None:
        """Define or redefine an item."""
        self._say("material.defined", body_of(material), acting, Action.DEFINE_MATERIAL)

    def define_supplier(self, supplier: str, name: str, acting: Acting) -> None:
        """Add a supplier to the approved list."""
        body = {"id": supplier, "name": name}
        self._say("supplier.defined", body, acting, Action.DEFINE_SUPPLIER)

    def define_asset(self, asset: PhysicalAsset, acting: Acting) -> None:
        """Add or change an instrument.

        Only quality ends that it is kept apart, and changes when it is due or by which certificate
        otherwise than by a calibration.
        """
        known = self._store.one("assets", id=asset.id) is not None
        before = self.asset(asset.id) if known else asset
        freed = before.quarantine and not asset.quarantine
        mine = freed or any(getattr(before, one) != getattr(asset, one) for one in CALIBRATED)
        action = Action.FREE_ASSET if mine else Action.DEFINE_ASSET
        self._say("asset.defined", body_of(asset), acting, action)

    def receive(self, lot: MaterialLot, acting: Acting) -> None:
        """Receive a lot; its item must be defined and its supplier known; never twice."""
        if self._store.one("lots", item=lot.item, lot=lot.lot) is not None:
            raise Refusal("exists", what="lot", name=lot.key)
        if self._store.one("materials", item=lot.item) is None:
            raise Refusal("not-found", what="material", name=lot.item)
        if lot.supplier and self._store.one("suppliers", id=lot.supplier) is None:
            raise Refusal("not-found", what="supplier", name=lot.supplier)
        self._say("lot.received", body_of(lot), acting, Action.RECEIVE)

    def set_status(
        self, item: str, lot: str, status: LotStatus, acting: Acting, reason: str = ""
    ) -> None:
        """Quality's decision on a received lot (release from quarantine, reject, hold).

        Refusal ``wrong-state`` for a lot made here: the release decision alone speaks of those.
        """
        self.lot(item, lot)
        if not self.received(item, lot):
            raise Refusal("wrong-state", what="lot", name=f"{item}/{lot}", state="made here")
        held = reason if status == LotStatus.HOLD else ""
        body = {"item": item, "lot": lot, "status": str(status), "hold_reason": held,
                "reason": reason}  # fmt: skip
        self._say("lot.status", body, acting, Action.SET_STATUS)

    def received(self, item: str, lot: str) -> bool:
        """Whether the lot was received from a supplier, not made here."""
        row = self._store.one("lots", item=item, lot=lot)
        return row is not None and row["source"] == "received"

    def materials(self) -> tuple[MaterialDefinition, ...]:
        """All items."""
        rows = self._store.rows("materials")
        return tuple(msgspec.convert(canonical.loads(r["data"]), MaterialDefinition) for r in rows)

    def assets(self) -> tuple[PhysicalAsset, ...]:
        """All instruments."""
        rows = self._store.rows("assets")
        return tuple(msgspec.convert(canonical.loads(row["data"]), PhysicalAsset) for row in rows)

    def asset(self, asset: str) -> PhysicalAsset:
        """One instrument; Refusal if unknown."""
        row = self._store.one("assets", id=asset)
        if row is None:
            raise Refusal("not-found", what="asset", name=asset)
        return msgspec.convert(canonical.loads(row["data"]), PhysicalAsset)

    def lots(self) -> tuple[MaterialLot, ...]:
        """All lots, received or made here, with open holds laid over their status."""
        return tuple(self._lot(row) for row in self._store.rows("lots"))

    def lot(self, item: str, lot: str) -> MaterialLot:
        """One lot; Refusal if unknown."""
        row = self._store.one("lots", item=item, lot=lot)
        if row is None:
            raise Refusal("not-found", what="lot", name=f"{item}/{lot}")
        return self._lot(row)

    def heard_of(self, item: str, lot: str) -> bool:
        """Whether anybody ever named the lot: received, made, moved, used, or imported."""
        return heard_of(self._store, item, lot)

    def lots_of(self, item: str) -> tuple[MaterialLot, ...]:
        """The lots of one item, with open holds laid over their status."""
        return tuple(self._lot(row) for row in self._store.rows("lots", item=item))

    def stopped(self, item: str, lot: str) -> MaterialLot | None:
        """A lot being made, if it is on hold or rejected; its first unit may not be made yet."""
        row = self._store.one("lots", item=item, lot=lot)
        if row is not None:
            found = self._lot(row)
            return found if found.status in {LotStatus.HOLD, LotStatus.REJECTED} else None
        hold, material = self._holding.on(item, lot), self._store.one("materials", item=item)
        if hold is None or material is None:
            return None
        unit = str(canonical.loads(material["data"])["unit"])
        return MaterialLot(
            lot=lot,
            item=item,
            quantity=Quantity(value=Decimal(0), unit=unit),
            status=LotStatus.HOLD,
            hold_reason=hold.reason,
        )

    def held(self, item: str, lot: str) -> bool:
        """Whether a hold is in force on the lot, known or not."""
        return self._holding.on(item, lot) is not None

    def own_status(self, item: str, lot: str) -> LotStatus:
        """The status given to the lot itself, without holds; Refusal if unknown."""
        row = self._store.one("lots", item=item, lot=lot)
        if row is None:
            raise Refusal("not-found", what="lot", name=f"{item}/{lot}")
        return msgspec.convert(canonical.loads(row["data"]), MaterialLot).status

    def _lot(self, row: Row) -> MaterialLot:
        lot = msgspec.convert(canonical.loads(row["data"]), MaterialLot)
        hold = self._holding.on(lot.item, lot.lot)
        if hold is not None and lot.status != LotStatus.REJECTED:
            lot = msgspec.structs.replace(lot, status=LotStatus.HOLD, hold_reason=hold.reason)
        return lot

    def _say(self, kind: str, body: dict[str, Any], acting: Acting, action: Action) -> None:
        acting.must(action)
        self._book.state(kind, body, (acting.sign(kind, body),))
