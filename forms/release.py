"""May this lot be released? The same answer at the station and on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.concession import conceded
from forms.cover import doers
from forms.entries import Unread
from forms.labels import reconciled
from forms.rights import RIGHTS, Action, allows
from forms.rules import Reason, Verdict, because, verdict
from forms.terms import LotStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forms.entries import HoldPlaced
    from forms.job_state import JobState
    from forms.terms import MaterialLot, Person


def ready(state: JobState) -> Verdict:
    """What the job order's own records say against release."""
    return verdict(
        *_work(state), *_quality(state), *_units(state), *_labels(state), *_held(state, ())
    )


def judge_release(  # noqa: PLR0913 - each is one thing that the outside found
    state: JobState,
    *,
    person: Person | None = None,
    holds: Iterable[HoldPlaced] = (),
    lots: Iterable[MaterialLot] = (),
    gaps: Iterable[str] = (),
    unread: Iterable[str] = (),
    elsewhere: Iterable[str] = (),
    outstanding: Iterable[str] = (),
) -> Verdict:
    """What stands against releasing the lot now.

    ``person``: who would release. ``holds``: holds open anywhere. ``lots``: the lots' present
    status. ``gaps``: origins whose log has a hole or a fork. ``unread``: kinds in the batch that
    this version cannot read. ``elsewhere``: anything open in another place, in words (a complaint,
    a deviation of the room). ``outstanding``: origins that saved records not known here.
    """
    reasons = [*ready(state).reasons, *_held(state, holds), *_statuses(state, lots)]
    reasons += [because("log-gap", origin=origin) for origin in gaps]
    reasons += [because("records-outstanding", origin=origin) for origin in outstanding]
    reasons += [because("unread-kind", kind=kind) for kind in unread]
    reasons += [because("open-elsewhere", what=what) for what in elsewhere]
    if state.closed:
        reasons.append(because("job-closed", order=state.order.id))
    if person is not None:
        reasons += _person(state, person)
    return verdict(*reasons)


def basis(state: JobState) -> tuple[str, ...]:
    """The refs a release decision judges, by origin then index: ``records_root`` is over these."""
    ordered = sorted(state.records, key=lambda each: (each.recorded.origin, each.recorded.index))
    return tuple(judged.ref for judged in ordered)


def inside(state: JobState) -> tuple[tuple[str, str], ...]:
    """(item, lot) of the lot itself and of all that is, or may be, in it.

    A draw that does not count was made all the same: a step done at two stations took two lots.
    """
    product = state.master.product.item if state.master else ""
    lots = [(product, state.order.lot)]
    lots += [(entry.item, entry.lot) for _, entry in state.consumed.values()]
    return tuple(dict.fromkeys([*lots, *sorted(state.drawn_besides)]))


def _person(state: JobState, person: Person) -> Iterator[Reason]:
    if not person.active:
        yield because("person-inactive", person=person.name)
    if not allows(person.classes, Action.RELEASE):
        yield because("class-missing", person=person.name, needs=RIGHTS[Action.RELEASE][0])
    if person.id in doers(state):
        yield because("own-work", person=person.name)


def _work(state: JobState) -> Iterator[Reason]:
    if state.master is None:
        yield because("master-unknown", master=state.order.work_master[:8])
    for operation in state.operations:
        if not state.operation_done(operation):
            yield because("operation-open", operation=operation.id)
    if state.lot_scrapped:
        yield because("lot-scrapped", lot=state.order.lot)


def _quality(state: JobState) -> Iterator[Reason]:
    for nonconformity in state.open_nonconformities:
        yield because("nonconformity-undecided", ref=nonconformity.ref[:8])
    if False in state.corrections.values():
        yield because("correction-unsigned")
    accepted = conceded(state)
    for judged in state.records:
        if not judged.recorded.sound and judged.ref not in accepted:
            yield because("record-unsound", ref=judged.ref[:8])
        if isinstance(judged.entry, Unread):
            yield because("unread-kind", kind=judged.entry.kind)
        yield from (each for each in judged.verdict.reasons if each.code == "record-unjudged")
    count = len(state.unreviewed)
    if count:
        yield because("findings-unreviewed", count=count)


def _units(state: JobState) -> Iterator[Reason]:
    made, scrapped = len(state.produced), len(state.scrapped)
    if made + scrapped != state.order.units or not made:
        yield because("units-missing", made=made, scrapped=scrapped, units=state.order.units)


def _labels(state: JobState) -> Iterator[Reason]:
    """Every label that came out is on a unit, spoiled or returned, or quality accepted its loss."""
    count = reconciled(state)
    if count.unexplained:
        yield because(
            "labels-unreconciled",
            issued=count.issued,
            used=count.used,
            spoiled=count.spoiled,
            returned=count.returned,
            missing=len(count.missing),
        )


def _held(state: JobState, more: Iterable[HoldPlaced]) -> Iterator[Reason]:
    lots = inside(state)
    for hold in (*state.holds.values(), *more):
        if (hold.item, hold.lot) in lots:
            yield because("lot-held", lot=hold.lot, reason=hold.reason)


def _statuses(state: JobState, lots: Iterable[MaterialLot]) -> Iterator[Reason]:
    consumed = inside(state)[1:]
    for lot in lots:
        if (lot.item, lot.lot) in consumed and lot.status is not LotStatus.RELEASED:
            yield because("lot-status", lot=lot.lot, status=lot.status)
