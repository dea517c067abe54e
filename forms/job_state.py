"""The state of a job order: what its records add up to. Immutable; made only by ``forms.job``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms.growing import ByRef, InOrder
from forms.job_parts import Attempt, Judged, Nonconformity, Recorded, Sample, Session, Signature
from forms.masters import (
    ConfirmStep,
    IdentifyStep,
    InspectStep,
    LabelStep,
    MeasureStep,
    Operation,
    SignStep,
    Step,
    samples_needed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forms.entries import (
        Consumed,
        HoldPlaced,
        LabelPrinted,
        LotIdentified,
        Produced,
        ReleaseDecided,
    )
    from forms.labels import IssuedLabel
    from forms.masters import WorkMaster
    from forms.terms import Quantity
    from forms.workpack import JobOrder


@dataclass(frozen=True, slots=True)
class JobState:
    """Everything the records of a job order say, and what is still missing."""

    order: JobOrder
    master: WorkMaster | None = None
    records: InOrder[Judged] = field(default_factory=InOrder)
    """All records of the job order, in the order judged, whatever their verdict."""
    by_ref: ByRef[Judged] = field(default_factory=ByRef)
    samples: Mapping[tuple[str, str], tuple[Sample, ...]] = field(default_factory=dict)
    """Samples by (operation, step); a confirm step has one."""
    identified: Mapping[tuple[str, str], tuple[str, LotIdentified]] = field(default_factory=dict)
    """The passing scan (ref, entry) in force of each identify step."""
    consumed: Mapping[tuple[str, str], tuple[str, Consumed]] = field(default_factory=dict)
    """The consumption (ref, entry) of each identify step."""
    drawn_besides: frozenset[tuple[str, str]] = frozenset()
    """(item, lot) that records without effect drew: the step was done twice, at two stations."""
    used: Mapping[str, tuple[Quantity, ...]] = field(default_factory=dict)
    """Everything taken from each lot (``ITEM/LOT``), by this job and by others seen."""
    printed: Mapping[str, tuple[str, LabelPrinted]] = field(default_factory=dict)
    """The newest label (ref, entry) of each serial."""
    labels: Mapping[str, IssuedLabel] = field(default_factory=dict)
    """Every label issued, by the ref of its LabelPrinted entry."""
    read: Mapping[str, str] = field(default_factory=dict)
    """Ref of the passing read-back of each serial's newest label."""
    produced: Mapping[str, tuple[str, Produced]] = field(default_factory=dict)
    scrapped: frozenset[str] = frozenset()
    """Serials scrapped by disposition."""
    lot_scrapped: bool = False
    nonconformities: Mapping[str, Nonconformity] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    corrections: Mapping[str, bool] = field(default_factory=dict)
    """Corrections by ref: whether they are in force."""
    reviewed: frozenset[str] = frozenset()
    """Refs of findings covered by a supervisor's or quality's signature."""
    sessions: Mapping[str, Session | None] = field(default_factory=dict)
    """By origin; absent: nothing is known, None: nobody is signed in."""
    packs_seen: Mapping[str, int] = field(default_factory=dict)
    """The newest pack number by origin."""
    holds: Mapping[str, HoldPlaced] = field(default_factory=dict)
    """Open holds by ref."""
    release: tuple[str, ReleaseDecided] | None = None
    """The decision that stands, signed or not."""
    released_by: str = ""
    """Person whose signature put the decision in force."""

    # --- where the work stands -----------------------------------------------------------------

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of the work master; none while the master is unknown."""
        return self.master.operations if self.master else ()

    @property
    def current(self) -> tuple[Operation, Step] | None:
        """The first step that is not done, or None when all are."""
        for operation in self.operations:
            for step in operation.steps:
                if not self.step_done(operation.id, step):
                    return operation, step
        return None

    def step_done(self, operation: str, step: Step) -> bool:
        """Whether the step has everything it asks for, good."""
        return STEP_DONE[type(step)](self, operation, step)

    def operation_done(self, operation: Operation) -> bool:
        """Whether every step of the operation is done."""
        return all(self.step_done(operation.id, step) for step in operation.steps)

    def samples_of(self, operation: str, step: Step) -> tuple[Sample, ...]:
        """The samples of a measure, inspect or confirm step, the open ones too."""
        known = self.samples.get((operation, step.id), ())
        count = self.samples_needed(step)
        return known + tuple(Sample(number) for number in range(len(known) + 1, count + 1))

    def samples_needed(self, step: Step) -> int:
        """How many samples the step asks for in a lot of this size."""
        if isinstance(step, (MeasureStep, InspectStep)):
            return samples_needed(step.sampling, self.order.units)
        return 1

    def next_sample(self, operation: str, step: Step) -> Sample | None:
        """The first sample that is not done."""
        for sample in self.samples_of(operation, step):
            if not sample.done:
                return sample
        return None

    # --- units ---------------------------------------------------------------------------------

    @property
    def serials(self) -> tuple[str, ...]:
        """The serials allotted to the lot's units."""
        return self.order.serials[: self.order.units]

    def next_serial(self) -> str | None:
        """The first serial that is neither produced nor scrapped."""
        for serial in self.serials:
            if serial not in self.produced and serial not in self.scrapped:
                return serial
        return None

    # --- trust ---------------------------------------------------------------------------------

    @property
    def findings(self) -> tuple[Judged, ...]:
        """Records without effect: refused scans and readings, repeats, broken gates."""
        return tuple(judged for judged in self.records if not judged.verdict.effective)

    @property
    def unreviewed(self) -> tuple[Judged, ...]:
        """Findings no supervisor or quality person has signed for yet.

        What the outside found against a decision is answered by the next decision on all records.
        """
        return tuple(
            judged
            for judged in self.findings
            if judged.ref not in self.reviewed and not judged.recorded.against
        )

    @property
    def open_nonconformities(self) -> tuple[Nonconformity, ...]:
        """Nonconformities whose disposition is not in force."""
        return tuple(each for each in self.nonconformities.values() if each.state != "in_force")

    @property
    def closed(self) -> bool:
        """Whether a release decision is in force."""
        return bool(self.released_by)

    @property
    def decision(self) -> str:
        """``released`` or ``rejected`` when in force, else empty."""
        return self.release[1].decision if self.release and self.released_by else ""

    def held(self, item: str, lot: str) -> HoldPlaced | None:
        """The hold on that lot, if there is one."""
        for hold in self.holds.values():
            if (hold.item, hold.lot) == (item, lot):
                return hold
        return None

    def signature_of(self, operation: str, step: str) -> Signature | None:
        """The signature in force that completes a sign step."""
        for signature in self.signatures:
            place = (signature.operation, signature.step)
            if place == (operation, step) and signature.last and not signature.voided_by:
                return signature
        return None


def _samples_done(state: JobState, operation: str, step: Step) -> bool:
    return state.next_sample(operation, step) is None


def _identify_done(state: JobState, operation: str, step: Step) -> bool:
    return (operation, step.id) in state.consumed


def _label_done(state: JobState, _operation: str, _step: Step) -> bool:
    return bool(state.serials) and state.next_serial() is None


def _signed(state: JobState, operation: str, step: Step) -> bool:
    return state.signature_of(operation, step.id) is not None


STEP_DONE: Mapping[type[Step], Callable[[JobState, str, Step], bool]] = {
    ConfirmStep: _samples_done,
    MeasureStep: _samples_done,
    InspectStep: _samples_done,
    IdentifyStep: _identify_done,
    LabelStep: _label_done,
    SignStep: _signed,
}
"""How each kind of step tells that it is done."""


__all__ = [
    "Attempt",
    "JobState",
    "Judged",
    "Nonconformity",
    "Recorded",
    "Sample",
    "Session",
    "Signature",
]
