"""Signatures: what is signed is what is shown; who may; components; accountability."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from forms.codec import text_digest
from forms.entries import AccountabilityAccepted, DispositionDecided, ReleaseDecided, Signed
from sync import esign
from terminal.capture import Act
from terminal.records import is_sound
from terminal.snapshot import Position
from terminal.ui import Signer
from terminal.views import OverviewStage, SignStage, StepStage
from tests.terminal.documents import SECRETS, badge_of, people
from tests.terminal.plant import Bench


def labelled() -> Bench:
    """A lot that waits for the supervisor."""
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.check()
    bench.label()
    return bench


def shown(bench: Bench) -> SignStage:
    assert isinstance(bench.frame.stage, SignStage)
    return bench.frame.stage


def signatures(bench: Bench) -> list[Signed]:
    """Those of job orders; the ones over an acceptance are of none."""
    found = [r.entry for r in bench.station.records._all if isinstance(r.entry, Signed)]
    return [entry for entry in found if entry.context.job_order]


@pytest.mark.covers("P11-70", "P11-50a")
def test_the_text_shown_is_the_text_digested_in_the_language_shown() -> None:
    bench = labelled()
    bench.touch("language")
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    text = shown(bench).text
    assert "复核" in text
    bench.keys(SECRETS["ben"])
    (signed,) = signatures(bench)
    assert signed.text_digest == text_digest(text)
    assert signed.context.language == "zh_CN"
    assert signed.printed_name == "Ben"
    assert signed.meaning.value == "verified"
    assert signed.time == "2026-03-02T08:00:09+00:00" or signed.time.startswith("2026-03-02T08:00")
    state = bench.desk.snapshot.state
    assert state is not None
    done = {j.ref for j in state.records if j.recorded.index < len(signed.covers) + 30}
    assert set(signed.covers) <= done
    assert signed.covers_root == esign.covers_root(signed.covers)
    assert is_sound(signed, {p.id: p for p in people()})


@pytest.mark.covers("P11-10j")
def test_accountability_is_accepted_once_before_the_first_signature() -> None:
    bench = labelled()
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    assert bench.name == "accountability"
    shown_first = shown(bench).text
    assert shown_first == "My signature here binds me."
    bench.keys(SECRETS["ben"])
    accepted, last = bench.station.records._all[-2:]
    assert isinstance(accepted.entry, AccountabilityAccepted)
    assert accepted.entry.context.person == "ben"
    signed = last.entry
    assert isinstance(signed, Signed)
    assert signed.covers == (accepted.ref,)
    assert (signed.meaning.value, signed.components) == ("responsibility", ("badge", "secret"))
    assert signed.text_digest == accepted.entry.text_digest == text_digest(shown_first)
    assert signed.context.job_order == ""
    assert is_sound(signed, {p.id: p for p in people()})
    assert bench.desk.snapshot.states["JO-1"].records[-1].ref not in {accepted.ref, last.ref}
    assert bench.name == "sign"
    bench.touch("back")
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    assert bench.name == "sign"
    assert bench.kinds().count("accountability.accepted") == 1


def test_an_acceptance_without_its_signature_does_not_count() -> None:
    bench = labelled()
    context = bench.station.context(Act(Position(), "en"), person="ben")
    said = AccountabilityAccepted(
        context=context, text_digest=text_digest("My signature here binds me.")
    )
    bench.station.records.append(said)
    bench.restart()
    assert bench.desk.snapshot.accepted == frozenset()
    bench.badge_in("ana")
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    assert bench.name == "accountability"


def test_a_new_statement_in_a_session_takes_both_components() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("release")
    bench.touch("release", decision="released")
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    wanted = bench.desk.ui.signing
    assert wanted is not None
    bench.station._accepted.clear()
    bench.desk.refreshed(bench.station.snapshot())
    bench.desk.set(signer=Signer(people()[2], badge_of("qi"), scanned=False))
    before = bench.kinds()
    bench.keys(SECRETS["qi"])
    assert bench.kinds() == before
    assert bench.desk.ui.signer is None, "the badge is asked for"


@pytest.mark.covers("T04", "P11-10g")
def test_who_did_the_work_may_not_verify_it() -> None:
    bench = labelled()
    bench.touch("sign")
    bench.scan(badge_of("ana"))
    problem = shown(bench).problem
    assert problem is not None
    assert problem.detail
    assert shown(bench).pad is None
    bench.scan(badge_of("qi"))
    assert shown(bench).problem is not None
    assert signatures(bench) == []
    assert bench.kinds()[-1] == "session.refused"


def test_what_was_recorded_meanwhile_must_be_read_again() -> None:
    bench = labelled()
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    wanted = bench.desk.ui.signing
    assert wanted is not None
    text = shown(bench).text
    bench.desk.snapshot = bench.station.sign_out("timed_out", "en").snapshot
    bench.keys(SECRETS["ben"])
    assert bench.name == "sign-in"
    assert text
    assert signatures(bench) == []


def test_a_second_signature_in_a_session_asks_for_the_secret_alone() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("overview")
    bench.touch("release")
    bench.touch("release", decision="rejected")
    bench.touch("choose_reason", reason="lot-damaged")
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    bench.keys(SECRETS["qi"])
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.decision == "rejected"
    assert signatures(bench)[-1].components == ("badge", "secret")
    session = bench.desk.snapshot.session
    assert session is not None
    assert session.signed


@pytest.mark.covers("P11-200a1")
def test_after_the_first_signature_the_secret_is_enough() -> None:
    bench = labelled()
    bench.touch("sign_out")
    bench.badge_in("ben")
    assert bench.name == "step-sign"
    bench.touch("sign")
    assert shown(bench).pad is None, "both components the first time"
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    bench.keys(SECRETS["ben"])
    session = bench.desk.snapshot.session
    assert session is not None
    assert session.signed
    state = bench.desk.snapshot.state
    assert state is not None
    from terminal.signing import for_step  # noqa: PLC0415 - only here

    assert for_step(bench.desk.snapshot) is None
    assert state.current is None


def test_release_waits_until_the_server_has_everything() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.touch("release")
    assert bench.name == "release"
    assert bench.mark == "warn"
    bench.touch("release", decision="released")
    assert bench.name == "release"
    bench.drain()
    assert bench.mark == "pass"
    bench.touch("release", decision="released")
    assert bench.name == "sign"
    bench.touch("back")
    assert bench.name == "release"
    assert not any(isinstance(r.entry, ReleaseDecided) for r in bench.station.records._all)


def test_release_is_not_offered_to_others_nor_before_the_work_is_done() -> None:
    bench = labelled()
    bench.touch("overview")
    assert "release" not in {a.intent for a in bench.frame.actions}
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("overview")
    bench.touch("release")
    stage = bench.frame.stage
    assert isinstance(stage, OverviewStage)
    assert any("OP60" in point.value for point in stage.open_points)
    assert not next(a for a in bench.frame.actions if a.usual).enabled


def test_a_closed_lot_stays_readable_and_cannot_be_worked() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("release")
    bench.touch("release", decision="released")
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    bench.keys(SECRETS["qi"])
    assert bench.name == "overview"
    assert bench.mark == "warn", "signed, but the server does not have it yet"
    bench.drain()
    assert bench.mark == "pass"
    before = bench.kinds()
    bench.touch("release")
    bench.touch("sign")
    assert bench.kinds() == before
    bench.touch("back")
    bench.touch("sign_out")
    bench.badge_in("ana")
    assert bench.name == "work-list"


def test_a_decision_without_its_signature_is_decided_anew() -> None:
    bench = Bench()
    bench.decide_rework()
    wanted = bench.desk.ui.signing
    assert wanted is not None
    state = bench.desk.snapshot.states["JO-1"]
    from terminal.signing import decision_entry  # noqa: PLC0415

    context = bench.station.context(Act(wanted.at, "en"), person="ben")
    decided = decision_entry(wanted, state, context)
    assert isinstance(decided, DispositionDecided)
    bench.station.records.append(decided)
    bench.restart()
    bench.badge_in("ana")
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="reinspection")
    bench.touch("choose_reason", reason="handling-error")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    bench.keys(SECRETS["ben"])
    assert bench.name == "step-measure"


@pytest.mark.covers("F24")
def test_without_a_clock_a_decision_is_refused_before_it_is_recorded() -> None:
    bench = Bench()
    bench.decide_rework()
    bench.clock.now = datetime(2000, 1, 1, tzinfo=UTC)
    bench.scan(badge_of("ben"))
    assert shown(bench).problem is not None
    assert "clock" in shown(bench).problem.detail  # type: ignore[union-attr]
    assert "disposition.decided" not in bench.kinds()


@pytest.mark.covers("P11-70")
def test_a_large_lot_is_signed_for_in_parts_and_the_screen_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("forms.cover.MAX_COVERS", 10)
    bench = labelled()
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert "Sign again for the rest." in stage.critical
    assert any(fact.value.startswith("10 / ") for fact in stage.facts)
    bench.supervisor()
    assert bench.name == "step-sign"
    bench.touch("sign")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    assert bench.name == "overview"
    state = bench.desk.snapshot.state
    assert state is not None
    covered = {ref for one in signatures(bench) for ref in one.covers}
    assert len(covered) == sum(len(one.covers) for one in signatures(bench)) > 10
