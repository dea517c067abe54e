"""Readings: every one offered is kept; a bad one leads to a decision by a second person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from devices.commands import TakePhoto
from devices.kinds import Answered, Faulted, InstrumentState, Photo
from forms import codec
from forms.entries import Inspected, MeasurementTaken
from forms.masters import Limits, SamplingRow
from forms.terms import Capability
from forms.workpack import ApprovedMaster
from terminal.board_limits import band, expected
from terminal.views import BlockedStage, Mark, SignStage, StepStage
from terminal.words import Words
from tests.terminal.documents import NOW, SECRETS, badge_of, make_pack
from tests.terminal.plant import PNG, Bench
from tests.terminal.test_revisions import renew

DAY = NOW.date()
COARSE = Capability(unit="g", uncertainty=Decimal("0.1"))


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.begin()
    bench.kit()
    return bench


def taken(bench: Bench) -> list[MeasurementTaken]:
    state = bench.desk.snapshot.state
    assert state is not None
    return [j.entry for j in state.records if isinstance(j.entry, MeasurementTaken)]


def decide(bench: Bench, disposition: str, reason: str, who: str) -> None:
    bench.touch("raise_nonconformity")
    bench.touch("decide", disposition=disposition)
    bench.touch("choose_reason", reason=reason)
    bench.scan(badge_of(who))
    if bench.desk.ui.signer is not None:
        bench.keys(SECRETS[who])
        if bench.desk.ui.signing is not None:
            bench.keys(SECRETS[who])


def test_the_live_value_is_shown_and_recorded_only_when_taken(bench: Bench) -> None:
    bench.weigh("0.321", "unstable")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert (stage.value, stage.unit) == ("0.321", "g")
    assert stage.band is not None
    assert stage.band.value_at is not None
    assert taken(bench) == []
    bench.wait(10)
    assert bench.frame.stage.value == "", "an old value is not a live one"  # type: ignore[union-attr]


@pytest.mark.covers("F59", "T01")
def test_an_unstable_reading_that_is_pressed_is_kept_and_refused(bench: Bench) -> None:
    bench.weigh("0.500", "unstable")
    bench.touch("accept_reading")
    assert bench.name == "blocked"
    assert len(taken(bench)) == 1
    assert taken(bench)[0].taken.raw
    bench.touch("next")
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert bench.mark is Mark.PASS
    state = bench.desk.snapshot.state
    assert state is not None
    assert len(state.unreviewed) == 1


@pytest.mark.covers("F64", "ISO-7.6")
def test_an_instrument_that_is_another_one_is_kept_and_refused(bench: Bench) -> None:
    bench.weigh("0.500", serial="SN-9")
    bench.touch("accept_reading")
    assert bench.name == "blocked"
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert "The instrument says it is SN-9; BAL is 1." in str(stage)
    assert taken(bench)[0].taken.serial_number == "SN-9"
    bench.touch("next")
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert bench.mark is Mark.PASS


def test_the_age_of_a_reading_is_in_its_record_and_an_old_one_is_not_offered(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.wait(4)
    bench.touch("accept_reading")
    assert taken(bench) == []
    bench.weigh("0.500")
    bench.wait(2)
    bench.touch("accept_reading")
    assert taken(bench)[0].taken.age_ms == 2_000


@pytest.mark.covers("P11-10g", "T04")
def test_out_of_limits_is_decided_by_a_supervisor_and_measured_again(bench: Bench) -> None:
    bench.weigh("0.612")
    bench.touch("accept_reading")
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert "0.612" in stage.rule
    bench.touch("raise_nonconformity")
    bench.touch("raise_nonconformity")
    assert bench.kinds().count("nonconformity.raised") == 1
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="rework")
    assert bench.name == "reason"
    bench.touch("choose_reason", reason="process-repeated")
    sign = bench.frame.stage
    assert isinstance(sign, SignStage)
    assert "0.612" in sign.text
    assert "Rework" in sign.text
    bench.scan(badge_of("ana"))
    assert sign.pad is None
    assert bench.desk.ui.signer is None, "who measured may not decide"
    assert bench.desk.ui.problem is not None
    assert bench.kinds()[-1] == "session.refused"
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    assert bench.name == "sign", "accountability first"
    bench.keys(SECRETS["ben"])
    assert bench.name == "step-measure"
    assert bench.desk.snapshot.session is not None
    assert bench.desk.snapshot.session.person.id == "ana", "her session goes on"
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert bench.mark is Mark.PASS
    assert len(taken(bench)) == 2


def test_a_concession_is_for_quality(bench: Bench) -> None:
    bench.weigh("0.612")
    bench.touch("accept_reading")
    decide(bench, "concession", "customer-agreed", "ben")
    assert bench.name == "sign"
    assert bench.desk.ui.problem is not None
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    bench.keys(SECRETS["qi"])
    assert bench.name == "step-measure"
    assert bench.desk.snapshot.position.step == "OD"


def test_scrap_ends_the_lot(bench: Bench) -> None:
    bench.weigh("0.612")
    bench.touch("accept_reading")
    decide(bench, "scrap", "cannot-be-repaired", "ben")
    assert bench.name == "overview"
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.lot_scrapped


def test_leaving_the_signature_leaves_the_nonconformity_open(bench: Bench) -> None:
    bench.weigh("0.612")
    bench.touch("accept_reading")
    bench.touch("raise_nonconformity")
    bench.touch("decide", disposition="rework")
    bench.touch("back")
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="nonsense")
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="rework")
    bench.touch("choose_reason", reason="nonsense")
    assert bench.name == "reason"
    bench.touch("choose_reason", reason="part-replaced")
    bench.touch("back")
    assert bench.name == "nonconformity"
    assert "disposition.decided" not in bench.kinds()


def test_a_data_key_records_by_itself(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.touch("accept_reading")
    bench.settle()
    bench.weigh("4.10", name="caliper")
    assert bench.mark is Mark.PASS
    bench.weigh("4.11", name="caliper")
    bench.settle()
    assert bench.desk.snapshot.position.step == "PRESS"
    assert [str(e.taken.quantity.value) for e in taken(bench)[1:] if e.taken.quantity] == [
        "4.10",
        "4.11",
    ]


def press(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.touch("accept_reading")
    bench.settle()
    for _ in range(2):
        bench.weigh("4.10", name="caliper")
        bench.settle()


def test_a_typed_value_is_shown_back_and_marked(bench: Bench) -> None:
    press(bench)
    bench.touch("type_value")
    for key in ("5", ".", ".", "2", "back", "5"):
        bench.touch("key", key=key)
    assert bench.desk.ui.pad == "5.5"
    bench.touch("key", key="clear")
    bench.keys("52")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.value == "52"
    assert stage.pad is None
    bench.touch("accept_reading")
    assert taken(bench)[-1].taken.typed
    assert bench.mark is Mark.PASS
    bench.wait(60)
    assert bench.mark is Mark.PASS, "this step waits for a look"
    bench.touch("next")
    assert bench.name == "step-inspect"


def test_what_is_no_number_is_not_taken(bench: Bench) -> None:
    press(bench)
    bench.touch("type_value")
    bench.keys(".")
    assert bench.frame.notice is not None
    bench.touch("back")
    assert bench.name == "step-measure"
    assert len(taken(bench)) == 3


def test_typing_is_for_steps_that_allow_it(bench: Bench) -> None:
    bench.touch("type_value")
    assert bench.desk.ui.typing is None


def inspect(bench: Bench) -> None:
    press(bench)
    bench.touch("type_value")
    bench.keys("52")
    bench.touch("accept_reading")
    bench.touch("next")


def test_a_photo_comes_before_the_judgement_and_is_kept(bench: Bench) -> None:
    inspect(bench)
    bench.touch("inspect", outcome="pass")
    assert "inspected" not in bench.kinds()
    bench.touch("take_photo")
    assert isinstance(bench.doors.commands[-1], TakePhoto)
    bench.wait(0.2)
    assert bench.frame.notice is not None
    bench.answer()
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.image
    bench.touch("inspect", outcome="fail")
    state = bench.desk.snapshot.state
    assert state is not None
    entry = state.records[-1].entry
    assert isinstance(entry, Inspected)
    assert entry.photo is not None
    assert bench.journal.attachments.get(entry.photo.sha256)
    assert bench.name == "blocked"


def test_a_camera_that_fails_is_said_and_kept(bench: Bench) -> None:
    inspect(bench)
    bench.touch("take_photo")
    command = bench.doors.commands[-1]
    fault = Faulted(name="camera", code="camera-black", kind="transient", instrument="CAM")
    bench.desk.event(Answered(name="camera", id=command.id, fault=fault))
    bench.desk.show()
    assert bench.frame.notice is not None
    assert bench.kinds()[-1] == "instrument.faulted"


def test_an_instrument_that_goes_and_comes_back_is_kept(bench: Bench) -> None:
    def said(light: str, code: str) -> InstrumentState:
        return InstrumentState(
            name="balance",
            equipment_class="balance",
            state=light,  # type: ignore[arg-type]
            code=code,
            instrument="BAL",
        )

    bench.weigh("0.500")
    bench.desk.event(said("absent", "unplugged"))
    assert bench.kinds()[-1] == "instrument.faulted"
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.value == ""
    light = next(one for one in bench.frame.strip.instruments if one.name == "Balance")
    assert light.mark is Mark.FAIL
    before = len(bench.kinds())
    bench.desk.event(said("absent", "unplugged"))
    assert len(bench.kinds()) == before
    bench.desk.event(said("ready", ""))
    assert len(bench.kinds()) == before + 1


@pytest.mark.covers("F64", "ISO-7.6")
@pytest.mark.parametrize(
    ("changes", "said", "rule"),
    [
        ({}, "In calibration · 2027-01-01", ""),
        ({"calibration_due": DAY + timedelta(days=3)}, "Due soon · ", ""),
        ({"calibration_due": DAY - timedelta(days=3)}, "Overdue · ", "was due on"),
        ({"quarantine": "it fell"}, "Kept apart", "it fell"),
        ({"capability": COARSE}, "Not enough for these limits", "too coarse for these limits"),
    ],
)
def test_the_step_says_how_the_instrument_stands_before_it_is_used(
    bench: Bench, changes: dict[str, object], said: str, rule: str
) -> None:
    pack = make_pack(number=2)
    assets = tuple(
        msgspec.structs.replace(one, **changes) if one.id == "BAL" else one for one in pack.assets
    )
    bench.give(msgspec.structs.replace(pack, assets=assets))
    bench.station.packs._latest = None
    bench.desk.refreshed(bench.station.refresh().snapshot)
    bench.weigh("0.500")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert any(said in fact.value for fact in stage.facts), stage.facts
    bench.touch("accept_reading")
    assert bench.name == ("blocked" if rule else "step-measure")
    assert rule in str(bench.frame.stage)
    assert len(taken(bench)) == 1, "recorded first, judged second"


@pytest.mark.covers("F59", "T01")
def test_one_reading_stands_for_one_sample_only() -> None:
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.weigh("0.612")
    bench.touch("accept_reading")
    decide(bench, "rework", "process-repeated", "ben")
    assert bench.name == "step-measure"
    bench.touch("accept_reading")
    assert len(taken(bench)) == 1, "the very reading that failed"
    assert bench.frame.notice is not None
    assert bench.frame.notice.word == "There is no new reading yet."
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert bench.mark is Mark.PASS


def to_typing(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.touch("accept_reading")
    bench.settle()
    for _ in range(2):
        bench.weigh("4.10", name="caliper")
        bench.settle()
    bench.touch("type_value")


@pytest.mark.parametrize("digits", ["1" * 31, "52.", "."])
def test_a_typed_number_can_be_read_back_from_its_record(bench: Bench, digits: str) -> None:
    """A glove that rests on a key types for ever; such a record would bar the lot's release."""
    to_typing(bench)
    bench.keys(digits)
    bench.touch("accept_reading")
    assert bench.kinds().count("measurement.taken") == len(taken(bench))
    assert len(taken(bench)) == (4 if digits == "52." else 3)
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.findings == ()


@pytest.mark.covers("F67")
def test_a_data_key_that_bounces_while_a_failure_is_saved_leaves_no_finding(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.touch("accept_reading")
    bench.settle()
    bench.doors.held = []
    bench.weigh("9.99", name="caliper")
    bench.weigh("9.99", name="caliper")
    held, bench.doors.held = bench.doors.held, None
    for one in held:
        one()
    assert bench.name == "blocked"
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.findings == ()


def test_work_by_data_key_keeps_the_session_open(bench: Bench) -> None:
    bench.weigh("0.500")
    bench.touch("accept_reading")
    bench.settle()
    bench.wait(bench.desk.lock_after_s - 60)
    bench.weigh("4.10", name="caliper")
    bench.wait(120)
    assert bench.desk.snapshot.session is not None


@pytest.mark.covers("F61")
def test_a_photo_belongs_to_the_position_it_was_asked_for(bench: Bench) -> None:
    to_typing(bench)
    bench.keys("52")
    bench.touch("accept_reading")
    bench.touch("next")
    bench.touch("take_photo")
    late = bench.doors.commands[-1]
    bench.desk.event(Answered(name="camera", id="another", photo=Photo.of(PNG)))
    assert bench.desk.photo_now() is None, "not the photo that was asked for"
    bench.desk.event(Answered(name="camera", id=late.id, photo=Photo.of(PNG)))
    at = bench.desk.ui.photo_at
    assert at == bench.desk.snapshot.position
    bench.touch("inspect", outcome="pass")
    bench.settle()
    bench.desk.event(Answered(name="camera", id=late.id, photo=Photo.of(PNG)))
    assert bench.desk.ui.photo_at == at, "of the position before"
    assert bench.desk.photo_now() is None


@pytest.mark.parametrize(
    ("limits", "bad", "said"),
    [
        (Limits(unit="g", high=Decimal(0)), "0.5", "at most 0 g"),
        (Limits(unit="Cel", high=Decimal(-18)), "-10", "at most -18 °C"),
        (Limits(unit="Cel", low=Decimal(-5)), "-6", "at least -5 °C"),
        (Limits(unit="g", low=Decimal(0)), "-1", "at least 0 g"),
        (Limits(unit="kPa", high=Decimal(4)), "5", "at most 4 kPa"),
    ],
)
def test_a_value_out_of_one_limit_is_drawn_outside(limits: Limits, bad: str, said: str) -> None:
    drawn = band(limits, Decimal(bad))
    assert drawn.value_at is not None
    assert not drawn.low_at <= drawn.value_at <= drawn.high_at
    assert " ".join(expected(limits, Words("en")).split()) == said


def with_limits(limits: Limits) -> Bench:
    """A bench whose typed step asks for that, and its pad."""
    bench = with_step("PRESS", limits=limits)
    press(bench)
    bench.touch("type_value")
    return bench


def with_step(step_id: str, **changes: object) -> Bench:
    """A bench of which a step asks for something else."""
    pack, replace = make_pack(2), msgspec.structs.replace
    made = pack.masters[0].master
    operations = tuple(
        replace(one, steps=tuple(
            replace(step, **changes) if step.id == step_id else step for step in one.steps
        ))
        for one in made.operations
    )  # fmt: skip
    made = replace(made, operations=operations)
    digest = codec.digest(made)
    job = replace(pack.job_orders[0], work_master=digest)
    bench = Bench()
    masters = (ApprovedMaster(digest=digest, master=made),)
    renew(bench, replace(pack, masters=masters, job_orders=(job,)))
    bench.begin()
    bench.kit()
    return bench


FREEZER = Limits(unit="Cel", low=Decimal(-25), high=Decimal(-15))


@pytest.mark.parametrize(
    ("keys", "value"),
    [("-20.5", "-20.5"), ("20-.5", "-20.5"), ("--20", "20"), ("-.5", "-0.5"), ("-0", "0")],
)
def test_a_value_below_zero_is_typed_with_the_sign_key(keys: str, value: str) -> None:
    bench = with_limits(FREEZER)
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.pad is not None
    assert stage.pad.sign
    bench.keys(keys)
    bench.touch("accept_reading")
    quantity = taken(bench)[-1].taken.quantity
    assert quantity is not None
    assert f"{quantity.value:f}" == value
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.findings == ()
    assert bench.mark is (Mark.PASS if value == "-20.5" else Mark.FAIL)


def test_the_sign_key_is_there_where_a_value_below_zero_may_be_found() -> None:
    zero, small = Decimal(0), Decimal("0.5")
    for limits, there in (
        (FREEZER, True),
        (Limits(unit="Cel", low=Decimal(2), high=Decimal(8)), True),  # a fridge that froze
        (Limits(unit="mm", low=-small, high=small), True),
        (Limits(unit="mm", low=zero, high=small), True),  # too small is told as it is
        (Limits(unit="mm", high=small), True),
        (Limits(unit="mm", low=small), False),
        (Limits(unit="ea", low=zero, high=Decimal(5)), False),
    ):
        assert limits.below_zero is there, limits
    bench = with_limits(Limits(unit="kPa", low=Decimal(50)))
    bench.touch("key", key="5")
    bench.touch("key", key="-")
    assert bench.desk.ui.pad == "5", "nothing there is below zero"
    secret = Bench()
    secret.scan(badge_of("ana"))
    secret.touch("key", key="-")
    assert secret.desk.ui.pad == "", "nor in a secret"


@pytest.mark.covers("F59")
@pytest.mark.parametrize("between", ["0.001", "-0.700"])  # the pan is empty; a tared dish came off
def test_the_same_load_does_not_stand_for_two_samples_where_the_form_says_so(between: str) -> None:
    bench = with_step("WEIGH", new_load=True, sampling=(SamplingRow(n=2),))

    def offer(*values: str) -> int:
        """Each shown, the last taken; how many are recorded by now."""
        for value in values:
            bench.weigh(value)
        bench.touch("accept_reading")
        bench.settle()
        return len(taken(bench))

    assert offer("0.500") == 1
    assert offer("0.500") == 1, "a new frame of the same load"
    assert bench.frame.notice is not None
    assert bench.frame.notice.word.startswith("The load of the last sample still lies there.")
    bench.weigh("0.499", "unstable")  # somebody knocks against the table
    assert offer("0.500") == 1
    assert offer(between, "0.500") == 2, "another one may well weigh the same"


@pytest.mark.covers("F59")
def test_the_same_load_may_be_measured_again_for_its_own_sample_and_where_nothing_is_said() -> None:
    bench = with_step("WEIGH", new_load=True, sampling=(SamplingRow(n=2),))
    bench.weigh("0.500", "unstable")
    bench.touch("accept_reading")
    bench.touch("next")
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert len(taken(bench)) == 2, "the refused one was of the same sample"
    bench = with_step("WEIGH", sampling=(SamplingRow(n=2),))  # a pressure that is held, say
    for _ in range(2):
        bench.weigh("0.500")
        bench.touch("accept_reading")
        bench.settle()
    assert len(taken(bench)) == 2
