"""Founding a server from its plan: two people sign, then everything the plan lists is stated.

Every statement is signed by the person who stands for it: the founders for people and stations,
quality for lots and suppliers, the authors named for work masters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from forms.authoring import AuthoringErrors, read_master
from forms.rights import RIGHTS, Action, allows
from forms.terms import (
    MaterialDefinition,
    MaterialLot,
    Person,
    Quantity,
)
from forms.workpack import JobOrder
from server.people.directory import Acting, must_be_two
from server.people.enrolment import NewPerson
from server.plan import amount, day
from server.plan_assets import PlanMetrology
from server.plan_error import PlanError
from server.quality.office import STATION
from sync.protocol import Enrolment as StationRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from server.parts import Parts
    from server.plan import Plan, PlanPerson
    from sync.keys import Signer


class Founding:
    """One founding, from an empty store."""

    def __init__(
        self, parts: Parts, plan: Plan, folder: Path, secrets: Mapping[str, str], office: Signer
    ) -> None:
        """``folder`` holds the plan's files; ``secrets`` by person id; ``office``: its key."""
        self._parts, self._plan, self._folder = parts, plan, folder
        self._secrets, self._office = secrets, office
        self._acting: dict[str, Acting] = {}
        self._today = parts.clock().date()

    def found(self) -> None:
        """State everything in one unit: a founding is whole or did not happen."""
        with self._parts.book.unit():
            self._people()
            self._stations()
            self._materials()
            self._masters()
            self._orders()

    def _people(self) -> None:
        """Keys first, then the founding signed by both founders, then each person."""
        enrolment, bodies = self._parts.enrolment, []
        if len({person.badge for person in self._plan.people}) < len(self._plan.people):
            msg = "people: two of them have the same badge"
            raise PlanError(msg)
        for person in self._plan.people:
            new = self._new_person(person)
            signer, wrapped = enrolment.make_key(new)
            body = enrolment.body(new, signer, wrapped)
            enrolment.keep(wrapped)
            self._acting[person.id] = Acting(person=msgspec.convert(body, Person), signer=signer)
            bodies.append(body)
        founders = [self._acting[one] for one in self._plan.founders]
        must_be_two(founders)
        self._state("server.founded", self._founding_body(), founders)
        for body in bodies:
            self._state("person.enrolled", body, founders)

    def _new_person(self, person: PlanPerson) -> NewPerson:
        secret = self._secrets.get(person.id) or person.secret
        if not secret:
            msg = f"people: {person.id} has no secret; give it as a line of --secrets"
            raise PlanError(msg)
        return NewPerson(
            id=person.id,
            name=person.name,
            classes=person.classes,
            badge=person.badge,
            secret=secret,
            document=person.identity.document,
            checked_by=person.identity.checked_by,
            qualified=person.qualified,
            qualified_until=day(person.qualified_until, self._today),
        )

    def _founding_body(self) -> dict[str, Any]:
        plan = self._plan
        return {
            "domain": plan.domain,
            "site": plan.site,
            "place": msgspec.to_builtins(plan.place),
            "accountability": msgspec.to_builtins(plan.accountability),
            "founders": list(plan.founders),
            "demo": plan.demo,
        }

    def _stations(self) -> None:
        """Planned stations, and the office, which the founders approve at once."""
        founders = [self._acting[one] for one in self._plan.founders]
        for station in self._plan.stations:
            body = {"id": station.id, "work_units": list(station.work_units)}
            self._state("station.planned", body, founders)
        stations = self._parts.stations
        stations.request(StationRequest.make(STATION, self._office.name, self._office))
        for founder in founders:
            stations.approve(STATION, founder)

    def _materials(self) -> None:
        plan, catalogue = self._plan, self._parts.catalogue
        administrator = self._one_who(Action.DEFINE_MATERIAL)
        quality = self._one_who(Action.FREE_ASSET)
        for one in plan.materials:
            material = MaterialDefinition(**msgspec.structs.asdict(one))
            catalogue.define_material(material, administrator)
        for supplier in plan.suppliers:
            catalogue.define_supplier(supplier.id, supplier.name, quality)
        for asset in plan.assets:
            catalogue.define_asset(asset.term(lambda text: day(text, self._today)), quality)
        if plan.metrology != PlanMetrology():
            self._parts.instruments.calibrations.ask(plan.metrology.term(), quality)
        for lot in plan.lots:
            catalogue.receive(self._lot(lot), quality)

    def _lot(self, lot: Any) -> MaterialLot:  # noqa: ANN401 - PlanLot, kept out of the signature
        return MaterialLot(
            lot=lot.lot,
            item=lot.item,
            quantity=Quantity(value=amount(lot.quantity), unit=lot.unit),
            status=lot.status,
            expiry=day(lot.expiry, self._today),
            supplier=lot.supplier,
            hold_reason=lot.hold_reason,
        )

    def _masters(self) -> None:
        for one in self._plan.work_masters:
            path = self._folder / one.file
            try:
                master = read_master(path.read_text(encoding="utf-8"), str(path))
            except (OSError, UnicodeDecodeError, AuthoringErrors) as error:
                msg = f"work_masters: {path}: {error}"
                raise PlanError(msg) from error
            masters = self._parts.masters
            masters.propose(master, self._who(one.proposed_by))
            masters.check(master.id, master.revision, self._who(one.checked_by))
            masters.approve(master.id, master.revision, self._who(one.approved_by))

    def _orders(self) -> None:
        dispatcher = self._one_who(Action.DISPATCH)
        for one in self._plan.job_orders:
            order = JobOrder(
                id=one.id,
                lot=one.lot,
                units=one.units,
                work_master=self._parts.masters.newest_approved(one.work_master),
                serials=one.allotted(),
            )
            self._parts.orders.dispatch(order, dispatcher)

    def _who(self, person_id: str) -> Acting:
        self._plan.person(person_id)
        return self._acting[person_id]

    def _one_who(self, action: Action) -> Acting:
        for acting in self._acting.values():
            if allows(acting.person.classes, action):
                return acting
        msg = f"people: the plan needs somebody of class {' or '.join(RIGHTS[action])}"
        raise PlanError(msg)

    def _state(self, kind: str, body: dict[str, Any], acting: list[Acting]) -> None:
        by = tuple(one.sign(kind, body) for one in acting)
        self._parts.book.state(kind, body, by)
