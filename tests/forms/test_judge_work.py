"""Gates and results of work: order, people, places, documents, instruments, limits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from forms import codec, entries
from forms.job import Recorded, advance, fold, start
from forms.judge_work import within
from forms.masters import Limits, samples_needed
from forms.terms import LotStatus
from tests.forms.build import History
from tests.forms.documents import (
    ADMINISTRATOR,
    NOW,
    OPERATOR,
    QUALITY,
    SUPERVISOR,
    TODAY,
    ZERO,
    sample_master,
    sample_order,
    sample_pack,
    sample_people,
    text,
)


def changed_person(**changes: object) -> History:
    people = sample_people()
    person = msgspec.structs.replace(people[0], **changes)
    return History(pack=sample_pack(people=(person, *people[1:])))


@pytest.mark.covers("P11-10f")
def test_a_whole_job_is_released_step_by_step() -> None:
    history = History().to_release()
    assert all(verdict.passed for verdict in history.verdicts)
    assert history.state.decision == "released"
    assert history.state.current is None


@pytest.mark.covers("P11-10f")
@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"operation": "OP20"}, "operation-order"),
        ({"operation": "OP99"}, "operation-order"),
        ({"step": "S20"}, "step-order"),
        ({"work_unit": "WU-2"}, "wrong-work-unit"),
        ({"person": ""}, "person-missing"),
        ({"person": "P-9"}, "person-unknown"),
        ({"work_master": ZERO}, "master-differs"),
    ],
)
def test_a_record_out_of_place_has_no_effect(place: dict[str, str], code: str) -> None:
    history = History().confirm(**place)
    assert history.codes == (code,)
    assert not history.verdict.effective
    assert [judged.ref for judged in history.state.unreviewed] == [history.ref]
    assert history.state.samples == {}


def test_the_kind_must_answer_the_step() -> None:
    history = History().weigh()
    assert history.codes == ("step-kind",)


def test_after_the_last_step_nothing_is_left() -> None:
    history = History().to_signed().by(OPERATOR)
    assert history.confirm(operation="OP10", step="S10").codes == ("nothing-left",)
    assert history.record(
        entries.OperationStarted(context=history.context(operation="OP30"))
    ).codes == ("nothing-left",)


@pytest.mark.covers("P11-10i", "ISO-6.2", "P11-10d")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"active": False}, "person-inactive"),
        ({"qualified": ()}, "not-qualified"),
        ({"qualified": ("WM-SET/OP20",)}, "not-qualified"),
        ({"qualified_until": TODAY - timedelta(days=1)}, "qualification-expired"),
    ],
)
def test_unfit_people_are_stopped(changes: dict[str, object], code: str) -> None:
    assert changed_person(**changes).confirm().codes == (code,)


def test_a_qualification_holds_through_its_last_day() -> None:
    history = changed_person(qualified=("WM-SET/OP10",), qualified_until=TODAY)
    assert history.confirm().verdict.passed


@pytest.mark.covers("F21", "ISO-6.2")
def test_a_clock_set_back_does_not_bring_a_qualification_back() -> None:
    history = changed_person(qualified_until=TODAY - timedelta(days=2))  # the pack is of yesterday
    history.wall, history.quality = NOW - timedelta(days=30), "free"
    assert history.confirm().codes == ("qualification-expired",)


@pytest.mark.covers("P11-10g")
@pytest.mark.parametrize("person", [SUPERVISOR, QUALITY, ADMINISTRATOR])
def test_other_classes_do_not_do_the_operators_work(person: str) -> None:
    assert "class-missing" in History().by(person).confirm().codes


def test_the_person_signed_in_is_the_one_who_records() -> None:
    history = History()
    history.record(entries.SessionOpened(context=history.context(job_order="")))
    assert history.confirm().verdict.passed
    history.record(entries.SessionClosed(context=history.context(), why="signed_out"))
    assert history.identify(entries.Scan(raw="00", source="scanner")).codes == ("not-signed-in",)
    history.by(QUALITY).record(entries.SessionOpened(context=history.context(job_order="")))
    history.by(OPERATOR).identify(entries.Scan(raw="00", source="scanner"))
    assert history.codes == ("not-signed-in",)


@pytest.mark.covers("P11-10k", "ISO-4.2.4")
def test_the_order_must_be_in_the_pack_as_it_is_folded() -> None:
    other = msgspec.structs.replace(sample_order(), units=3)
    assert History(pack=sample_pack(order=other)).confirm().codes == ("order-unknown",)


def test_an_unknown_pack_or_master_is_told() -> None:
    history = History()
    history.pack = None
    assert history.confirm().codes == ("pack-unknown",)
    lost = History(pack=sample_pack(masters=()))
    lost.state = start(lost.the_order)
    assert lost.confirm(operation="OP10", step="S10").codes == ("master-unknown",)
    assert lost.state.current is None


def test_the_master_comes_with_the_first_pack() -> None:
    history = History()
    history.state = start(history.the_order)
    assert history.confirm(operation="OP10", step="S10").verdict.passed


@pytest.mark.covers("P11-10k")
def test_a_station_never_goes_back_to_an_older_pack() -> None:
    history = History().confirm()
    history.pack = msgspec.structs.replace(history.the_pack, number=6)
    assert history.take_tube().verdicts[-2].reasons[0].code == "pack-went-back"
    assert history.identify(entries.Scan(raw="", source="scanner")).codes == ("pack-went-back",)


def test_an_expired_pack_still_captures() -> None:
    history = History(wall=NOW + timedelta(days=31))
    assert history.confirm().verdict.passed


@pytest.mark.covers("P11-10a")
def test_unsound_and_unread_records_are_findings() -> None:
    history = History().confirm()
    history.record(history.records[0].entry, sound=False)
    assert history.codes == ("record-unsound",)
    history.record(entries.Unread(kind="new.kind", body={}))
    assert history.codes == ("unread-kind",)
    assert len(history.state.findings) == 2


def test_records_of_other_jobs_pass_by() -> None:
    history = History().confirm(job_order="JO-9")
    assert history.verdict.passed
    assert history.state.records == ()


def test_things_that_happen_need_no_verdict() -> None:
    history = History()
    scan = entries.Scan(raw="41", source="scanner")
    history.record(entries.CodeUnexpected(context=history.context(), scan=scan))
    history.record(entries.OperationStarted(context=history.context(step="")))
    history.record(
        entries.InstrumentFaulted(context=history.context(), instrument="B", code="gone")
    )
    assert all(verdict.passed for verdict in history.verdicts)
    assert not history.state.findings
    assert len(history.state.records) == 3


def test_confirming() -> None:
    history = History()
    assert history.confirm("no").codes == ("denied",)
    entry = entries.Confirmed(context=history.context(), statement_digest=ZERO, answer="yes")
    assert history.record(entry).codes == ("statement-differs",)
    chinese = entries.Confirmed(
        context=history.context(language="zh_CN"),
        statement_digest=codec.text_digest(text("The line is clear.").zh_CN),
        answer="yes",
    )
    assert history.record(chinese).verdict.passed


@pytest.mark.covers("ISO-7.6", "P11-10h", "F59", "F64")
@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ({"state": "unstable"}, "reading-state"),
        ({"state": "frozen"}, "reading-state"),
        ({"quantity": None}, "reading-empty"),
        ({"instrument": "BAL-9"}, "instrument-unknown"),
        ({"instrument": "CAL-1"}, "instrument-class"),
        ({"instrument": "BAL-OLD"}, "calibration-overdue"),
        ({"instrument": "BAL-BAD"}, "instrument-unusable"),
        ({"raw": ""}, "reading-without-raw"),
        ({"age_ms": 10_001}, "reading-stale"),
        ({"age_ms": -1}, "reading-stale"),
        ({"typed": True, "raw": "", "instrument": ""}, "typed-not-allowed"),
    ],
)
def test_a_reading_that_may_not_be_used_changes_nothing(
    taken: dict[str, object], code: str
) -> None:
    history = History().to_weighing().weigh(**taken)  # type: ignore[arg-type]  # the fields of a reading
    assert history.codes == (code,)
    assert not history.verdict.effective
    assert history.weigh().verdict.passed


def test_unit_sample_and_characteristic_must_be_the_steps() -> None:
    history = History().to_weighing()
    assert history.measure("WEIGHT", 1, "400", "mg").codes == ("wrong-unit",)
    assert history.measure("WEIGHT", 2, "0.4", "g").codes == ("sample-order",)
    wrong = history.measure("OD", 1, "0.4", "g", instrument="BAL-1")
    assert wrong.codes == ("wrong-characteristic",)


def test_a_typed_value_has_no_instrument() -> None:
    history = History().to_diameter()
    assert history.diameter(1, typed=True).codes == ("typed-with-instrument",)
    assert history.type_diameter(1).verdict.passed
    sample = history.state.samples[("OP20", "S20")][0]
    assert sample.attempts[0].typed


@pytest.mark.parametrize(
    ("value", "good"),
    [("0.30", True), ("0.3000", True), ("0.50", True), ("0.2999", False), ("0.50001", False)],
)
def test_limits_are_inclusive_and_exact(value: str, good: bool) -> None:
    history = History().to_weighing().weigh(value)
    assert history.verdict.passed is good
    assert history.verdict.effective
    if not good:
        assert history.codes == ("out-of-limits",)
        assert history.state.next_sample("OP20", history.master.step("OP20", "S10"))
        assert not history.state.findings


def test_one_sided_limits_are_told_in_words() -> None:
    high = [*within(Limits(unit="g", high=Decimal(1)), Decimal(2))]
    low = [*within(Limits(unit="g", low=Decimal(1)), Decimal(0))]
    assert high[0].words("en") == "2 g is out of limits -∞ to 1 g."
    assert low[0].words("zh_CN") == "0 g 超限，允许范围 1 至 +∞ g。"


def test_inspections_need_their_photo() -> None:
    history = History().to_leak().inspect(photo=False)
    assert history.codes == ("photo-missing",)
    assert history.inspect("fail").codes == ("inspection-failed",)
    assert history.verdict.effective
    assert history.inspect().codes == ("nonconformity-needed",)


def test_samples_follow_the_plan() -> None:
    plan = sample_master().step("OP20", "S20").sampling  # type: ignore[union-attr]
    assert [samples_needed(plan, size) for size in (1, 2, 10, 11, 100)] == [1, 2, 2, 5, 5]
    assert samples_needed(plan[:1], 11) == 11


def test_folding_is_advancing() -> None:
    history = History().to_release()
    state = fold(history.the_order, lambda _: history.pack, history.records)
    assert state == history.state
    again, verdict = advance(state, history.records[3], history.pack)
    assert again is state
    assert verdict.passed


def test_an_unread_record_names_no_pack() -> None:
    unread = Recorded(ZERO, "o", 0, NOW, "free", entries.Unread(kind="x", body={}), sound=True)
    state = fold(sample_order(), lambda _: None, [unread], master=sample_master())
    assert [judged.ref for judged in state.findings] == [ZERO]


@pytest.mark.covers("F54")
def test_a_lot_rejected_later_stops_the_work() -> None:
    history = History().to_weighing()
    lots = tuple(
        msgspec.structs.replace(lot, status=LotStatus.REJECTED) if lot.lot == "T1" else lot
        for lot in history.the_pack.lots
    )
    history.pack = msgspec.structs.replace(history.the_pack, lots=lots, number=8)
    assert history.weigh().codes == ("lot-status",)
