"""The page of the instruments: reached from anywhere, back to the same step; checks on record."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image

from devices.commands import PrintLabel, TakePhoto
from devices.faults import FAULTS
from devices.kinds import Answered, CodeRead, Faulted, InstrumentState, Photo, Printed, Reading
from devices.label import render
from forms.entries import CodeUnexpected, InstrumentChecked
from forms.identifiers import raw_string
from forms.terms import Quantity
from terminal.checks import CARD
from terminal.intents import command
from terminal.views import HelpStage, InstrumentCard, Mark, RigStage, StepStage
from tests.terminal.documents import GOOD_LOT, badge_of
from tests.terminal.plant import CLASSES, PNG, Bench


def working() -> Bench:
    """Somebody is at the first measurement."""
    bench = Bench()
    bench.begin()
    bench.kit()
    assert bench.name == "step-measure"
    return bench


def light(bench: Bench, name: str, code: str = "", serial: str = "") -> None:
    """An instrument fails with ``code``, or is ready again."""
    state = FAULTS[code].light if code else "ready"
    bench.desk.event(
        InstrumentState(
            name=name, equipment_class=CLASSES[name], state=state, code=code,
            instrument=name, serial_number=serial,
        )
    )  # fmt: skip


def says(bench: Bench, value: str, state: str = "stable", detail: str = "", load: str = "") -> None:
    """The balance says something, a second later."""
    bench.clock.pass_(1.0)
    quantity = Quantity(value=Decimal(value), unit="g") if value else None
    reading = Reading(
        name="balance", quantity=quantity, state=state,  # type: ignore[arg-type]
        raw=b"S S " + value.encode() + b" g\xff", instrument="BAL",
        taken_at_ns=bench.clock.monotonic_ns(), settled=state == "stable", detail=detail,
        load=load,  # type: ignore[arg-type]
    )  # fmt: skip
    bench.desk.event(reading)


def card(bench: Bench, name: str) -> InstrumentCard:
    """An instrument's card."""
    stage = bench.frame.stage
    assert isinstance(stage, RigStage)
    return next(one for one in stage.cards if one.params == (("instrument", name),))


def strip(bench: Bench) -> dict[str, tuple[Mark, str]]:
    """The lights of the status strip."""
    return {one.name: (one.mark, one.word) for one in bench.frame.strip.instruments}


def said(bench: Bench) -> bool:
    """Whether there is a verdict on the check."""
    return getattr(bench.frame.stage, "verdict", None) is not None


def checked(bench: Bench) -> InstrumentChecked:
    """The newest check on record."""
    entries = [one.entry for one in bench.station.records._all]
    return [one for one in entries if isinstance(one, InstrumentChecked)][-1]


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("state", "detail", "word", "cure"),
    [
        ("overload", "", "overload", "Take the load off"),
        ("underload", "", "underload", "pan"),
        ("frozen", "", "frozen", "same digits"),
        ("error", "mt_sics 15", "error", "Adjust it"),
    ],
)
def test_a_reading_that_is_no_value_is_said_in_the_strip_and_on_the_card(
    state: str, detail: str, word: str, cure: str
) -> None:
    bench = working()
    says(bench, "0.500")
    assert strip(bench)["Balance"] == (Mark.PASS, "ready")
    says(bench, "", state, detail)
    assert strip(bench)["Balance"] == (Mark.FAIL, word)
    bench.touch("rig")
    assert (card(bench, "balance").mark, card(bench, "balance").word) == (Mark.FAIL, word)
    assert cure in card(bench, "balance").cure
    says(bench, "0.500", "unstable")
    assert card(bench, "balance").word == "unstable"
    assert strip(bench)["Balance"] == (Mark.PASS, "ready")
    bench.clock.pass_(4.0)
    bench.desk.tick()
    assert strip(bench)["Balance"] == (Mark.WARN, "no answer")


@pytest.mark.covers("F58", "F59", "F61")
@pytest.mark.parametrize(
    ("name", "code", "mark", "word"),
    [
        ("balance", "unplugged", Mark.FAIL, "absent"),
        ("balance", "standby", Mark.WARN, "standby"),
        ("balance", "unit-refused", Mark.FAIL, "wrong unit"),
        ("balance", "wrong-instrument", Mark.FAIL, "wrong instrument"),
        ("camera", "camera-frozen", Mark.FAIL, "frozen"),
        ("camera", "camera-black", Mark.FAIL, "dark"),
    ],
)
def test_an_instrument_fails_and_comes_back_over_an_open_step(
    name: str, code: str, mark: Mark, word: str
) -> None:
    bench = working()
    role = {"balance": "Balance", "camera": "Camera"}[name]
    before = bench.desk.snapshot.position
    light(bench, name, code)
    assert strip(bench)[role] == (mark, word)
    bench.desk.event(Faulted(name=name, code=code, kind="transient", raw=b"\x02?"))
    bench.scan(command("rig"))
    assert bench.name == "rig"
    assert bench.frame.notice is None  # the card says it
    assert (card(bench, name).mark, card(bench, name).word) == (mark, word)
    assert card(bench, name).cure == FAULTS[code].hint["en"]
    assert not card(bench, name).command
    bench.touch("check", instrument=name)
    assert bench.name == "rig"
    light(bench, name, serial="1")
    assert strip(bench)[role] == (Mark.PASS, "ready")
    said = {fact.label: fact.value for fact in card(bench, name).facts}
    assert said["Last sent"].endswith("\x02?")
    assert (said["Serial"], said["Calibration"]) == ("1", "In calibration · 2027-01-01")
    bench.touch("back")
    assert bench.name == "step-measure"
    assert bench.desk.snapshot.position == before


def test_whether_a_tare_is_taken_off_is_said_where_the_instrument_says_it() -> None:
    bench = working()
    says(bench, "0.500", load="net")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.source == "Balance · settled · net"
    bench.touch("rig")
    assert card(bench, "balance").word == "settled · net"


def test_the_page_lies_over_the_work_and_takes_nothing_from_it() -> None:
    bench = working()
    says(bench, "0.500")
    bench.touch("accept_reading")
    bench.settle()
    at = bench.desk.snapshot.position
    bench.touch("rig")
    bench.weigh("4.10", name="caliper")  # somebody tries the caliper: no result of the step
    assert (bench.name, bench.desk.snapshot.position) == ("rig", at)
    assert card(bench, "caliper").value == "4.10\u2009mm"
    bench.touch("help")
    assert isinstance(bench.frame.stage, HelpStage)
    assert "rig" not in [one.intent for one in bench.frame.actions]
    bench.touch("back")
    assert bench.name == "rig"
    bench.touch("back")
    bench.touch("help")
    bench.touch("rig")
    assert bench.name == "rig"
    bench.touch("back")
    assert bench.name == "step-measure"


@pytest.mark.covers("F64")
def test_an_instrument_that_may_not_measure_says_so_before_anybody_measures() -> None:
    bench = working()
    light(bench, "balance", serial="another")
    assert strip(bench)["Balance"] == (Mark.FAIL, "Another instrument")
    light(bench, "balance", serial="1")
    assert strip(bench)["Balance"] == (Mark.PASS, "ready")
    bench.clock.pass_(86_400 * 5_000.0)
    bench.desk.touched_ns = bench.times.elapsed_ns()
    bench.touch("rig")
    said = {fact.label: fact.value for fact in card(bench, "balance").facts}
    assert said["Calibration"] == "Overdue · 2027-01-01"
    assert (card(bench, "balance").mark, card(bench, "balance").word) == (Mark.FAIL, "Overdue")
    assert "2027-01-01" in card(bench, "balance").cure
    assert card(bench, "balance").cure.endswith("Use another instrument of this class.")


def test_a_scan_goes_to_the_step_under_the_page_and_a_badge_to_who_signs_in() -> None:
    bench = Bench()
    bench.touch("rig")
    assert bench.name == "rig"
    assert not any(one.command for one in bench.frame.stage.cards)  # type: ignore[union-attr]
    bench.scan(badge_of("ana"))
    assert bench.name == "sign-in"
    bench.touch("back")
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    bench.touch("rig")
    bench.lot(GOOD_LOT)
    assert bench.mark is Mark.PASS
    assert bench.name == "step-identify"


@pytest.mark.covers("P11-10h")
def test_a_balance_is_checked_and_the_record_says_who_which_and_what() -> None:
    bench = working()
    light(bench, "balance", serial="1")
    says(bench, "0.500")  # before the check: no answer to it
    bench.touch("rig")
    bench.scan(command("check", (("instrument", "balance"),)))
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert (bench.name, stage.where, stage.verdict) == ("check", "Step 1 of 3", None)
    for value in ("0.000", "50.002", "0.001"):
        says(bench, value)
    assert bench.mark is Mark.PASS
    entry = checked(bench)
    assert (entry.outcome, entry.instrument, entry.serial_number) == ("pass", "BAL", "1")
    assert (entry.context.person, entry.context.job_order) == ("ana", "")
    assert [step.asks for step in entry.steps] == ["empty", "load", "cleared"]
    taken = entry.steps[1].taken
    assert taken is not None
    assert (str(taken.quantity), bytes.fromhex(taken.raw)) == ("50.002\u2009g", b"S S 50.002 g\xff")
    assert taken.calibration_due is not None
    bench.touch("back")
    assert "good" in {one.label: one.value for one in card(bench, "balance").facts}["Last check"]
    bench.touch("back")
    assert bench.name == "step-measure"
    bench.restart()
    assert bench.desk.snapshot.checks["BAL"].outcome == "pass"
    bench.journal.verify()


@pytest.mark.covers("F59", "P11-10h")
@pytest.mark.parametrize(
    ("how", "outcome", "why"),
    [
        ("wrong", "fail", "not-zero"),
        ("lost", "fail", "unplugged"),
        ("late", "fail", "too-late"),
        ("person", "fail", "person"),
        ("left", "left", ""),
    ],
)
def test_a_check_that_is_not_good_is_recorded_too(how: str, outcome: str, why: str) -> None:
    bench = working()
    bench.touch("rig")
    bench.touch("check", instrument="balance")
    says(bench, "0.000")
    says(bench, "50.000")
    if how == "wrong":
        says(bench, "0.400")
    elif how == "lost":
        light(bench, "balance", "unplugged")
    elif how == "late":
        bench.wait(61.0)
    elif how == "person":
        bench.touch("check_failed")
    else:
        bench.touch("back")
    entry = next(
        one.entry for one in reversed(bench.station.records._all)
        if isinstance(one.entry, InstrumentChecked)
    )  # fmt: skip
    assert (entry.outcome, entry.steps[-1].why) == (outcome, why)
    if how == "left":
        assert bench.name == "rig"
        assert "not finished" in card(bench, "balance").facts[-1].value
    else:
        assert bench.mark is Mark.FAIL
        light(bench, "balance")
        bench.touch("check", instrument="balance")
        assert not said(bench)


def test_a_check_that_was_not_good_is_said_until_the_next_one() -> None:
    bench = working()
    for outcome, mark in (("check_failed", Mark.WARN), ("", Mark.PASS)):
        bench.touch("rig")
        bench.touch("check", instrument="balance")
        if outcome:
            bench.touch(outcome)
        else:
            for value in ("0.000", "50.002", "0.001"):
                says(bench, value)
        bench.touch("back")
        light(bench, "balance")
        found = card(bench, "balance")
        assert (found.mark, "check it again" in found.cure.lower()) == (mark, bool(outcome))
        bench.touch("back")
        stage = bench.frame.stage
        assert isinstance(stage, StepStage)
        assert any(one.label == "Last check" for one in stage.facts) == bool(outcome)


def test_scanner_camera_and_printer_are_checked() -> None:
    bench = working()
    bench.touch("rig")
    bench.touch("check", instrument="camera")
    asked = bench.doors.commands[-1]
    assert isinstance(asked, TakePhoto)
    bench.desk.event(Answered(name="camera", id=asked.id, photo=Photo.of(PNG)))
    assert bench.mark is Mark.PASS
    photo = checked(bench).steps[0].photo
    assert photo is not None
    assert photo.size == len(PNG)
    assert bench.frame.stage.image == PNG  # type: ignore[union-attr]
    bench.touch("check", instrument="camera")
    fault = Faulted(name="camera", code="camera-black", kind="transient")
    bench.desk.event(Answered(name="camera", id=bench.doors.commands[-1].id, fault=fault))
    assert checked(bench).steps[0].why == "camera-black"
    bench.touch("back")
    bench.touch("check", instrument="printer")
    printing = bench.doors.commands[-1]
    assert isinstance(printing, PrintLabel)
    printed = Printed(png=PNG, where="x", sha256="0" * 64)
    bench.desk.event(Answered(name="printer", id=printing.id, printed=printed))
    assert bench.frame.stage.image == PNG  # type: ignore[union-attr]
    bench.scan(raw_string(printing.label.content).decode(), "]d2")
    assert (bench.mark, checked(bench).outcome) == (Mark.PASS, "pass")
    assert printing.label.content.startswith("(01)00000000000000")
    drawn = Image.open(io.BytesIO(render(printing.label)))
    (read,) = zxingcpp.read_barcodes(drawn)
    assert read.bytes == raw_string(printing.label.content)
    bench.touch("back")
    bench.touch("check", instrument="scanner")
    bench.desk.event(CodeRead(name="wedge", raw=b"other"))
    assert not said(bench)
    for card_code in (*CARD[:1], *CARD):  # the first one is read twice
        frame = (card_code.aims[0] + card_code.text).encode()
        bench.desk.event(CodeRead(name="scanner", raw=frame[3:], frame=frame, instrument="SCN"))
    entry = checked(bench)
    assert (entry.outcome, [step.scan is not None for step in entry.steps]) == ("pass", [True] * 3)
    bench.touch("check", instrument="scanner")
    raw = CARD[0].text.encode().replace(b"\x1d", b"")
    bench.desk.event(Faulted(name="scanner", code="scan-prefix", kind="permanent", raw=raw + b"\r"))
    assert checked(bench).steps[0].why == "aim-missing"
    assert "AIM" in bench.frame.stage.verdict.detail  # type: ignore[union-attr]
    kept = [r.entry for r in bench.station.records._all if isinstance(r.entry, CodeUnexpected)]
    twice = (CARD[0].aims[0] + CARD[0].text).encode()[3:]
    assert [bytes.fromhex(one.scan.raw) for one in kept] == [b"other", twice], "none is lost"


def test_who_is_locked_out_meanwhile_leaves_no_check_behind() -> None:
    bench = working()
    bench.touch("rig")
    bench.touch("check", instrument="balance")
    bench.wait(601.0)
    assert bench.name == "sign-in"
    assert bench.desk.ui.check is None
