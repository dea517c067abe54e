"""The judge: one record, the state it meets, the pack it names; the answer is a verdict.

The table :data:`RULEBOOK` is the rule book: for each kind the gates, in order, and then the checks
of its content. The first shut gate answers; what stands behind it is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import entries as kinds
from forms import judge_label as label
from forms import judge_material as material
from forms import judge_quality as quality
from forms import judge_sign, judge_work
from forms import masters as steps
from forms.case import (
    Case,
    Gate,
    at_work_unit,
    by_active_person,
    by_class,
    by_qualified_person,
    clock_known,
    in_operation_order,
    in_order_book,
    in_pack,
    in_step_order,
    lots_usable,
    not_scrapped,
    pack_valid,
    signed_in,
    still_open,
)
from forms.entries import Unread
from forms.rights import RIGHTS, Action
from forms.rules import PASSED, Verdict, because, verdict

if TYPE_CHECKING:
    from forms.job_state import JobState, Recorded
    from forms.workpack import WorkPack

_ORDER = (in_order_book, in_pack, still_open, by_active_person)
_WORK = (*_ORDER, not_scrapped, by_qualified_person, signed_in, at_work_unit)
_DECIDERS = by_class(*RIGHTS[Action.REVIEW])
_WORKERS = by_class(*RIGHTS[Action.WORK])
_BY_QUALITY = by_class(*RIGHTS[Action.RELEASE])


def _step(*answers: type[steps.Step]) -> tuple[Gate, ...]:
    return (*_WORK, in_step_order(*answers), lots_usable)


_SIGNABLE: tuple[Gate, ...] = (*_ORDER, pack_valid, clock_known)

RULEBOOK: dict[type, tuple[tuple[Gate, ...], Gate]] = {
    kinds.OperationStarted: ((*_WORK, in_operation_order, lots_usable), judge_work.started),
    kinds.Confirmed: (_step(steps.ConfirmStep), judge_work.confirmed),
    kinds.LotIdentified: (_step(steps.IdentifyStep), material.identified),
    kinds.Consumed: (_step(steps.IdentifyStep), material.consumed),
    kinds.MeasurementTaken: (_step(steps.MeasureStep), judge_work.measured),
    kinds.Inspected: (_step(steps.InspectStep), judge_work.inspected),
    kinds.LabelPrinted: (_step(steps.LabelStep), label.printed),
    kinds.LabelResult: ((in_order_book, in_pack), label.result_told),
    kinds.LabelAccounted: ((*_ORDER, signed_in, _WORKERS), label.accounted),
    kinds.LabelRead: (_step(steps.LabelStep), label.read_back),
    kinds.Produced: (_step(steps.LabelStep), label.produced),
    kinds.NonconformityRaised: (_ORDER, quality.raised),
    kinds.DispositionDecided: ((*_ORDER, _DECIDERS), quality.decided),
    kinds.Corrected: ((*_ORDER, signed_in, by_qualified_person), quality.corrected),
    kinds.Signed: (_SIGNABLE, judge_sign.signed),
    kinds.ReleaseDecided: ((*_SIGNABLE, _BY_QUALITY), quality.release_decided),
    kinds.HoldPlaced: ((), quality.held),
    kinds.HoldLifted: ((by_active_person, _BY_QUALITY), quality.lifted),
}
"""Gates and content check by kind. Kinds not here say something happened and are not judged."""


def judge(state: JobState, recorded: Recorded, pack: WorkPack | None) -> Verdict:
    """The verdict on a record that meets this state under the WorkPack it names.

    ``pack`` is None when the station that judges does not have it. Total: any readable record
    gets a verdict. See :attr:`~forms.rules.Verdict.effective` for what a verdict does.
    """
    entry = recorded.entry
    if isinstance(entry, Unread):
        return verdict(because("unread-kind", kind=entry.kind[:40]))
    if not recorded.sound:
        return verdict(because("record-unsound", ref=recorded.ref[:8]))
    if recorded.against:
        return verdict(*recorded.against)
    if type(entry) not in RULEBOOK:
        return PASSED
    if pack is None:
        return verdict(because("pack-unknown", pack=entry.context.work_pack[:8]))
    return _by_rulebook(Case(state, recorded, entry, pack))


def _by_rulebook(case: Case) -> Verdict:
    gates, content = RULEBOOK[type(case.entry)]
    for check in (*gates, content):
        found = verdict(*check(case))
        if not found.passed:
            return found
    return PASSED


__all__ = ["RULEBOOK", "judge"]
