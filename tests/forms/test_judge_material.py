"""Component lots, labels and units."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from forms import entries
from forms.identifiers.checks import mod43
from forms.job import start
from forms.judge_label import label_content, label_expiry
from forms.terms import Disposition
from tests.forms.build import History, scan
from tests.forms.documents import (
    GLUE_GTIN,
    NOW,
    QUALITY,
    SET_GTIN,
    TODAY,
    TUBE_GTIN,
    ZERO,
    quantity,
    sample_lots,
    sample_master,
    sample_order,
    sample_pack,
)

LATER = TODAY + timedelta(days=30)


def at_tube() -> History:
    return History().confirm()


@pytest.mark.covers("ISO-7.5.8", "ISO-7.4.3")
@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        (scan(TUBE_GTIN, "T-OLD", TODAY - timedelta(days=1)), "lot-expired"),
        (scan(TUBE_GTIN, "T-OLD"), "lot-expired"),
        (scan(TUBE_GTIN, "T1", LATER + timedelta(days=1)), "expiry-differs"),
        (scan(TUBE_GTIN, "T-HOLD", LATER), "lot-status"),
        (scan(TUBE_GTIN, "T-WAIT", LATER), "lot-status"),
        (scan(TUBE_GTIN, "T-SHORT", LATER), "quantity-short"),
        (scan(TUBE_GTIN, "T-NEW", LATER), "lot-unknown"),
        (scan(TUBE_GTIN, "G1", LATER), "lot-unknown"),
        (scan(TUBE_GTIN, "", LATER), "code-without-lot"),
        (scan(GLUE_GTIN, "T1", LATER), "wrong-item"),
        (scan(TUBE_GTIN, "T1", LATER, source="typed"), "scan-typed"),
        (scan(TUBE_GTIN, "T1", LATER, aim="]d1"), "code-finding"),
        (entries.Scan(raw="xyz", source="scanner", symbology="]d2"), "code-finding"),
    ],
)
def test_a_wrong_lot_is_refused_and_kept(scanned: entries.Scan, code: str) -> None:
    history = at_tube()
    said = history.identify if scanned.raw != "xyz" else None
    if said is None:
        history.record(
            entries.LotIdentified(context=history.context(), scan=scanned, findings=("empty",))
        )
    else:
        said(scanned)
    assert code in history.codes
    assert not history.verdict.effective
    assert len(history.state.unreviewed) == 1
    assert history.take_tube().verdict.passed


HIBC = b"+A99912345/$$3%s10X3/S77"


def hibc(history: History, *dis: str) -> History:
    """The tubing is known by HIBC too, by ``dis``; a lot 10X3 of it was received."""
    tube = next(one for one in history.the_pack.materials if one.item == "TUBE")
    others = tuple(one for one in history.the_pack.materials if one is not tube)
    lot = msgspec.structs.replace(history.the_pack.lots[0], lot="10X3")
    pack = msgspec.structs.replace(
        history.the_pack,
        materials=(*others, msgspec.structs.replace(tube, udi_dis=dis)),
        lots=(*history.the_pack.lots, lot),
    )
    return History(pack=pack).confirm()


def hibc_scan() -> entries.Scan:
    text = HIBC.decode().replace("%s", f"{LATER:%y%m%d}")
    raw = f"{text}{mod43(text)}".encode()
    return entries.Scan(raw=raw.hex(), source="scanner", symbology="]C0")


@pytest.mark.covers("ISO-7.5.8")
def test_an_item_may_be_known_by_another_agencys_identifier() -> None:
    known = hibc(at_tube(), "H1230000", "A99912345").identify(hibc_scan())
    assert known.verdict.passed, known.codes
    assert known.state.records[-1].entry.udi_di == "A99912345"  # type: ignore[union-attr]
    other = hibc(at_tube(), "A99912346").identify(hibc_scan())
    assert other.codes == ("wrong-item",)
    nothing = hibc(at_tube()).identify(hibc_scan())
    assert nothing.codes == ("wrong-item",)


@pytest.mark.covers("F60")
def test_an_entry_that_names_another_identifier_than_its_code_is_refused() -> None:
    history = hibc(at_tube(), "A99912345").identify(hibc_scan())
    entry = history.state.records[-1].entry
    assert isinstance(entry, entries.LotIdentified)
    history.record(msgspec.structs.replace(entry, udi_di="A99912346"))
    assert history.codes == ("scan-differs",)


@pytest.mark.covers("F60", "21")
def test_a_doubtful_lot_is_that_lot_only_if_it_was_received_as_such() -> None:
    doubtful = scan(TUBE_GTIN, "T-2101", LATER)
    history = at_tube().identify(doubtful)
    assert history.codes == ("code-finding",)
    known = history.the_pack.lots[0]
    assert known.item == "TUBE"
    received = msgspec.structs.replace(known, lot="T-2101")
    pack = msgspec.structs.replace(history.the_pack, lots=(*history.the_pack.lots, received))
    assert History(pack=pack).confirm().identify(doubtful).verdict.passed


@pytest.mark.covers("P11-10a", "TC27")
def test_the_entry_must_say_what_the_bytes_say() -> None:
    history = at_tube()
    entry = entries.LotIdentified(
        context=history.context(),
        scan=scan(TUBE_GTIN, "T-OLD", TODAY - timedelta(days=1)),
        gtin=TUBE_GTIN,
        lot="T1",
        expiry=LATER,
    )
    assert history.record(entry).codes == ("scan-differs",)


def with_lots(*changed: object, **line: object) -> History:
    master = sample_master()
    bom = (msgspec.structs.replace(master.bom[0], **line), *master.bom[1:])
    master = msgspec.structs.replace(master, bom=bom)
    order = sample_order(master)
    pack = sample_pack(master, order, lots=changed or sample_lots())
    return History(master=master, order=order, pack=pack).confirm()


def test_a_lot_that_must_expire_needs_a_date() -> None:
    lot = msgspec.structs.replace(sample_lots()[0], expiry=None)
    assert with_lots(lot).identify(scan(TUBE_GTIN, "T1")).codes == ("expiry-missing",)
    assert with_lots(lot).identify(scan(TUBE_GTIN, "T1", TODAY)).verdict.passed
    assert with_lots(lot, expires=False).identify(scan(TUBE_GTIN, "T1")).verdict.passed


def test_units_of_quantity_are_never_converted() -> None:
    lot = msgspec.structs.replace(sample_lots()[0], quantity=quantity("9000", "mm"))
    assert with_lots(lot).identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("wrong-unit",)


def test_a_component_without_any_gtin_is_never_recognised() -> None:
    history = with_lots(gtin="")
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).verdict.passed
    history.pack = msgspec.structs.replace(history.the_pack, materials=())
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("wrong-item",)


def test_a_master_whose_step_names_no_component() -> None:
    history = with_lots(item="OTHER")
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("item-not-in-bom",)


@pytest.mark.covers("F54", "ISO-8.3")
def test_a_hold_stops_a_lot_until_quality_lifts_it() -> None:
    history = at_tube()
    hold = entries.HoldPlaced(context=history.context(), item="TUBE", lot="T1", reason="leak")
    assert history.record(hold).verdict.passed
    placed = history.ref
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("lot-held",)
    lift = entries.HoldLifted(context=history.context(), hold=placed, reason="checked")
    assert history.record(lift).codes == ("class-missing",)
    by_quality = msgspec.structs.replace(lift, context=history.context(person=QUALITY))
    nothing = msgspec.structs.replace(by_quality, reason=" ", hold=ZERO)
    assert history.record(nothing).codes == ("hold-unknown", "reason-missing")
    assert history.record(by_quality).verdict.passed
    assert history.take_tube().verdict.passed
    assert history.record(msgspec.structs.replace(hold, reason="")).codes == ("reason-missing",)


def test_a_hold_on_a_lot_inside_stops_all_work() -> None:
    history = at_tube().take_tube()
    hold = entries.HoldPlaced(
        context=history.context(job_order=""), item="TUBE", lot="T1", reason="leak"
    )
    assert history.record(hold).verdict.passed
    assert history.identify(scan(GLUE_GTIN, "G1")).codes == ("lot-held",)


def test_a_hold_between_scan_and_consumption_counts() -> None:
    history = at_tube().identify(scan(TUBE_GTIN, "T1", LATER))
    scanned = history.ref
    context = history.context(job_order="")
    history.record(entries.HoldPlaced(context=context, item="TUBE", lot="T1", reason="leak"))
    history.consume("TUBE", "T1", quantity("3.0", "m"), identified=scanned)
    assert history.codes == ("lot-held",)


@pytest.mark.covers("ISO-7.5.9.1", "F49")
def test_consumption_rests_on_its_scan_and_takes_what_is_needed() -> None:
    history = at_tube()
    history.confirm(operation="OP10")
    assert history.consume("TUBE", "T1", quantity("3.0", "m")).codes == ("consumed-unidentified",)
    history.identify(scan(TUBE_GTIN, "T1", LATER))
    ref = history.ref
    take = history.consume
    assert take("TUBE", "T-OLD", quantity("3", "m"), identified=ref).codes == ("consumed-differs",)
    assert take("TUBE", "T1", quantity("2.9", "m"), identified=ref).codes == ("quantity-differs",)
    assert take("TUBE", "T1", quantity("3", "ea"), identified=ref).codes == ("quantity-differs",)
    assert take("TUBE", "T1", quantity("3", "m"), identified=ref).verdict.passed


def test_what_other_jobs_took_is_gone() -> None:
    history = at_tube()
    elsewhere = entries.Consumed(
        context=history.context(job_order="JO-9"),
        item="TUBE",
        lot="T1",
        quantity=quantity("98", "m"),
        identified=ZERO,
    )
    history.record(elsewhere, sound=False)
    assert history.state.used == {}
    history.record(elsewhere)
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("quantity-short",)


# --- labels --------------------------------------------------------------------------------------


@pytest.mark.covers("QMSR-45a", "UDI-830", "UDI-PRINT")
def test_a_label_says_exactly_the_units_udi() -> None:
    history = History().to_labels()
    expected = f"(01){SET_GTIN}(17)271123(10)LOT-1(21)0001"
    assert label_content(history.state, "0001", TODAY) == expected
    wrong = expected.replace("LOT-1", "LOT-2")
    assert history.print_label("0001", content=wrong).codes == ("label-content",)
    assert unallotted(history).codes == ("serial-unknown",)
    assert history.print_label("0001", copy=2).codes == ("copy-number",)
    assert history.print_label("0001").verdict.passed


def unallotted(history: History) -> History:
    return history.record(
        entries.LabelPrinted(context=history.context(), serial="0009", content="(01)")
    )


def test_all_labels_of_a_lot_carry_one_expiry() -> None:
    history = History().to_labels().label("0001")
    history.wall = NOW + timedelta(days=1)
    assert label_expiry(history.state, history.wall.date()) == TODAY + timedelta(days=365)
    assert history.label("0002").verdict.passed


def test_a_label_needs_a_master_and_a_printable_lot() -> None:
    with pytest.raises(LookupError):
        label_expiry(start(sample_order()), TODAY)
    order = msgspec.structs.replace(sample_order(), lot="批")
    history = History(order=order).to_labels()
    entry = entries.LabelPrinted(context=history.context(), serial="0001", content="")
    assert history.record(entry).codes == ("label-content",)


@pytest.mark.covers("UDI-PRINT", "F63", "QMSR-45a")
def test_a_label_is_read_back_byte_for_byte() -> None:
    history = History().to_labels()
    missing = entries.LabelRead(
        context=history.context(), serial="0001", scan=scan(SET_GTIN, "L"), printed=ZERO
    )
    assert history.record(missing).codes == ("label-not-printed",)
    history.print_label("0001")
    good = b"01" + SET_GTIN.encode() + b"17271123" + b"10LOT-1\x1d210001"
    assert history.read_label("0001", good.replace(b"\x1d", b"")).codes == ("label-differs",)
    assert history.read_label("0001", good, aim="]d1").codes == ("label-symbology",)
    assert history.read_label("0001", good, aim="").codes == ("label-symbology",)
    typed = entries.Scan(raw=good.hex(), source="typed", symbology="]d2")
    assert history.read_label("0001", good, scan=typed).codes == ("scan-typed",)
    assert history.produce("0001").codes == ("unit-unproved",)
    assert history.read_label("0001", b"]d2" + good + b"\r", aim="").verdict.passed


def test_a_reprint_needs_a_reason_and_a_new_read_back() -> None:
    history = History().to_labels().print_label("0001").read_label("0001")
    first = history.records[-2].ref
    assert history.print_label("0001", copy=2).codes == ("reprint-reason",)
    assert history.print_label("0001", copy=2, reason="torn").verdict.passed
    assert history.produce("0001").codes == ("unit-unproved",)
    assert history.read_label("0001", printed=first).codes == ("label-not-printed",)
    assert history.read_label("0001").produce("0001").verdict.passed
    assert history.print_label("0001", copy=3, reason="more").codes == ("serial-used",)
    assert history.produce("0001").codes[0] == "serial-used"


def test_a_unit_is_what_its_label_says() -> None:
    history = History().to_labels().print_label("0001").read_label("0001")
    assert history.produce("0001", lot="LOT-9").codes == ("unit-differs",)
    assert history.produce("0001", item="OTHER").codes == ("unit-differs",)


@pytest.mark.covers("QMSR-45c")
def test_a_unit_may_be_scrapped_by_its_label() -> None:
    history = History().to_labels().label("0001").print_label("0002")
    history.raise_about(history.ref).settled(history.ref, Disposition.SCRAP)
    assert history.state.scrapped == {"0002"}
    assert not history.state.lot_scrapped
    assert history.print_label("0002", copy=2, reason="x").codes == ("class-missing",)
    history.sign_step().by(QUALITY).decide_release()
    assert history.verdict.passed


def test_a_label_at_the_end_of_time_is_refused_not_fatal() -> None:
    history = History().to_labels()
    history.wall = datetime.max.replace(tzinfo=UTC)
    entry = entries.LabelPrinted(context=history.context(), serial="0001", content="(01)")
    assert history.record(entry).codes == ("label-content",)


# --- a clock that is wrong -----------------------------------------------------------------------


@pytest.mark.covers("F21", "F24")
def test_an_expired_lot_is_expired_whatever_the_clock_says() -> None:
    pack = sample_pack(issued_at=NOW)
    for quality, wall in (("unknown", NOW.replace(year=2000)), ("free", NOW - timedelta(days=90))):
        history = History(quality=quality, wall=wall, pack=pack).confirm()
        assert history.identify(scan(TUBE_GTIN, "T-OLD")).codes == ("lot-expired",)


@pytest.mark.covers("F24")
def test_without_a_clock_nobody_knows_whether_a_lot_has_expired() -> None:
    history = History(quality="unknown", wall=NOW.replace(year=2000)).confirm()
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).codes == ("expiry-unknowable",)
    history.wall, history.quality = NOW, "anchored"
    assert history.identify(scan(TUBE_GTIN, "T1", LATER)).verdict.passed


@pytest.mark.covers("F23", "F21")
def test_a_clock_that_the_server_proves_wrong_is_put_right() -> None:
    """It is a year ahead or behind and the station knows it: it heard the server's time."""
    for off in (timedelta(days=365), timedelta(days=-365)):
        history = History(wall=NOW + off)
        known = {"corrected": NOW}
        history.confirm()
        scanned = scan(TUBE_GTIN, "T1", LATER)
        history.identify(scanned)
        entry = history.records[-1].entry
        assert isinstance(entry, entries.LotIdentified)
        assert history.record(entry, **known).verdict.passed
        old = msgspec.structs.replace(entry, lot="T-OLD", scan=scan(TUBE_GTIN, "T-OLD", LATER))
        assert history.record(old, **known).codes[-1:] == ("lot-expired",)


@pytest.mark.covers("F21", "F24", "UDI-830")
def test_no_label_gets_its_expiry_from_a_clock_that_is_wrong() -> None:
    history = History().to_labels()
    content = label_content(history.state, "0001", TODAY - timedelta(days=1))
    history.wall, history.quality = NOW.replace(year=2000), "unknown"
    assert history.print_label("0001", content=content).codes == ("label-date",)
    history.quality = "free"
    assert history.print_label("0001").codes == ("label-content",)
    assert history.print_label("0001", content=content).verdict.passed, "the day of the pack"
    history.quality = "unknown"
    assert history.print_label("0002").verdict.passed, "its lot's labels say when"
