"""Use cases of the work itself: identify, confirm, measure, inspect, label, nonconformity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import codec, entries, judge_material
from forms.identifiers import content_says, scanned
from forms.masters import ConfirmStep, IdentifyStep, InspectStep, LabelStep, MeasureStep
from forms.terms import Attachment, Quantity
from terminal.capture import Act
from terminal.capture_labels import Labels
from terminal.snapshot import Change, Position
from terminal.taken import taken

if TYPE_CHECKING:
    from decimal import Decimal

    from devices.kinds import Photo, Reading
    from forms.entries import Scan
    from forms.job import JobState
    from forms.terms import Person, PhysicalAsset


class Work(Labels):
    """The station with the use cases of the work."""

    # --- identify ------------------------------------------------------------------------------

    def identify(self, act: Act, scan: Scan) -> Change:
        """A code for an identify step, right or wrong."""
        if self.stale(act) or not isinstance(self.step(), IdentifyStep):
            return self.unexpected(act, scan)
        said = scanned(bytes.fromhex(scan.raw), scan.symbology)
        entry = entries.LotIdentified(
            context=self.context(act),
            scan=scan,
            gtin=said.gtin,
            lot=said.lot,
            expiry=said.expiry,
            serial=said.serial,
            findings=said.findings,
            udi_di=said.other_di,
        )
        return self.record(act, entry, "identified")

    # --- confirm -------------------------------------------------------------------------------

    def confirm(self, act: Act, answer: str) -> Change:
        """The statement shown is true (``yes``) or not (``no``)."""
        step = self.step()
        if self.stale(act) or not isinstance(step, ConfirmStep) or answer not in {"yes", "no"}:
            return Change(self.snapshot(), "stale")
        entry = entries.Confirmed(
            context=self.context(act),
            statement_digest=codec.text_digest(step.statement.in_language(act.language)),
            answer="yes" if answer == "yes" else "no",
        )
        return self.record(act, entry, "confirmed")

    # --- measure -------------------------------------------------------------------------------

    def measure(self, act: Act, reading: Reading, age_ms: int) -> Change:
        """A reading offered, good or bad, as the instrument gave it."""
        asset = self.asset(reading.instrument)
        return self._measured(act, taken(reading, age_ms, asset))

    def type_value(self, act: Act, value: Decimal, unit: str) -> Change:
        """A value typed by hand; the judge refuses it where the step does not allow it."""
        quantity = Quantity(value=value, unit=unit)
        typed = entries.Taken(
            quantity=quantity, state="stable", instrument="", raw="", age_ms=0, typed=True
        )
        return self._measured(act, typed)

    def _measured(self, act: Act, said: entries.Taken) -> Change:
        step = self.step()
        if self.stale(act) or not isinstance(step, MeasureStep):
            return Change(self.snapshot(), "stale")
        entry = entries.MeasurementTaken(
            context=self.context(act),
            characteristic=step.characteristic,
            sample=int(act.at.sample),
            taken=said,
        )
        return self.record(act, entry, "measured")

    def asset(self, name: str) -> PhysicalAsset | None:
        """The instrument as the work pack in force knows it; None if it does not."""
        latest = self.packs.latest()
        assets = latest[1].assets if latest else ()
        return next((asset for asset in assets if asset.id == name), None)

    # --- inspect -------------------------------------------------------------------------------

    def inspect(self, act: Act, outcome: str, photo: Photo | None) -> Change:
        """A person's ``pass`` or ``fail``; the photo is kept durably before the record is."""
        step = self.step()
        if self.stale(act) or not isinstance(step, InspectStep) or outcome not in {"pass", "fail"}:
            return Change(self.snapshot(), "stale")
        attachment = None
        if photo is not None:
            attachment = Attachment(
                sha256=self.records.attach(self.context(act), photo.data),
                media_type=photo.media_type,
                size=len(photo.data),
            )
        entry = entries.Inspected(
            context=self.context(act),
            characteristic=step.characteristic,
            sample=int(act.at.sample),
            outcome="pass" if outcome == "pass" else "fail",
            photo=attachment,
        )
        return self.record(act, entry, "inspected")

    # --- nonconformity -------------------------------------------------------------------------

    def raise_nonconformity(self, act: Act, description: str) -> Change:
        """Open a nonconformity about the last result of the position, which failed."""
        state = self.state()
        about = failing(state, act.at) if state else ()
        if self.stale(act) or not about or open_about(state, act.at):
            return Change(self.snapshot(), "stale")
        entry = entries.NonconformityRaised(
            context=self.context(act), about=about, description=description
        )
        return self.record(act, entry, "raised")

    # --- what follows by itself ----------------------------------------------------------------

    def carry_on(self, act: Act) -> None:
        """Consume a lot that was identified; make a unit whose label was read back.

        Also run when a job order is opened: a power cut between the two leaves no gap.
        """
        state = self.records.states.get(act.at.job)
        if state is None or state.current is None or self.snapshot().session is None:
            return
        operation, step = state.current
        at = Position(act.at.job, operation.id, step.id)
        if isinstance(step, IdentifyStep):
            self._consume(Act(at, act.language), state, step)
        elif isinstance(step, LabelStep):
            self._produce(Act(at, act.language), state)

    def _consume(self, act: Act, state: JobState, step: IdentifyStep) -> None:
        at = (act.at.operation, step.id)
        if at not in state.identified or at in state.consumed or state.master is None:
            return
        ref, scan = state.identified[at]
        entry = entries.Consumed(
            context=self.context(act),
            item=step.item,
            lot=scan.lot,
            quantity=judge_material.needed(state, state.master.bom_line(step.item)),
            identified=ref,
        )
        self.records.append(entry)

    def _produce(self, act: Act, state: JobState) -> None:
        serial = state.next_serial()
        if serial is None or serial not in state.read or state.master is None:
            return
        says = content_says(state.printed[serial][1].content)
        if says.expiry is None:
            return
        entry = entries.Produced(
            context=self.context(act),
            item=state.master.product.item,
            gtin=says.gtin or state.master.product.gtin,
            lot=says.lot,
            serial=serial,
            expiry=says.expiry,
            label=state.read[serial],
        )
        self.records.append(entry)

    def person(self, person_id: str) -> Person | None:
        """A person of the pack in force."""
        latest = self.packs.latest()
        people = latest[1].people if latest else ()
        return next((p for p in people if p.id == person_id), None)


def failing(state: JobState | None, at: Position) -> tuple[str, ...]:
    """The failed result a nonconformity at this position would be about; empty if there is none."""
    if state is None or state.current is None or not at.sample:
        return ()
    operation, step = state.current
    if isinstance(step, (ConfirmStep, MeasureStep, InspectStep)):
        sample = state.next_sample(operation.id, step)
        if sample is not None and sample.state == "failed":
            return (sample.attempts[-1].ref,)
    return ()


def open_about(state: JobState | None, at: Position) -> str:
    """The open nonconformity about the position's failed result; empty if there is none."""
    refs = set(failing(state, at))
    for each in state.open_nonconformities if state else ():
        if refs & set(each.raised.about):
            return each.ref
    return ""
