"""Use cases of labels: printed, the printer's answer, read back, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.faults import DeviceFault
from devices.kinds import Label
from devices.label import render
from forms import codec, entries, judge_label
from forms.assets import Moment
from forms.identifiers import content_says
from forms.labels import reconciled
from forms.masters import LabelStep, design_of
from forms.terms import Text
from terminal.capture import Act, Station
from terminal.snapshot import Change

if TYPE_CHECKING:
    from datetime import date
    from typing import Literal

    from forms.entries import AnyEntry, Scan
    from forms.job import JobState

    Fate = Literal["spoiled", "returned", "absent"]
    Result = Literal["printed", "failed", "unknown"]

MOST_WHERE = 200
"""Characters kept of a file name or an address."""


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A label that is recorded and is now to be printed."""

    ref: str
    label: Label


class Labels(Station):
    """The station with the use cases of labels."""

    def print_label(
        self, act: Act, reason: str, fate: Fate | None = None
    ) -> tuple[Change, ToPrint | None]:
        """Record that a label goes to the printer; the caller prints it after.

        ``fate``: where the copy before this one is; it is recorded first.
        """
        state, step = self.state(), self.step()
        if self.stale(act) or state is None or not isinstance(step, LabelStep):
            return Change(self.snapshot(), "stale"), None
        self.start_operation(act)
        before = state.printed.get(act.at.sample)
        if before is not None and fate is not None:
            self.account_label(act, before[0], fate, reason)
        label = self._label(state, step, act.at.sample, before[1].copy + 1 if before else 1)
        entry = entries.LabelPrinted(
            context=self.context(act),
            serial=label.serial,
            content=label.content,
            copy=label.copy,
            reason=reason,
            log_mark=label.log_mark,
            design=codec.digest(design_of(step)),
            payload=label.digest(),
        )
        change = self.record(act, entry, "label_printed")
        if not self.judged(change.verdict):
            return change, None
        return change, ToPrint(change.recorded[0].ref, label)

    def preview_label(self, act: Act) -> bytes:
        """The label that would be printed now, as PNG; empty where there is none to draw."""
        state, step = self.state(), self.step()
        if self.stale(act) or state is None or not isinstance(step, LabelStep):
            return b""
        before = state.printed.get(act.at.sample)
        try:
            return render(
                self._label(state, step, act.at.sample, before[1].copy + 1 if before else 1)
            )
        except (DeviceFault, LookupError, ValueError):
            return b""  # why it cannot be printed is said when somebody wants to print it

    def _label(self, state: JobState, step: LabelStep, serial: str, copy: int) -> Label:
        """Everything that is to be printed, as it will be named in the record."""
        day = self._day()
        content = judge_label.label_content(state, serial, day)
        if state.master is None:
            raise LookupError(state.order.work_master)
        product, latest = state.master.product, self.packs.latest()
        maker = latest[1].place.enterprise if latest else ""
        return Label(
            product=product.name,
            item=product.item,
            gtin=product.gtin,
            lot=state.order.lot,
            expiry=content_says(content).expiry or judge_label.label_expiry(state, day),
            serial=serial,
            content=content,
            symbology=step.symbology,
            log_mark=self.journal.head().checkpoint.short_mark(),
            copy=copy,
            manufacturer=Text(en=maker, zh_CN=maker) if maker else None,
            design=design_of(step),
        )

    def _day(self) -> date:
        """The day as the judge will see it."""
        latest = self.packs.latest()
        issued = latest[1].issued_at if latest else None
        clock = self.journal.time()
        return Moment(clock.corrected(), clock.quality, issued).day

    def label_result(
        self, act: Act, to_print: ToPrint, result: Result, code: str, sent: tuple[str, str]
    ) -> Change:
        """What the printer said; ``sent``: where it went and the SHA-256 of the bytes, if any."""
        entry = entries.LabelResult(
            context=self.context(act),
            serial=to_print.label.serial,
            printed=to_print.ref,
            result=result,
            code=code,
            where=sent[0][:MOST_WHERE],
            sent=sent[1] or None,
        )
        return self._keep(entry, "label_result")

    def account_label(self, act: Act, ref: str, fate: Fate, reason: str) -> Change:
        """A person says where a label is that sticks on no unit."""
        state = self.records.states.get(act.at.job)
        label = state.labels.get(ref) if state else None
        if self._session is None or label is None:
            return Change(self.snapshot(), "stale")
        entry = entries.LabelAccounted(
            context=self.context(act), serial=label.serial, printed=ref, fate=fate, reason=reason
        )
        return self._keep(entry, "label_accounted")

    def report_label(self, act: Act, ref: str, description: str) -> Change:
        """Open a nonconformity about a label that nobody can show."""
        state = self.records.states.get(act.at.job)
        if self._session is None or state is None or ref not in reconciled(state).unexplained:
            return Change(self.snapshot(), "stale")
        if reported(state, ref):
            return Change(self.snapshot(), "stale")
        entry = entries.NonconformityRaised(
            context=self.context(act), about=(ref,), description=description
        )
        return self._keep(entry, "raised")

    def _keep(self, entry: AnyEntry, what: str) -> Change:
        """Record what is no work on the step shown: it begins no operation."""
        recorded, verdict = self.records.append(entry)
        return Change(self.snapshot(), what, verdict, (recorded,))

    def read_label(self, act: Act, scan: Scan) -> Change:
        """A printed label read back; a good one makes the unit exist."""
        state = self.state()
        label = state.printed.get(act.at.sample) if state else None
        if self.stale(act) or label is None or not isinstance(self.step(), LabelStep):
            return self.unexpected(act, scan)
        entry = entries.LabelRead(
            context=self.context(act), serial=act.at.sample, scan=scan, printed=label[0]
        )
        return self.record(act, entry, "label_read")


def pending(state: JobState) -> tuple[str, ...]:
    """Labels to ask about: those nobody can show, and those whose report nobody decided on.

    A label that was found after it was reported is one of the latter: its nonconformity stays.
    """
    about = (ref for each in state.open_nonconformities for ref in each.raised.about)
    told = (ref for ref in about if ref in state.labels)
    return tuple(dict.fromkeys((*reconciled(state).unexplained, *told)))


def reported(state: JobState, ref: str) -> str:
    """The open nonconformity about a missing label; empty if there is none."""
    found = (each.ref for each in state.open_nonconformities if ref in each.raised.about)
    return next(found, "")
