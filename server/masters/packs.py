"""Building the WorkPack of a station: everything it needs to work alone until it expires."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from forms.codec import canonical as canonical_form
from forms.codec import decode_work_pack
from forms.rights import seen_at
from forms.terms import (
    LotStatus,
    MaterialDefinition,
    MaterialLot,
    Person,
    PhysicalAsset,
    Scope,
    Text,
)
from forms.workpack import ApprovedMaster, JobOrder, Place, WorkPack
from server.ingest.records import OFFICE
from server.ingest.scopes import Scopes
from server.ingest.statements_breaks import CONTINUED
from server.masters.calibrations import Calibrations
from server.words import Refusal
from sync import canonical
from sync.signed_pack import seal_pack

if TYPE_CHECKING:
    from collections.abc import Collection

    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.masters.orders import Orders, WorkMasters
    from server.people.directory import Directory
    from server.people.stations import StationRow
    from server.store.protocol import Row
    from sync.keys import Signer

ISSUED = "pack.issued"
"""Kind of the statement."""
STATED = ("station", "number", "sha256", "expires_at")
"""What of a pack's row the statement repeats."""
VALID_FOR = timedelta(days=14)
RENEWED_AFTER = timedelta(days=1)


class Packs:
    """Builds, signs, numbers and stores packs; a new one only when something in it changed."""

    def __init__(
        self,
        book: Book,
        signer: Signer,
        directory: Directory,
        catalogue: Catalogue,
        masters: WorkMasters,
        orders: Orders,
    ) -> None:
        """Over the book; packs are signed by ``signer``, the server's key."""
        self._book, self._store, self._signer = book, book.store, signer
        self._directory, self._catalogue = directory, catalogue
        self._scopes = Scopes(book.store)
        self._masters, self._orders = masters, orders

    def current(self, station: StationRow) -> Row:
        """The pack in force for the station: row of ``packs``; issued now if something changed."""
        now = self._book.clock()
        last = self._store.newest("packs", station=station.id)
        least = self._least()
        number = max(last["number"] if last else 0, least) + 1
        fresh = self._build(station, number, now)
        current = last is not None and last["number"] > least
        if last is not None and current and not self._changed(last, fresh, now):
            return last
        return self._issue(station, fresh)

    def rehearse(
        self, station: StationRow, held: Collection[tuple[str, str]], reason: str
    ) -> tuple[bytes, int]:
        """The signed pack the station would get if these lots were held, and how many it names.

        It is not issued, not numbered and not kept: no station will ever have it.
        """
        now = self._book.clock()
        fresh = self._build(station, 0, now, held, reason)
        stopped = sum((one.item, one.lot) in held for one in fresh.lots)
        content = canonical_form(fresh)
        return seal_pack(content, 0, now, fresh.expires_at, self._signer), stopped

    def content(self, sha256: str) -> bytes:
        """The content bytes of a pack by digest; Refusal if unknown."""
        document = self._store.one("documents", sha256=sha256)
        if document is None:
            raise Refusal("not-found", what="WorkPack", name=sha256[:12])
        return bytes(document["data"])

    def pack(self, sha256: str) -> WorkPack | None:
        """The pack of a digest, decoded; None if unknown (as ``forms.job`` asks for it)."""
        document = self._store.one("documents", sha256=sha256, kind="pack")
        return None if document is None else decode_work_pack(document["data"])

    def place(self) -> Place:
        """The ISA-95 path of this server's site."""
        return msgspec.convert(self._founding()["place"], Place)

    def _place(self, here: Scope | None) -> Place:
        """The path of the station's place; the founding one where it serves more than one."""
        place = self.place()
        if here is None or not here.work_center:
            return place
        return msgspec.structs.replace(place, area=here.area, work_center=here.work_center)

    def _least(self) -> int:
        """Stations may hold packs of a log that ended: fewer than it had leaves."""
        row = self._store.one("places", id=CONTINUED)
        return int(str(canonical.loads(row["data"])["signed"])) if row else 0

    def _founding(self) -> dict[str, object]:
        row = self._store.one("places", id="founded")
        if row is None:
            raise Refusal("no-data", path="this store")
        return canonical.loads(row["data"])

    def _changed(self, last: Row, fresh: WorkPack, now: datetime) -> bool:
        issued = datetime.fromisoformat(last["issued_at"])
        if now - issued > RENEWED_AFTER:
            return True
        old = decode_work_pack(self.content(last["sha256"]))
        same = msgspec.structs.replace(
            fresh, number=old.number, issued_at=old.issued_at, expires_at=old.expires_at
        )
        return canonical_form(same) != self.content(last["sha256"])

    def _build(
        self,
        station: StationRow,
        number: int,
        now: datetime,
        held: Collection[tuple[str, str]] = (),
        reason: str = "",
    ) -> WorkPack:
        founding, here = self._founding(), self._here(station.id)
        orders = self._open_orders(station)
        digests = sorted({order.work_master for order in orders})
        masters = tuple(self._masters.approved(key) for key in digests)
        items = {line.item for approved in masters for line in approved.master.bom}
        product = {one.digest: one.master.product.item for one in masters}
        making = {(product[order.work_master], order.lot) for order in orders}
        return WorkPack(
            number=number,
            issued_at=now,
            expires_at=now + VALID_FOR,
            place=self._place(here),
            masters=masters,
            job_orders=orders,
            people=self._people(here),
            materials=self._materials(items | set(product.values())),
            lots=_holding(self._lots(items, making), held, reason),
            assets=self._assets(),
            accountability=msgspec.convert(founding["accountability"], Text),
            metrology=Calibrations(self._book).metrology(),
        )

    def _open_orders(self, station: StationRow) -> tuple[JobOrder, ...]:
        """Orders that are not closed and have an operation at one of the station's work units."""
        units = set(station.work_units.split(",")) if station.work_units else None
        return tuple(
            order
            for order in self._orders.open()
            if units is None or units & _units(self._masters.approved(order.work_master))
        )

    def _here(self, station: str) -> Scope | None:
        """Where the station is; the office is wherever those are who act at the console."""
        return None if station == OFFICE else self._scopes.of_station(station)

    def _people(self, here: Scope | None) -> tuple[Person, ...]:
        """Everybody, with the classes they hold where the station is: it knows no other place."""
        people = [seen_at(one, here) for one in self._directory.everyone(wrapped=True)]
        return tuple(
            one if one.active else msgspec.structs.replace(one, wrapped_key="") for one in people
        )

    def _materials(self, items: set[str]) -> tuple[MaterialDefinition, ...]:
        return tuple(one for one in self._catalogue.materials() if one.item in items)

    def _lots(self, items: set[str], making: set[tuple[str, str]]) -> tuple[MaterialLot, ...]:
        """Component lots, and lots being made only when stopped (their count changes always)."""
        found = {lot.key: lot for item in items for lot in self._catalogue.lots_of(item)}
        for item, lot in making:
            stopped = self._catalogue.stopped(item, lot)
            if stopped is not None:
                found[stopped.key] = stopped
        return tuple(sorted(found.values(), key=lambda one: (one.item, one.lot)))

    def _assets(self) -> tuple[PhysicalAsset, ...]:
        return self._catalogue.assets()

    def _issue(self, station: StationRow, pack: WorkPack) -> Row:
        content = canonical_form(pack)
        sha256 = hashlib.sha256(content).hexdigest()
        signed = seal_pack(content, pack.number, pack.issued_at, pack.expires_at, self._signer)
        row = {
            "station": station.id,
            "number": pack.number,
            "sha256": sha256,
            "signed": signed,
            "issued_at": pack.issued_at.isoformat(),
            "expires_at": pack.expires_at.isoformat(),
        }
        with self._book.unit():
            if self._store.one("documents", sha256=sha256) is None:
                self._store.add("documents", {"sha256": sha256, "kind": "pack", "data": content})
            self._store.add("packs", row)
            self._book.state(ISSUED, {name: row[name] for name in STATED})
        return row


def _holding(
    lots: tuple[MaterialLot, ...], held: Collection[tuple[str, str]], reason: str
) -> tuple[MaterialLot, ...]:
    """The lots with more of them on hold."""
    return tuple(
        msgspec.structs.replace(one, status=LotStatus.HOLD, hold_reason=reason)
        if (one.item, one.lot) in held
        else one
        for one in lots
    )


def _units(approved: ApprovedMaster) -> set[str]:
    return {operation.work_unit for operation in approved.master.operations}
