"""A record before the judge: the record, the state it meets, the WorkPack it names, the gates.

A gate is a function from a case to the reasons it finds (none: the gate is open).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from forms.assets import Moment
from forms.masters import Operation, Step
from forms.rules import Reason, because
from forms.terms import LotStatus, PersonnelClass

if TYPE_CHECKING:
    from forms.entries import AnyEntry, Context
    from forms.job_state import JobState, Recorded
    from forms.masters import WorkMaster
    from forms.terms import MaterialLot, Person
    from forms.workpack import WorkPack

Reasons = Iterator[Reason]
CLOCK_OFF = timedelta(minutes=15)
"""A clock this far from the server's time is not set."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the judge looks at. ``entry`` is the record's entry, known to be readable."""

    state: JobState
    recorded: Recorded
    entry: AnyEntry
    pack: WorkPack

    @property
    def context(self) -> Context:
        """Who, where, under which documents."""
        return self.entry.context

    @property
    def moment(self) -> Moment:
        """When the record was made, as honestly as it is known: not before its pack was issued."""
        recorded = self.recorded
        return Moment(recorded.corrected or recorded.wall, recorded.quality, self.pack.issued_at)

    @property
    def day(self) -> date:
        """The calendar day of the record: the earliest it may be."""
        return self.moment.day

    @property
    def master(self) -> WorkMaster:
        """The work master; the gate :func:`in_order_book` has made sure that it is known."""
        if self.state.master is None:
            msg = "no work master"
            raise LookupError(msg)
        return self.state.master

    @property
    def person(self) -> Person | None:
        """The person of the record, as the pack knows them."""
        return person_of(self.pack, self.context.person)

    @property
    def operation(self) -> Operation | None:
        """The operation the record names, if the master has it."""
        for operation in self.state.operations:
            if operation.id == self.context.operation:
                return operation
        return None

    @property
    def step(self) -> Step | None:
        """The step the record names, if the master has it."""
        for step in self.operation.steps if self.operation else ():
            if step.id == self.context.step:
                return step
        return None


Gate = Callable[[Case], Reasons]


def person_of(pack: WorkPack, person: str) -> Person | None:
    """The person of that id in the pack."""
    for each in pack.people:
        if each.id == person:
            return each
    return None


def in_pack(case: Case) -> Reasons:
    """The pack is not older than one the station obeyed before."""
    if case.pack.number < case.state.packs_seen.get(case.recorded.origin, 0):
        yield because("pack-went-back", number=case.pack.number)


def pack_valid(case: Case) -> Reasons:
    """The pack had not expired: an expired one allows capture, never a signature (T34)."""
    if case.moment.wall > case.pack.expires_at:
        yield because("pack-expired", expired=case.pack.expires_at.date())


def clock_known(case: Case) -> Reasons:
    """The station's clock is a time: a dead battery allows capture, never a signature (F24).

    Nor is it one while the server's time proves it wrong: what the signer is shown is not the time.
    """
    if not case.moment.known or abs(case.moment.wall - case.recorded.wall) > CLOCK_OFF:
        yield because("clock-unknown")


def in_order_book(case: Case) -> Reasons:
    """The pack holds this job order, and the record names its work master."""
    order = case.state.order
    wanted = (order.id, order.lot, order.units, order.work_master)
    listed = ((o.id, o.lot, o.units, o.work_master) for o in case.pack.job_orders)
    if case.context.job_order != order.id or wanted not in listed:
        yield because("order-unknown", order=case.context.job_order)
    if case.state.master is None:
        yield because("master-unknown", master=order.work_master[:8])
    if case.context.work_master != order.work_master:
        yield because("master-differs", master=case.context.work_master[:8])


def still_open(case: Case) -> Reasons:
    """No release decision is in force."""
    if case.state.closed:
        yield because("job-closed", order=case.state.order.id)


def not_scrapped(case: Case) -> Reasons:
    """The lot was not scrapped."""
    if case.state.lot_scrapped:
        yield because("lot-scrapped", lot=case.state.order.lot)


def by_active_person(case: Case) -> Reasons:
    """The person is known and active."""
    if not case.context.person:
        yield because("person-missing")
    elif case.person is None:
        yield because("person-unknown", person=case.context.person)
    elif not case.person.active:
        yield because("person-inactive", person=case.person.name)


def by_qualified_person(case: Case) -> Reasons:
    """The person has the operation's class and a qualification for it that still holds."""
    if case.person is not None and case.operation is not None:
        yield from qualification(case.person, case.operation, case.master.id, case.day)


def qualification(person: Person, operation: Operation, master: str, day: date) -> Reasons:
    """Why the person may not work on the operation of that master on that day."""
    if operation.personnel_class not in person.classes:
        yield because("class-missing", person=person.name, needs=operation.personnel_class)
    if not {"*", f"{master}/{operation.id}"} & set(person.qualified):
        yield because("not-qualified", person=person.name, operation=operation.id)
    elif person.qualified_until is not None and person.qualified_until < day:
        yield because("qualification-expired", person=person.name, until=person.qualified_until)


def by_class(*classes: PersonnelClass) -> Gate:
    """A gate: the person has one of these classes (the first is the one named in words)."""

    def gate(case: Case) -> Reasons:
        person = case.person
        if person is not None and not set(classes) & set(person.classes):
            yield because("class-missing", person=person.name, needs=classes[0])

    return gate


def signed_in(case: Case) -> Reasons:
    """The person is the one signed in at the station, as far as sessions are known."""
    sessions, origin = case.state.sessions, case.recorded.origin
    if origin in sessions:
        session = sessions[origin]
        if session is None or session.person != case.context.person:
            yield because("not-signed-in", person=case.context.person)


def at_work_unit(case: Case) -> Reasons:
    """The record was made at the operation's work unit."""
    operation = case.operation
    if operation is not None and operation.work_unit != case.context.work_unit:
        yield because("wrong-work-unit", expected=operation.work_unit, got=case.context.work_unit)


def in_operation_order(case: Case) -> Reasons:
    """The operation is the current one."""
    current = case.state.current
    if current is None:
        yield because("nothing-left")
    elif current[0].id != case.context.operation:
        yield because("operation-order", expected=current[0].id, got=case.context.operation)


def in_step_order(*kinds: type[Step]) -> Gate:
    """A gate: operation and step are the current ones, and the step is of one of these kinds."""

    def gate(case: Case) -> Reasons:
        current = case.state.current
        if current is None or current[0].id != case.context.operation:
            yield from in_operation_order(case)
        elif current[1].id != case.context.step:
            yield because("step-order", expected=current[1].id, got=case.context.step)
        elif not isinstance(current[1], kinds):
            yield because("step-kind", step=current[1].id)

    return gate


def lots_usable(case: Case) -> Reasons:
    """Neither the lot being made nor any lot already in it is on hold or rejected."""
    for item, lot in _inside(case):
        hold = case.state.held(item, lot)
        if hold is not None:
            yield because("lot-held", lot=lot, reason=hold.reason)
        else:
            yield from _stopped_in_pack(case, item, lot)


def lots_not_stopped(case: Case) -> Reasons:
    """The pack does not have the lot being made, or any lot in it, on hold or rejected.

    Holds among the records are asked for by :func:`forms.release.ready`.
    """
    for item, lot in _inside(case):
        yield from _stopped_in_pack(case, item, lot)


def _inside(case: Case) -> list[tuple[str, str]]:
    """(item, lot) of the lot being made and of every lot already in it."""
    state = case.state
    consumed = [(entry.item, entry.lot) for _, entry in state.consumed.values()]
    return [(case.master.product.item, state.order.lot), *consumed]


def _stopped_in_pack(case: Case, item: str, lot: str) -> Reasons:
    known = lot_of(case.pack, item, lot)
    if known is not None and known.status in {LotStatus.HOLD, LotStatus.REJECTED}:
        yield because("lot-status", lot=lot, status=known.status)


def lot_of(pack: WorkPack, item: str, lot: str) -> MaterialLot | None:
    """The lot of that item in the pack."""
    for each in pack.lots:
        if (each.item, each.lot) == (item, lot):
            return each
    return None


def about_known(case: Case, refs: tuple[str, ...]) -> Reasons:
    """Every ref names a record of this job order."""
    for ref in refs:
        if ref not in case.state.by_ref:
            yield because("record-unknown", ref=ref[:8])
            return
