"""Signatures and the release decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from forms import entries, judge_quality, judge_sign
from forms.case import Case
from forms.concession import conceded
from forms.cover import about_of, covered_operations, next_cover, pending
from forms.entries import MeasurementTaken
from forms.job import start
from forms.masters import SignStep
from forms.release import basis, inside, judge_release
from forms.terms import Disposition, LotStatus, Meaning, PersonnelClass
from tests.forms.build import History
from tests.forms.documents import (
    NOW,
    OFFICE,
    OPERATOR,
    QUALITY,
    SUPERVISOR,
    ZERO,
    quantity,
    sample_lots,
    sample_master,
    sample_order,
    sample_pack,
    sample_people,
)


def ready() -> History:
    return History().to_sign_off()


@pytest.mark.covers("P11-50a", "P11-70", "P11-200a1")
@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"printed_name": "Someone"}, ("name-differs",)),
        ({"personnel_class": PersonnelClass.QUALITY}, ("class-missing", "class-missing")),
        ({"meaning": Meaning.REVIEWED}, ("wrong-meaning",)),
        ({"components": ("badge",)}, ("components-missing",)),
        ({"components": ("secret",)}, ("components-missing",)),
        ({"time": "yesterday"}, ("signature-time",)),
        ({"time": "2026-11-23T08:00:00"}, ("signature-time",)),
        ({"time": "2026-11-23T08:16:00+00:00"}, ("signature-time",)),
        ({"covers": ()}, ("cover-size", "cover-differs")),
        ({"covers": (ZERO,)}, ("record-unknown", "cover-differs")),
    ],
)
def test_a_signature_that_is_not_right(changes: dict[str, object], codes: tuple[str, ...]) -> None:
    history = ready().sign_step(**changes)
    assert history.codes == codes
    assert history.state.signature_of("OP40", "S10") is None


@pytest.mark.covers("P11-70")
def test_a_signature_covers_exactly_the_records() -> None:
    history = ready()
    step = history.master.step("OP40", "S10")
    assert isinstance(step, SignStep)
    refs = tuple(judged.ref for judged in history.state.records)
    for covers in (refs[1:], refs[::-1], (*refs, refs[0])):
        history.sign_step(covers=covers)
        assert "cover-differs" in history.codes
    assert history.sign_step().verdict.passed


@pytest.mark.covers("P11-10g", "ISO-8.2.6")
def test_a_doer_never_signs_their_own_work() -> None:
    people = list(sample_people())
    both = (PersonnelClass.OPERATOR, PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY)
    people[1] = msgspec.structs.replace(people[1], classes=both)
    people[2] = msgspec.structs.replace(people[2], classes=both)
    history = History(pack=sample_pack(people=tuple(people)))
    history.by(SUPERVISOR).confirm().by(QUALITY).take_tube().by(OPERATOR).take_glue().weigh()
    history.diameter(1).diameter(2).inspect().label("0001").label("0002")
    assert history.sign_step().codes == ("own-work",)
    history.by(QUALITY).decide_release()
    assert "own-work" in history.codes
    people[1] = msgspec.structs.replace(people[1], id="P-5")
    codes = {each.code for each in judge_release(history.state, person=people[2]).reasons}
    assert "own-work" in codes


@pytest.mark.covers("T34", "P11-300b")
@pytest.mark.covers("F23", "F24")
def test_a_clock_that_the_server_proves_wrong_signs_nothing() -> None:
    history = ready().sign_step()
    signed = history.records[-1].entry
    for off, codes in ((timedelta(minutes=16), ("clock-unknown",)), (timedelta(seconds=9), ())):
        again = ready().by(SUPERVISOR).record(signed, corrected=NOW + off)
        assert again.codes == codes


def test_an_expired_pack_signs_nothing() -> None:
    history = ready()
    history.wall = NOW + timedelta(days=31)
    assert history.sign_step().codes == ("pack-expired",)


@pytest.mark.covers("P11-200a1")
def test_the_secret_alone_is_enough_only_later_in_the_signers_own_session() -> None:
    history = ready().by(SUPERVISOR)
    history.record(entries.SessionOpened(context=history.context(job_order="")))
    assert history.sign_step(components=("secret",)).codes == ("components-missing",)
    assert history.sign_step().verdict.passed
    last = history.ref
    history.sign(Meaning.REVIEWED, PersonnelClass.SUPERVISOR, last, components=("secret",))
    assert history.verdict.passed
    history.record(entries.SessionClosed(context=history.context(), why="timed_out"))
    history.sign(Meaning.REVIEWED, PersonnelClass.SUPERVISOR, last, components=("secret",))
    assert history.codes == ("components-missing",)


def test_signing_in_anothers_session_needs_both_components_every_time() -> None:
    history = ready().by(OPERATOR)
    history.record(entries.SessionOpened(context=history.context(job_order="")))
    assert history.sign_step().verdict.passed
    history.sign(Meaning.REVIEWED, PersonnelClass.SUPERVISOR, history.ref, components=("secret",))
    assert history.codes == ("components-missing",)


def test_open_points_stop_the_sign_off() -> None:
    history = ready()
    history.raise_about(history.ref)
    assert history.sign_step().codes == ("nonconformity-open",)
    history = History().to_diameter().type_diameter(1)
    first = history.ref
    history.diameter(2).inspect().label("0001").label("0002")
    place = history.context(operation="OP20", step="S20")
    history.correct(first, "4.10", "4.11", context=place)
    waiting = history.ref
    assert history.sign_step().codes == ("wrong-meaning", "correct-author")
    refs = tuple(judged.ref for judged in history.state.records if judged.ref != waiting)
    history.sign_step(covers=refs)
    assert history.codes == ("cover-differs", "correction-unsigned")
    assert "correction-unsigned" in {each.code for each in judge_release(history.state).reasons}


def test_a_scrapped_lot_is_not_signed_off() -> None:
    history = ready()
    history.raise_about(history.records[0].ref)
    history.settled(history.ref, Disposition.SCRAP)
    assert history.sign_step().codes == ("lot-scrapped",)


def test_a_sign_step_out_of_order_is_refused() -> None:
    history = History().to_labels()
    context = history.context(person=SUPERVISOR, operation="OP40", step="S10")
    assert history.sign_step(context=context).codes == ("operation-order",)


def test_a_sign_step_that_allows_the_doer() -> None:
    master = sample_master()
    sign = msgspec.structs.replace(
        master.operations[3].steps[0],
        not_by_doer=False,
        covers=("OP10",),
        personnel_class=PersonnelClass.OPERATOR,
    )
    assert isinstance(sign, SignStep)
    last = msgspec.structs.replace(master.operations[3], steps=(sign,))
    master = msgspec.structs.replace(master, operations=(*master.operations[:3], last))
    order = sample_order(master)
    history = History(master=master, order=order).to_sign_off()
    assert covered_operations(history.state, "OP40", sign) == ("OP10",)
    covers = tuple(judged.ref for judged in history.state.records if judged.recorded.index < 5)
    history.sign(Meaning.VERIFIED, PersonnelClass.OPERATOR, *covers)
    assert history.verdict.passed
    assert history.state.reviewed == frozenset()


@pytest.mark.covers("A11-9")
def test_findings_are_reviewed_by_who_did_not_make_them() -> None:
    history = History().confirm("no").to_release()
    assert history.state.decision == "released"
    history = History().to_signed().by(OPERATOR).confirm()
    late = history.ref
    codes = [each.code for each in judge_release(history.state).reasons]
    assert codes == ["findings-unreviewed"]
    history.sign(Meaning.REVIEWED, PersonnelClass.OPERATOR, late)
    assert history.codes == ("class-missing", "own-work")
    refused = history.ref
    history.by(QUALITY).sign(Meaning.REVIEWED, PersonnelClass.QUALITY, late, refused)
    assert judge_release(history.state).passed


# --- release -------------------------------------------------------------------------------------


@pytest.mark.covers("A11-15", "ISO-7.5.1")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lot": "LOT-2"}, "release-lot"),
        ({"quantity": quantity("3", "ea")}, "release-quantity"),
        ({"quantity": quantity("2", "g")}, "release-quantity"),
        ({"records": 3}, "release-records"),
        ({"decision": "rejected"}, "reason-missing"),
    ],
)
def test_a_decision_that_does_not_fit(changes: dict[str, object], code: str) -> None:
    assert History().to_signed().by(QUALITY).decide_release(**changes).codes == (code,)


@pytest.mark.covers("P11-10g", "A11-15")
def test_only_quality_releases() -> None:
    history = History().to_signed().by(SUPERVISOR).decide_release()
    assert history.codes == ("class-missing",)
    history.by(QUALITY).sign(Meaning.REVIEWED, PersonnelClass.QUALITY, history.ref)
    history.decide_release()
    decision = history.ref
    history.by(SUPERVISOR).sign(Meaning.RELEASED, PersonnelClass.SUPERVISOR, decision)
    assert history.codes == ("class-missing",)
    history.by(QUALITY).sign(Meaning.RELEASED, PersonnelClass.QUALITY, decision)
    assert history.codes == ("decision-stale",)


def test_a_decision_is_signed_with_its_own_meaning() -> None:
    history = History().to_signed().by(QUALITY).decide_release()
    assert pending(history.state, (history.ref, ZERO)) == (history.ref,)
    history.sign(Meaning.REJECTED, PersonnelClass.QUALITY, history.ref)
    assert history.codes == ("wrong-meaning",)


def test_a_hold_between_decision_and_signature_counts() -> None:
    history = History().to_signed().by(QUALITY).decide_release()
    decision = history.ref
    context = history.context(job_order="")
    history.record(entries.HoldPlaced(context=context, item="TUBE", lot="T1", reason="leak"))
    history.sign(Meaning.RELEASED, PersonnelClass.QUALITY, decision)
    assert history.codes == ("lot-held",)


@pytest.mark.covers("ISO-8.3")
def test_a_held_lot_that_a_second_station_took_for_the_same_step_stands_against_release() -> None:
    history = History().confirm().take_tube()
    history.consume("TUBE", "T-OTHER", quantity("3.0", "m"))  # as the other station judged it good
    assert not history.verdict.effective
    history.take_glue()
    assert ("TUBE", "T-OTHER") in inside(history.state)
    assert ("TUBE", "T1") in inside(history.state)
    hold = entries.HoldPlaced(context=history.context(), item="TUBE", lot="T-OTHER", reason="leak")
    assert "lot-held" in {one.code for one in judge_release(history.state, holds=(hold,)).reasons}
    assert "lot-held" not in {one.code for one in judge_release(history.state).reasons}


def test_a_closed_job_takes_nothing_more() -> None:
    history = History().to_release()
    assert history.by(OPERATOR).confirm().codes == ("job-closed",)
    assert [each.code for each in judge_release(history.state).reasons] == [
        "findings-unreviewed",
        "job-closed",
    ]
    assert history.state.decision == "released"


@pytest.mark.covers("P11-10f", "QMSR-35c", "P11-10e")
def test_everything_that_stands_against_release() -> None:
    order = sample_order()
    empty = start(order)
    assert {each.code for each in judge_release(empty).reasons} == {
        "master-unknown",
        "units-missing",
    }
    assert inside(empty) == (("", "LOT-1"),)
    history = History().to_signed()
    people = sample_people()
    hold = entries.HoldPlaced(context=history.context(), item="TUBE", lot="T1", reason="leak")
    other = msgspec.structs.replace(hold, lot="T9")
    lots = (msgspec.structs.replace(sample_lots()[0], status=LotStatus.HOLD), *sample_lots()[1:])
    against = judge_release(
        history.state,
        person=msgspec.structs.replace(people[0], active=False),
        holds=(hold, other),
        lots=lots,
        gaps=("station",),
        unread=("new.kind",),
        elsewhere=("complaint 7",),
    )
    assert [each.code for each in against.reasons] == [
        "lot-held",
        "lot-status",
        "log-gap",
        "unread-kind",
        "open-elsewhere",
        "person-inactive",
        "class-missing",
        "own-work",
    ]
    assert judge_release(history.state, person=people[2], lots=sample_lots()).passed


def test_unread_and_unsound_records_stand_against_release() -> None:
    history = History().to_signed()
    history.record(entries.Unread(kind="new.kind", body={}))
    history.record(history.records[0].entry, sound=False)
    history.by(QUALITY).sign(
        Meaning.REVIEWED, PersonnelClass.QUALITY, history.records[-1].ref, history.records[-2].ref
    )
    codes = [each.code for each in judge_release(history.state).reasons]
    assert codes == ["unread-kind", "record-unsound"]


def test_an_unsound_record_accepted_by_two_persons_stands_against_nothing() -> None:
    """A concession: quality decides with a reason, another person reviews it."""
    history = History().to_signed()
    step = history.state.signature_of("OP40", "S10")
    history.record(history.records[-1].entry, sound=False)
    late = history.ref
    history.by(QUALITY).sign(Meaning.REVIEWED, PersonnelClass.QUALITY, late)
    history.raise_about(late)
    raised = history.ref
    history.decide(raised, Disposition.CONCESSION)
    decided = history.ref

    def reasons() -> list[str]:
        return [each.code for each in judge_release(history.state).reasons]

    assert reasons() == ["nonconformity-undecided", "record-unsound"]
    history.sign(Meaning.APPROVED, PersonnelClass.QUALITY, decided)
    assert reasons() == ["record-unsound"], "one person alone accepts nothing"
    history.sign(Meaning.REVIEWED, PersonnelClass.QUALITY, decided)
    assert reasons() == ["record-unsound"], "nor twice"
    assert not conceded(history.state)
    history.by(SUPERVISOR).sign(Meaning.REVIEWED, PersonnelClass.SUPERVISOR, decided)
    assert history.codes == ()
    assert conceded(history.state) == {late}
    assert reasons() == []
    assert history.state.signature_of("OP40", "S10") == step, "nothing that was signed has changed"


def test_an_open_nonconformity_stands_against_release() -> None:
    history = History().to_signed()
    history.raise_about(history.ref)
    codes = [each.code for each in judge_release(history.state).reasons]
    assert codes == ["nonconformity-undecided"]
    assert about_of(history.state, ZERO) == ()
    assert len(about_of(history.state, history.ref)) == 1


def test_the_basis_is_by_origin_then_index() -> None:
    history = History().to_signed()
    office = replace(history.records[0], ref=ZERO, origin=OFFICE, index=0)
    history.record(office.entry, origin=OFFICE, index=0, ref=ZERO)
    assert basis(history.state)[0] == ZERO
    assert len(basis(history.state)) == len(history.state.records)


def test_checks_alone_still_ask_for_a_person_and_a_master() -> None:
    """Behind the gates a person and a master are always there; the checks do not rely on it."""
    history = History().to_sign_off().sign_step()
    entry = history.records[-1].entry
    assert isinstance(entry, entries.Signed)
    nobody = msgspec.structs.replace(history.the_pack, people=())
    case = Case(history.state, history.records[-1], entry, nobody)
    assert not [*judge_sign._signer(case, entry)]
    decision = entries.DispositionDecided(
        context=entry.context, nonconformity=ZERO, disposition=Disposition.REWORK, reason="x"
    )
    assert not [*judge_quality.may_decide(case, decision)]
    with pytest.raises(LookupError):
        _ = Case(start(history.the_order), history.records[-1], entry, nobody).master


@pytest.mark.covers("ISO-8.3")
@pytest.mark.parametrize("status", [LotStatus.HOLD, LotStatus.REJECTED])
def test_nothing_is_released_with_a_lot_inside_that_its_pack_has_stopped(status: LotStatus) -> None:
    history = History().to_signed().by(QUALITY)
    signable = History().to_signed().by(QUALITY).decide_release()
    stopped = [
        msgspec.structs.replace(each, status=status) if each.lot == "T1" else each
        for each in history.the_pack.lots
    ]
    newer = msgspec.structs.replace(history.the_pack, number=8, lots=tuple(stopped))
    history.pack = signable.pack = newer
    assert history.decide_release().codes == ("lot-status",)
    decided = signable.ref
    assert signable.sign(Meaning.RELEASED, PersonnelClass.QUALITY, decided).codes == ("lot-status",)
    assert not signable.state.decision
    assert history.decide_release("rejected", reason="recalled").verdict.passed


@pytest.mark.covers("P11-10j")
def test_a_signed_acceptance_is_of_no_job_order_and_changes_none() -> None:
    history = ready()
    before = history.state
    context = history.context(job_order="", work_master="", operation="", step="")
    accepted = entries.AccountabilityAccepted(context=context, text_digest=ZERO)
    history.by(SUPERVISOR).record(accepted)
    for sound in (True, False):
        signed = entries.Signed(
            context=context,
            meaning=Meaning.RESPONSIBILITY,
            printed_name="Sam",
            personnel_class=PersonnelClass.SUPERVISOR,
            covers=(history.ref,),
            covers_root=ZERO,
            text_digest=ZERO,
            time=NOW.isoformat(),
            head=f"0:{ZERO}",
            components=("badge", "secret"),
            signature="",
        )
        history.record(signed, sound=sound)
        assert history.verdict.passed
        assert history.state == before
    assert basis(history.state) == basis(before)
    assert history.sign_step().verdict.passed
    assert judge_release(history.state).passed
    history.sign(Meaning.RESPONSIBILITY, PersonnelClass.SUPERVISOR, history.records[-4].ref)
    assert "record-unknown" in history.codes, "of a job order it is no signature over an acceptance"


# --- more records than one signature holds -------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> History:
    """A lot at its sign step with more records than a signature may name."""
    monkeypatch.setattr("forms.cover.MAX_COVERS", 10)
    return History().to_sign_off()


def sign_next(history: History) -> History:
    step = history.master.step("OP40", "S10")
    assert isinstance(step, SignStep)
    cover = next_cover(history.state, "OP40", step)
    return history.by(SUPERVISOR).sign(Meaning.VERIFIED, PersonnelClass.SUPERVISOR, *cover)


@pytest.mark.covers("P11-70")
def test_a_large_lot_is_signed_for_in_several_signatures(large: History) -> None:
    count = len(large.records)
    signatures = 0
    while large.state.signature_of("OP40", "S10") is None:
        assert sign_next(large).verdict.passed
        signatures += 1
        assert signatures < 4
    assert signatures == 2
    covered = {ref for one in large.state.signatures for ref in one.covers}
    assert covered >= {one.ref for one in large.records[:count]}
    assert large.by(QUALITY).decide_release().verdict.passed
    assert large.sign(Meaning.RELEASED, PersonnelClass.QUALITY, large.ref).verdict.passed


def test_none_of_them_is_by_who_did_any_of_the_work(large: History) -> None:
    """Whoever did the last of it may not sign for the first of it either."""
    last = large.records[-1]
    entry = msgspec.structs.replace(last.entry, context=large.context(person=SUPERVISOR))
    large.record(entry)
    sign_next(large)
    assert large.codes == ("own-work",)


def test_one_that_is_voided_is_given_again_and_no_other(large: History) -> None:
    measured = next(one.ref for one in large.records if isinstance(one.entry, MeasurementTaken))
    sign_next(sign_next(large))
    assert large.state.signature_of("OP40", "S10") is not None
    first, second = large.state.signatures
    assert measured in first.covers
    large.by(OPERATOR).raise_about(measured).settled(large.ref, Disposition.REINSPECTION)
    assert large.state.signature_of("OP40", "S10") is None
    kept = [one for one in large.state.signatures if one.step and not one.voided_by]
    assert [one.ref for one in kept] == [second.ref]
    while large.state.signature_of("OP40", "S10") is None:
        assert sign_next(large).verdict.passed
