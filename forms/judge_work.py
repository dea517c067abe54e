"""Judging the results of steps: confirmed, measured, inspected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from forms.assets import asset_state
from forms.capability import incapable
from forms.codec import text_digest
from forms.masters import ConfirmStep, InspectStep, Limits, MeasureStep
from forms.rules import because

if TYPE_CHECKING:
    from forms.case import Case, Reasons
    from forms.entries import Confirmed, Inspected, MeasurementTaken, Taken
    from forms.job_state import Sample

OLDEST_READING_MS = 10_000
"""A reading older than this is not the answer to the request."""


def started(_case: Case) -> Reasons:
    """An operation started: the gates say it all."""
    yield from ()


def confirmed(case: Case) -> Reasons:
    """The statement confirmed is the step's, and the answer is yes."""
    entry, step = cast("Confirmed", case.entry), cast("ConfirmStep", case.step)
    shown = step.statement.in_language(case.context.language)
    if entry.statement_digest != text_digest(shown):
        yield because("statement-differs")
    elif entry.answer != "yes":
        yield because("denied")


def measured(case: Case) -> Reasons:
    """The right sample, a reading that may be used, and only then the limits."""
    entry, step = cast("MeasurementTaken", case.entry), cast("MeasureStep", case.step)
    refused = [*_right_sample(case, entry.characteristic, entry.sample)]
    refused += _typed(step, entry.taken) if entry.taken.typed else _by_instrument(case, entry.taken)
    refused += _usable_reading(entry.taken, step.limits.unit)
    yield from refused
    if not refused and entry.taken.quantity is not None:
        yield from within(step.limits, entry.taken.quantity.value)


def inspected(case: Case) -> Reasons:
    """The right sample, the photo where asked, and only then the outcome."""
    entry, step = cast("Inspected", case.entry), cast("InspectStep", case.step)
    refused = [*_right_sample(case, entry.characteristic, entry.sample)]
    if step.photo and entry.photo is None:
        refused.append(because("photo-missing"))
    yield from refused
    if not refused:
        yield from outcome(entry.outcome)


def outcome(value: str) -> Reasons:
    """Whether an inspection's outcome is good."""
    if value != "pass":
        yield because("inspection-failed")


def within(limits: Limits, value: Decimal) -> Reasons:
    """Whether a value is within limits; both limits belong to the good side."""
    low_broken = limits.low is not None and value < limits.low
    high_broken = limits.high is not None and value > limits.high
    if low_broken or high_broken:
        yield because(
            "out-of-limits",
            value=f"{value:f}",
            low="-∞" if limits.low is None else f"{limits.low:f}",
            high="+∞" if limits.high is None else f"{limits.high:f}",
            unit=limits.unit,
        )


def _right_sample(case: Case, characteristic: str, number: int) -> Reasons:
    step = cast("MeasureStep | InspectStep", case.step)
    if characteristic != step.characteristic:
        yield because("wrong-characteristic", expected=step.characteristic, got=characteristic)
    sample = case.state.next_sample(case.context.operation, step)
    if sample is None:
        return
    if sample.number != number:
        yield because("sample-order", expected=sample.number, got=number)
    if sample.state == "failed":
        yield from blocked(case, sample)


def blocked(case: Case, sample: Sample) -> Reasons:
    """Why a failed sample takes no new result: its nonconformity is missing or undecided."""
    failing = sample.attempts[-1].ref
    known = any(failing in each.raised.about for each in case.state.open_nonconformities)
    yield because("nonconformity-open" if known else "nonconformity-needed")


def _typed(step: MeasureStep, taken: Taken) -> Reasons:
    if not step.typed:
        yield because("typed-not-allowed")
    if taken.instrument or taken.raw:
        yield because("typed-with-instrument")


def _by_instrument(case: Case, taken: Taken) -> Reasons:
    """Known, itself, in service, in calibration at the time it is known by, and good enough."""
    step, metrology = cast("MeasureStep", case.step), case.pack.metrology
    asset = next((each for each in case.pack.assets if each.id == taken.instrument), None)
    name, said = taken.instrument, taken.serial_number
    stopped = asset_state(asset, case.moment, metrology, name=name, serial_number=said).reason
    if asset is not None and asset.equipment_class != step.equipment_class:
        yield because("instrument-class", instrument=asset.id, expected=step.equipment_class)
    elif stopped is not None:
        yield stopped
    if asset is not None and asset.equipment_class == step.equipment_class:
        yield from incapable(asset, step.limits, metrology)
    if not taken.raw:
        yield because("reading-without-raw")


def _usable_reading(taken: Taken, unit: str) -> Reasons:
    if taken.state != "stable":
        yield because("reading-state", state=taken.state)
    if taken.quantity is None:
        yield because("reading-empty")
    elif taken.quantity.unit != unit:
        yield because("wrong-unit", expected=unit, got=taken.quantity.unit)
    if not 0 <= taken.age_ms <= OLDEST_READING_MS:
        yield because("reading-stale", age=taken.age_ms)
