"""Judging material: component lots scanned and consumed, labels printed and read, units made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from forms.case import lot_of
from forms.identifiers import (
    AIM_OF,
    Identified,
    element_string,
    from_brackets,
    raw_string,
    scanned,
    stripped,
)
from forms.masters import IdentifyStep, LabelStep
from forms.rules import because
from forms.terms import LotStatus, Quantity
from forms.units import total

if TYPE_CHECKING:
    from datetime import date

    from forms.case import Case, Reasons
    from forms.entries import Consumed, LabelPrinted, LabelRead, LotIdentified, Produced, Scan
    from forms.job_state import JobState
    from forms.masters import BomLine
    from forms.workpack import WorkPack


def identified(case: Case) -> Reasons:
    """The code is sound, says what the entry says, names the item, and the lot may be used."""
    entry, step = cast("LotIdentified", case.entry), cast("IdentifyStep", case.step)
    wrong_code = [*_scan(entry.scan), *_says(case, entry, step.item)]
    yield from wrong_code
    if wrong_code:
        return
    line = _line(case, step.item)
    if line is None:
        yield because("item-not-in-bom", item=step.item)
        return
    got, expected = entry.gtin or entry.udi_di, component_codes(case.pack, line)
    if not got or got not in expected:
        yield because("wrong-item", item=step.item, expected=", ".join(expected), got=got)
    elif not entry.lot:
        yield because("code-without-lot")
    else:
        yield from _lot(case, line, entry.lot, entry.expiry)


def _line(case: Case, item: str) -> BomLine | None:
    return next((line for line in case.master.bom if line.item == item), None)


def component_codes(pack: WorkPack, line: BomLine) -> tuple[str, ...]:
    """What a component's code may name it by.

    The GTIN of the BOM line, else the material's; the material's identifiers of other agencies.
    """
    known = next((each for each in pack.materials if each.item == line.item), None)
    gtin = line.gtin or (known.gtin if known else "")
    return (*((gtin,) if gtin else ()), *(known.udi_dis if known else ()))


def needed(state: JobState, line: BomLine) -> Quantity:
    """How much of a component the whole lot takes."""
    amount = total([line.per_unit.value], state.order.units)
    return Quantity(value=amount, unit=line.per_unit.unit)


def _scan(scan: Scan) -> Reasons:
    if scan.source == "typed":
        yield because("scan-typed")


def _says(case: Case, entry: LotIdentified, item: str) -> Reasons:
    """The entry says exactly what the raw bytes say, and the code has no finding.

    A lot that only may have swallowed another element is that lot if it was received as such.
    """
    code = _parsed(entry.scan)
    said = (entry.gtin, entry.lot, entry.expiry, entry.serial, tuple(sorted(entry.findings)))
    code_says = (code.gtin, code.lot, code.expiry, code.serial, code.findings)
    if said != code_says or entry.udi_di != code.other_di:
        yield because("scan-differs")
    doubtful = code.findings == ("separator-lost",)
    if doubtful and lot_of(case.pack, item, code.lot) is not None:
        return
    for finding in code.findings:
        yield because("code-finding", finding=finding)


def _raw(scan: Scan) -> bytes:
    """The scan's bytes; none if the hex is broken."""
    try:
        return bytes.fromhex(scan.raw)
    except ValueError:
        return b""


def _parsed(scan: Scan) -> Identified:
    return scanned(_raw(scan), scan.symbology)


def _lot(case: Case, line: BomLine, lot: str, printed: date | None) -> Reasons:
    known = lot_of(case.pack, line.item, lot)
    if known is None:
        yield because("lot-unknown", item=line.item, lot=lot)
        return
    hold = case.state.held(line.item, lot)
    if hold is not None:
        yield because("lot-held", lot=lot, reason=hold.reason)
    elif known.status is not LotStatus.RELEASED:
        yield because("lot-status", lot=lot, status=known.status)
    if printed and known.expiry and printed != known.expiry:
        yield because("expiry-differs", lot=lot, printed=printed, known=known.expiry)
    expiry = known.expiry or printed
    if expiry is None:
        if line.expires:
            yield because("expiry-missing", lot=lot)
    elif expiry < case.day:
        yield because("lot-expired", lot=lot, expiry=expiry)
    yield from _enough(case.state, line, known.key, known.quantity)


def _enough(state: JobState, line: BomLine, key: str, received: Quantity) -> Reasons:
    want = needed(state, line)
    taken = state.used.get(key, ())
    if any(each.unit != want.unit for each in (received, *taken)):
        yield because("wrong-unit", expected=want.unit, got=received.unit)
        return
    left = total([received.value, *(-each.value for each in taken)])
    if left < want.value:
        yield because("quantity-short", lot=key, left=f"{left:f}", needed=want)


def consumed(case: Case) -> Reasons:
    """It rests on the scan in force, takes exactly what is needed, and may still be used."""
    entry, step = cast("Consumed", case.entry), cast("IdentifyStep", case.step)
    scan = case.state.identified.get((case.context.operation, step.id))
    if scan is None or scan[0] != entry.identified:
        yield because("consumed-unidentified")
        return
    if (entry.item, entry.lot) != (step.item, scan[1].lot):
        yield because("consumed-differs", lot=scan[1].lot, got=entry.lot)
        return
    line = case.master.bom_line(step.item)
    want = needed(case.state, line)
    if (entry.quantity.value, entry.quantity.unit) != (want.value, want.unit):
        yield because("quantity-differs", needed=want, got=entry.quantity)
    yield from _lot(case, line, entry.lot, scan[1].expiry)


def label_expiry(state: JobState, day: date) -> date:
    """The expiry of the lot being made: its labels' if one is printed, else from ``day`` on.

    LookupError while the work master is unknown.
    """
    for _, label in state.printed.values():
        expiry = from_brackets(label.content).expiry
        if expiry is not None:
            return expiry
    if state.master is None:
        raise LookupError(state.order.work_master)
    return day + timedelta(days=state.master.product.shelf_life_days)


def label_content(state: JobState, serial: str, day: date) -> str:
    """The element string a unit's label must carry, in brackets; LookupError as above."""
    expiry = label_expiry(state, day)
    gtin = state.master.product.gtin if state.master else ""
    return element_string(gtin=gtin, expiry=expiry, lot=state.order.lot, serial=serial)


def printed(case: Case) -> Reasons:
    """The serial is allotted and free, the content is the unit's, copies count up with a reason."""
    entry, state = cast("LabelPrinted", case.entry), case.state
    yield from _serial_free(state, entry.serial)
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
    yield from _scan(entry.scan)
    label = case.state.printed.get(entry.serial)
    if label is None or label[0] != entry.printed:
        yield because("label-not-printed", serial=entry.serial)
        return
    message, aim = stripped(_raw(entry.scan), entry.scan.symbology)
    if aim != AIM_OF.get(step.symbology):
        yield because("label-symbology", expected=step.symbology, got=aim)
    if message != raw_string(label[1].content):
        yield because("label-differs", expected=label[1].content)


def produced(case: Case) -> Reasons:
    """It rests on the passing read-back of its label and repeats what that label says."""
    entry, state = cast("Produced", case.entry), case.state
    yield from _serial_free(state, entry.serial)
    label = state.printed.get(entry.serial)
    if label is None or state.read.get(entry.serial) != entry.label:
        yield because("unit-unproved", serial=entry.serial)
        return
    says = from_brackets(label[1].content)
    unit = (case.master.product.item, says.gtin, says.lot, says.expiry)
    if (entry.item, entry.gtin, entry.lot, entry.expiry) != unit:
        yield because("unit-differs", expected=label[1].content)
