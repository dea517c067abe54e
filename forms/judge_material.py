"""Judging material: component lots scanned and consumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from forms.case import lot_of
from forms.identifiers import Identified, scanned
from forms.masters import IdentifyStep
from forms.rules import because
from forms.terms import LotStatus, Quantity
from forms.units import total

if TYPE_CHECKING:
    from datetime import date

    from forms.case import Case, Reasons
    from forms.entries import Consumed, LotIdentified, Scan
    from forms.job_state import JobState
    from forms.masters import BomLine
    from forms.workpack import WorkPack


def identified(case: Case) -> Reasons:
    """The code is sound, says what the entry says, names the item, and the lot may be used."""
    entry, step = cast("LotIdentified", case.entry), cast("IdentifyStep", case.step)
    wrong_code = [*not_typed(entry.scan), *_says(case, entry, step.item)]
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


def not_typed(scan: Scan) -> Reasons:
    """A code is scanned: what was typed proves nothing."""
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


def raw_of(scan: Scan) -> bytes:
    """The scan's bytes; none if the hex is broken."""
    try:
        return bytes.fromhex(scan.raw)
    except ValueError:
        return b""


def _parsed(scan: Scan) -> Identified:
    return scanned(raw_of(scan), scan.symbology)


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
    yield from _expiry(case, line, lot, known.expiry or printed)
    yield from _enough(case.state, line, known.key, known.quantity)


def _expiry(case: Case, line: BomLine, lot: str, expiry: date | None) -> Reasons:
    """It has not expired on the earliest day that it may be, and the clock is one."""
    if expiry is None:
        if line.expires:
            yield because("expiry-missing", lot=lot)
    elif expiry < case.day:
        yield because("lot-expired", lot=lot, expiry=expiry)
    elif not case.moment.known:
        yield because("expiry-unknowable", lot=lot, expiry=expiry)


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
