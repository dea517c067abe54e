"""Where things are in the equipment hierarchy: the place of a job, a lot, a hold, a station.

What is not known is at the site: who holds a class at a part of it learns nothing by asking.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from forms.codec import decode_master
from forms.rights import common
from forms.terms import SITE, Scope
from server.ingest.statements_places import WORK_CENTER
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.store.protocol import Store

FOUNDED, LONGEST = "founded", 18
"""The row of ``places`` with the founding; digits of a revision."""


class Of(StrEnum):
    """What a route is about, which says where: found by what its path, query or body names."""

    SITE = "site"
    """The whole site, or what belongs to no part of it."""
    ANYWHERE = "anywhere"
    """Every place at which the person holds a class: lists show those, and stopping needs no more.
    """
    JOB = "job"
    LOT = "lot"
    HOLD = "hold"
    MASTER = "master"
    STATION = "station"


class Scopes:
    """Finds the place of an object."""

    def __init__(self, store: Store) -> None:
        """Over the projections."""
        self._store = store

    def all(self) -> tuple[Scope, ...]:
        """Every work center there is, and every area; the site first."""
        centers = list(dict.fromkeys(self._units().values()))
        founded = self._founded()
        found = [SITE, Scope(area=founded.area), founded]
        for one in centers:
            found += [Scope(area=one.area), one]
        return tuple(dict.fromkeys(found))

    def units(self) -> set[str]:
        """Every work unit of the site."""
        return set(self.unit_names())

    def unit_names(self) -> dict[str, dict[str, str]]:
        """What every work unit is called, by language."""
        found: dict[str, dict[str, str]] = self._founding().get("work_units", {})
        return found

    def centers(self) -> dict[Scope, tuple[str, ...]]:
        """Every work center with the work units in it now, the founding one first."""
        known, founded = self._units(), self._founded()
        found: dict[Scope, list[str]] = {founded: []}
        for unit in sorted(self.units()):
            found.setdefault(known.get(unit, founded), []).append(unit)
        return {place: tuple(units) for place, units in found.items()}

    def moved(self, place: Scope, units: Iterable[str]) -> tuple[tuple[Scope, Scope], ...]:
        """From where to where work units come if ``place`` has these from now on, and no others."""
        kept = [one for one in self._said() if _read_place(one) != place]
        now, then = self._units(), _placed(kept) | dict.fromkeys(units, place)
        founded = self._founded()
        pairs = ((now.get(unit, founded), then.get(unit, founded)) for unit in self.units())
        return tuple(dict.fromkeys((old, new) for old, new in pairs if old != new))

    def found(self, of: Of, named: Mapping[str, str]) -> Scope | None:
        """The place of what a request names; None for wherever the person holds a class."""
        if of is Of.ANYWHERE:
            return None
        if of is Of.SITE:
            return SITE
        find = {
            Of.JOB: lambda: self.of_job(named.get("job", "")),
            Of.LOT: lambda: self.of_lot(named.get("item", ""), named.get("lot", "")),
            Of.HOLD: lambda: self._of_hold(named.get("ref", "")),
            Of.MASTER: lambda: self._of_master(named.get("master", ""), named.get("revision", "")),
            Of.STATION: lambda: self.of_station(named.get("station", "")),
        }
        return find[of]()

    def of_units(self, units: Iterable[str]) -> Scope:
        """The smallest place with all these work units."""
        known, founded = self._units(), self._founded()
        return common(known.get(one, founded) for one in units)

    def of_job(self, job: str) -> Scope:
        """Where a job order's operations are done."""
        return self._made(job)[1]

    def _made(self, job: str) -> tuple[str, Scope]:
        """Of which item a job order makes a lot, and where."""
        row = self._store.one("orders", id=job)
        if row is None:
            return "", SITE
        return self._of_digest(str(_read(row["data"])["work_master"]))

    def of_lot(self, item: str, lot: str) -> Scope:
        """Where a lot is made; the site for one that was received."""
        found = self._store.rows("allotted", kind="lot", value=lot)
        made = (self._made(row["job"]) for row in found)
        return common(place for made_item, place in made if made_item == item)

    def of_station(self, station: str) -> Scope:
        """Where a station's work units are; the site for one that serves all."""
        row = self._store.newest("stations", id=station)
        planned = self._store.one("places", id=f"station/{station}")
        if row is not None and row["work_units"]:
            return self.of_units(row["work_units"].split(","))
        if planned is not None:
            return self.of_units(map(str, _read(planned["data"])["work_units"]))
        return SITE

    def of_log(self, origin: str) -> Scope:
        """Where the station is that writes a log."""
        row = self._store.one("stations", origin=origin)
        return SITE if row is None else self.of_station(row["id"])

    def _of_hold(self, ref: str) -> Scope:
        row = self._store.one("holds", ref=ref)
        return SITE if row is None else self.of_lot(row["item"], row["lot"])

    def _of_master(self, master: str, revision: str) -> Scope:
        """Of that revision; without one of the newest approved, which is what is dispatched."""
        if revision:
            known = revision.isascii() and revision.isdigit() and len(revision) <= LONGEST
            row = self._store.one("masters", id=master, revision=int(revision)) if known else None
        else:
            row = self._store.newest("masters", id=master, status="approved")
        return SITE if row is None else self._of_digest(row["digest"])[1]

    def _of_digest(self, digest: str) -> tuple[str, Scope]:
        """A document never changes; what is said of the work units may."""
        return self._store.derived(("places",), digest, lambda: self._read_master(digest))

    def _read_master(self, digest: str) -> tuple[str, Scope]:
        document = self._store.one("documents", sha256=digest, kind="master")
        if document is None:
            return "", SITE
        master = decode_master(document["data"])
        units = (operation.work_unit for operation in master.operations)
        return master.product.item, self.of_units(units)

    def _founded(self) -> Scope:
        place = self._founding()
        return Scope(area=str(place.get("area", "")), work_center=str(place.get("work_center", "")))

    def _founding(self) -> dict[str, Any]:
        row = self._store.one("places", id=FOUNDED)
        return _read(row["data"])["place"] if row else {}

    def _units(self) -> dict[str, Scope]:
        """The work center of every work unit that is not in the founding one; the newest word."""
        return self._store.derived(("places",), "units", self._read_units)

    def _read_units(self) -> dict[str, Scope]:
        return _placed(self._said())

    def _said(self) -> list[dict[str, Any]]:
        """What is said of each work center besides the founding one."""
        rows = [row for row in self._store.rows("places") if row["id"].startswith(WORK_CENTER)]
        return [_read(row["data"]) for row in rows]


def _read_place(said: Mapping[str, Any]) -> Scope:
    return Scope(area=str(said["area"]), work_center=str(said["work_center"]))


def _placed(said: Iterable[dict[str, Any]]) -> dict[str, Scope]:
    return {
        unit: _read_place(one)
        for one in sorted(said, key=lambda one: int(one["index"]))
        for unit in one["work_units"]
    }


def _read(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = canonical.loads(data)
    return found
