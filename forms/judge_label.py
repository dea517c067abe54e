"""Judging labels: printed, the printer's result, read back, accounted for; and the units made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from forms import codec
from forms.identifiers import (
    AIM_OF,
    content_bytes,
    content_says,
    element_string,
    hibc_string,
    stripped,
)
from forms.judge_material import not_typed, raw_of
from forms.label_symbols import HIBC
from forms.masters import LabelStep, design_of
from forms.rules import because

if TYPE_CHECKING:
    from datetime import date

    from forms.case import Case, Reasons
    from forms.entries import LabelAccounted, LabelPrinted, LabelRead, LabelResult, Produced
    from forms.job_state import JobState
    from forms.masters import Product, WorkMaster


def printed_expiry(state: JobState) -> date | None:
    """The expiry that the lot's labels carry; None before the first is printed."""
    found = (content_says(label.content).expiry for _, label in state.printed.values())
    return next((expiry for expiry in found if expiry is not None), None)


def label_expiry(state: JobState, day: date) -> date:
    """The expiry of the lot being made: its labels' if one is printed, else from ``day`` on.

    LookupError while the work master is unknown.
    """
    expiry = printed_expiry(state)
    if expiry is not None:
        return expiry
    if state.master is None:
        raise LookupError(state.order.work_master)
    return day + timedelta(days=state.master.product.shelf_life_days)


def label_content(state: JobState, serial: str, day: date) -> str:
    """What a unit's code must carry: an element string in brackets, or HIBC; LookupError as above.

    ValueError if lot or serial number cannot stand in such a code.
    """
    expiry, lot = label_expiry(state, day), state.order.lot
    step = label_step(state.master) if state.master else None
    if state.master is None or step is None:
        raise LookupError(state.order.work_master)
    return content_for(state.master.product, step.symbology, expiry, lot, serial)


def label_step(master: WorkMaster) -> LabelStep | None:
    """The master's label step; there is one at most."""
    steps = (step for operation in master.operations for step in operation.steps)
    return next((step for step in steps if isinstance(step, LabelStep)), None)


def content_for(product: Product, symbology: str, expiry: date, lot: str, serial: str) -> str:
    """The content of a product's code in this symbology; ValueError as above."""
    if symbology in HIBC:
        return hibc_string(primary=product.hibc, expiry=expiry, lot=lot, serial=serial)
    return element_string(gtin=product.gtin, expiry=expiry, lot=lot, serial=serial)


def printed(case: Case) -> Reasons:
    """The serial is allotted and free, the content is the unit's, copies count up with a reason."""
    entry, state = cast("LabelPrinted", case.entry), case.state
    yield from _serial_free(state, entry.serial)
    if not case.moment.known and printed_expiry(state) is None:
        yield because("label-date")
        return
    if entry.serial in state.serials:
        expected = _expected_label(case, entry.serial)
        if not expected or entry.content != expected:
            yield because("label-content", expected=expected)
    before = state.printed.get(entry.serial)
    copy = before[1].copy + 1 if before else 1
    if entry.copy != copy:
        yield because("copy-number", expected=copy, got=entry.copy)
    if copy > 1 and not entry.reason.strip():
        yield because("reprint-reason")
    step = cast("LabelStep", case.step)
    told = step.design is not None or entry.design is not None
    if told and entry.design != codec.digest(design_of(step)):
        yield because("label-design")


def result_told(case: Case) -> Reasons:
    """What the printer said of a label issued here, said once; after *unknown* nothing is sure."""
    entry = cast("LabelResult", case.entry)
    label = case.state.labels.get(entry.printed)
    if label is None or label.serial != entry.serial:
        yield because("label-unissued", ref=entry.printed[:8])
    elif label.result:
        yield because("label-settled", copy=label.copy, serial=label.serial)


def accounted(case: Case) -> Reasons:
    """A label issued here that sticks on no unit; *absent* only where no printer confirmed it."""
    entry, state = cast("LabelAccounted", case.entry), case.state
    label = state.labels.get(entry.printed)
    if label is None or label.serial != entry.serial:
        yield because("label-unissued", ref=entry.printed[:8])
        return
    if label.serial in state.produced and state.printed[label.serial][0] == entry.printed:
        yield because("label-in-use", copy=label.copy, serial=label.serial)
    if entry.fate == "absent" and label.result == "printed":
        yield because("label-came-out", copy=label.copy, serial=label.serial)
    if not entry.reason.strip():
        yield because("reason-missing")


def _expected_label(case: Case, serial: str) -> str:
    """What the label must say; empty if master, order or day cannot be put on a label."""
    try:
        return label_content(case.state, serial, case.day)
    except (ValueError, OverflowError):  # OverflowError: a wall clock at the end of time
        return ""


def _serial_free(state: JobState, serial: str) -> Reasons:
    if serial not in state.serials:
        yield because("serial-unknown", serial=serial)
    elif serial in state.produced or serial in state.scrapped:
        yield because("serial-used", serial=serial)


def read_back(case: Case) -> Reasons:
    """It reads the newest label of a free serial, in its symbology, byte for byte."""
    entry, step = cast("LabelRead", case.entry), cast("LabelStep", case.step)
    yield from _serial_free(case.state, entry.serial)
    yield from not_typed(entry.scan)
    label = case.state.printed.get(entry.serial)
    if label is None or label[0] != entry.printed:
        yield because("label-not-printed", serial=entry.serial)
        return
    message, aim = stripped(raw_of(entry.scan), entry.scan.symbology)
    if aim != AIM_OF.get(step.symbology):
        yield because("label-symbology", expected=step.symbology, got=aim)
    if message != content_bytes(label[1].content):
        yield because("label-differs", expected=label[1].content)


def produced(case: Case) -> Reasons:
    """It rests on the passing read-back of its label and repeats what that label says."""
    entry, state = cast("Produced", case.entry), case.state
    yield from _serial_free(state, entry.serial)
    label = state.printed.get(entry.serial)
    if label is None or state.read.get(entry.serial) != entry.label:
        yield because("unit-unproved", serial=entry.serial)
        return
    says = content_says(label[1].content)
    gtin = says.gtin or case.master.product.gtin  # an HIBC code names the product its own way
    unit = (case.master.product.item, gtin, says.lot, says.expiry)
    if (entry.item, entry.gtin, entry.lot, entry.expiry) != unit:
        yield because("unit-differs", expected=label[1].content)
