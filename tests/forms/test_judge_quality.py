"""Nonconformities, dispositions, corrections."""

from __future__ import annotations

import msgspec
import pytest

from forms import entries
from forms.release import judge_release
from forms.terms import Disposition, Meaning, PersonnelClass
from tests.forms.build import History
from tests.forms.documents import (
    ADMINISTRATOR,
    OPERATOR,
    QUALITY,
    SUPERVISOR,
    ZERO,
    sample_pack,
    sample_people,
)


def overweight() -> History:
    return History().to_weighing().weigh("0.60")


def raised() -> History:
    history = overweight()
    return history.raise_about(history.ref)


@pytest.mark.covers("ISO-8.3", "P11-10f")
@pytest.mark.parametrize("disposition", [Disposition.REWORK, Disposition.REINSPECTION])
def test_a_failure_blocks_until_its_disposition_is_signed(disposition: Disposition) -> None:
    history = overweight()
    assert history.state.samples[("OP20", "S10")][0].state == "failed"
    assert history.weigh().codes == ("nonconformity-needed",)
    history.raise_about(history.records[-2].ref)
    nonconformity = history.ref
    assert history.weigh().codes == ("nonconformity-open",)
    history.by(SUPERVISOR).decide(nonconformity, disposition)
    decided = history.ref
    assert history.state.nonconformities[nonconformity].state == "decided"
    assert history.by(OPERATOR).weigh().codes == ("nonconformity-open",)
    history.by(SUPERVISOR).sign(Meaning.APPROVED, PersonnelClass.SUPERVISOR, decided)
    assert history.state.nonconformities[nonconformity].state == "in_force"
    assert history.by(OPERATOR).weigh().verdict.passed
    sample = history.state.samples[("OP20", "S10")][0]
    assert [each.state for each in sample.attempts] == ["superseded", "passed"]


@pytest.mark.covers("ISO-8.3")
def test_a_concession_is_qualitys_alone() -> None:
    history = raised().by(SUPERVISOR)
    nonconformity = history.ref
    assert history.decide(nonconformity, Disposition.CONCESSION).codes == ("concession-by-quality",)
    history.by(QUALITY).decide(nonconformity, Disposition.CONCESSION)
    decided = history.ref
    history.by(SUPERVISOR).sign(Meaning.APPROVED, PersonnelClass.SUPERVISOR, decided)
    assert history.codes == ("class-missing", "concession-by-quality")
    history.by(QUALITY).sign(Meaning.APPROVED, PersonnelClass.QUALITY, decided)
    sample = history.state.samples[("OP20", "S10")][0]
    assert sample.state == "conceded"
    assert history.by(OPERATOR).diameter(1).verdict.passed


@pytest.mark.covers("ISO-8.3")
def test_scrap_ends_the_lot() -> None:
    history = raised()
    history.settled(history.ref, Disposition.SCRAP)
    assert history.state.lot_scrapped
    assert history.weigh().codes == ("lot-scrapped",)
    codes = {reason.code for reason in judge_release(history.state).reasons}
    assert "lot-scrapped" in codes
    made = history.by(QUALITY).decide_release("rejected", reason="scrapped")
    assert made.verdict.passed
    history.sign(Meaning.REJECTED, PersonnelClass.QUALITY, history.ref)
    assert history.state.decision == "rejected"


def test_scrapping_a_refused_label_record_scraps_the_lot_not_a_unit() -> None:
    history = History()
    entry = entries.LabelPrinted(context=history.context(), serial="0001", content="(01)")
    assert history.record(entry).codes == ("step-kind",)
    history.raise_about(history.ref).settled(history.ref, Disposition.SCRAP)
    assert history.state.scrapped == frozenset()
    assert history.state.lot_scrapped


def test_a_nonconformity_says_what_and_why() -> None:
    history = overweight()
    failing = history.ref
    assert history.raise_about().codes == ("about-nothing",)
    assert history.raise_about(ZERO).codes == ("record-unknown",)
    assert history.raise_about(failing, description=" ").codes == ("description-missing",)


@pytest.mark.covers("P11-10g")
def test_who_may_decide() -> None:
    history = raised()
    nonconformity = history.ref
    assert history.decide(nonconformity, Disposition.REWORK).codes == ("class-missing",)
    by_administrator = history.by(ADMINISTRATOR).decide(nonconformity, Disposition.REWORK)
    assert by_administrator.codes == ("class-missing",)
    about_nothing = history.by(SUPERVISOR).decide(ZERO, Disposition.REWORK, reason="")
    assert list(about_nothing.codes) == ["nonconformity-unknown", "reason-missing"]
    history.settled(nonconformity, Disposition.REWORK)
    assert history.decide(nonconformity, Disposition.SCRAP).codes == ("nonconformity-decided",)


@pytest.mark.covers("P11-10g", "ISO-8.3")
def test_a_doer_with_all_classes_still_may_not_decide_on_their_own_work() -> None:
    people = list(sample_people())
    everything = tuple(PersonnelClass)
    people[0] = msgspec.structs.replace(people[0], classes=everything)
    history = History(pack=sample_pack(people=tuple(people))).to_weighing().weigh("0.60")
    history.raise_about(history.ref)
    nonconformity = history.ref
    assert history.decide(nonconformity, Disposition.REWORK).codes == ("own-work",)
    history.by(SUPERVISOR).decide(nonconformity, Disposition.REWORK)
    history.by(OPERATOR).sign(Meaning.APPROVED, PersonnelClass.SUPERVISOR, history.ref)
    assert history.codes == ("own-work",)


def test_a_decision_may_be_replaced_before_it_is_signed() -> None:
    history = raised().by(SUPERVISOR)
    nonconformity = history.ref
    first = history.decide(nonconformity, Disposition.SCRAP).ref
    history.decide(nonconformity, Disposition.REWORK)
    second = history.ref
    history.sign(Meaning.APPROVED, PersonnelClass.SUPERVISOR, first)
    assert not history.verdict.passed
    history.sign(Meaning.APPROVED, PersonnelClass.SUPERVISOR, second)
    assert not history.state.lot_scrapped
    assert history.by(OPERATOR).weigh().verdict.passed


def test_a_nonconformity_about_good_work_changes_no_result() -> None:
    history = History().to_diameter()
    history.raise_about(history.ref).settled(history.ref, Disposition.CONCESSION)
    assert history.state.samples[("OP20", "S10")][0].state == "passed"


# --- corrections ---------------------------------------------------------------------------------


def typed() -> History:
    return History().to_diameter().type_diameter(1)


@pytest.mark.covers("P11-10e", "A11-8", "ALC-A")
def test_a_correction_counts_once_its_author_signed_and_stays_marked() -> None:
    history = typed()
    first = history.ref
    correction = history.correct(first, "4.10", "4.15").ref
    assert history.verdict.passed
    assert history.state.samples[("OP20", "S20")][0].attempts[0].outcome == "4.10"
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, correction)
    attempt = history.state.samples[("OP20", "S20")][0].attempts[0]
    assert (attempt.outcome, attempt.corrected_by) == ("4.15", (correction,))
    assert str(attempt.quantity) == "4.15\u2009mm"
    assert attempt.verdict.passed


def test_a_correction_is_judged_again() -> None:
    history = typed()
    first = history.ref
    history.correct(first, "4.10", "4.30")
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, history.ref)
    sample = history.state.samples[("OP20", "S20")][0]
    assert sample.state == "failed"
    assert history.diameter(2).codes == ("sample-order", "nonconformity-needed")
    assert history.correct(first, "4.30", "4.10").codes == ("correct-not-passed",)


def test_two_corrections_at_once_leave_one_in_force() -> None:
    history = typed()
    first = history.ref
    one = history.correct(first, "4.10", "4.30").ref
    two = history.correct(first, "4.10", "4.11").ref
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, one)
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, two)
    assert history.state.samples[("OP20", "S20")][0].state == "failed"


@pytest.mark.covers("P11-10e")
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"was": "4.11"}, ("correct-value",)),
        ({"now": "4.10"}, ("correct-value",)),
        ({"now": "1_0"}, ("correct-value",)),
        ({"now": "\uff11"}, ("correct-value",)),
        ({"field": "outcome"}, ("correct-field",)),
        ({"reason": " "}, ("reason-missing",)),
        ({"of": ZERO}, ("correct-not-passed",)),
    ],
)
def test_a_correction_that_makes_no_sense(changes: dict[str, str], codes: tuple[str, ...]) -> None:
    history = typed()
    first = history.ref
    assert history.correct(first, "4.10", "4.12", **changes).codes == codes


def test_an_instruments_reading_is_never_corrected() -> None:
    history = History().to_diameter()
    history.correct(history.ref, "0.40", "0.41")
    assert history.codes == ("correct-instrument",)


def test_a_failing_result_is_never_corrected() -> None:
    history = History().to_diameter().type_diameter(1, "4.90")
    assert history.correct(history.ref, "4.90", "4.10").codes == ("correct-not-passed",)


def test_a_correction_stands_where_its_record_stands() -> None:
    history = typed()
    first = history.ref
    elsewhere = history.context(step="S30")
    history.correct(first, "4.10", "4.11", context=elsewhere)
    assert history.codes == ("correct-elsewhere",)


def test_an_answer_and_an_outcome_can_be_corrected_to_bad() -> None:
    history = History().confirm()
    history.correct(history.ref, "yes", "no", field="answer")
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, history.ref)
    assert history.state.samples[("OP10", "S10")][0].state == "failed"
    assert history.confirm().verdict.passed
    history = History().to_labels()
    first = history.ref
    assert history.correct(first, "pass", "maybe", field="outcome").codes == ("correct-value",)
    history.correct(first, "pass", "fail", field="outcome")
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, history.ref)
    assert history.state.current is not None
    assert history.state.current[1].id == "S30"


def test_a_correction_back_and_forth_stays_good() -> None:
    history = History().confirm()
    first = history.ref
    history.correct(first, "yes", "no", field="answer")
    pending = history.ref
    assert history.state.corrections == {pending: False}
    history.by(SUPERVISOR).sign(Meaning.AUTHORSHIP, PersonnelClass.SUPERVISOR, pending)
    assert history.codes == ("correct-author",)
    assert isinstance(history.records[-1].entry, entries.Signed)


@pytest.mark.covers("P11-70", "A11-8")
def test_a_correction_or_disposition_after_signing_voids_the_signature() -> None:
    history = History().to_diameter().type_diameter(1)
    first = history.ref
    history.diameter(2).inspect().label("0001").label("0002").sign_step().by(OPERATOR)
    at_first = history.state.current
    assert at_first is None
    history.correct(first, "4.10", "4.11", context=history.context(operation="OP20", step="S20"))
    history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, history.ref)
    assert history.state.signatures[0].voided_by
    assert history.state.current is not None
    assert history.state.current[0].id == "OP40"
    history.sign_step()
    assert history.verdict.passed
    history.by(OPERATOR).raise_about(first)
    history.settled(history.ref, Disposition.CONCESSION)
    assert history.state.current is not None
    assert judge_release(history.sign_step().state).passed
