"""Signing in, being refused, locked out, timed out."""

from __future__ import annotations

import logging
from datetime import timedelta

import msgspec
import pytest

from forms.entries import LockLifted, SessionClosed, SessionRefused
from forms.lockout import MOST_EVER
from forms.workpack import WorkPack
from sync.envelope import check
from sync.keys import TEST_COST, wrap_person_key
from terminal import signing
from terminal.capture import Act
from terminal.snapshot import Position
from terminal.views import Mark, SignInStage
from tests.terminal.documents import SECRETS, badge_of, make_pack, people
from tests.terminal.plant import Bench


def pack_with(number: int, **changes: object) -> WorkPack:
    """A pack in which the operator is as changed."""
    first, *others = people()
    return make_pack(number, staff=(msgspec.structs.replace(first, **changes), *others))


def renew(bench: Bench, pack: WorkPack) -> None:
    bench.give(pack)
    bench.station.packs._latest = None
    bench.desk.refreshed(bench.station.refresh().snapshot)


def stage(bench: Bench) -> SignInStage:
    assert isinstance(bench.frame.stage, SignInStage)
    return bench.frame.stage


def refusals(bench: Bench) -> list[SessionRefused]:
    entries = (r.entry for r in bench.station.records._all)
    return [entry for entry in entries if isinstance(entry, SessionRefused)]


@pytest.mark.covers("P11-200a1")
def test_badge_and_secret_sign_in() -> None:
    bench = Bench()
    bench.scan(badge_of("ana"))
    assert stage(bench).person == "Ana"
    bench.touch("key", key="1")
    pad = stage(bench).pad
    assert pad is not None
    assert pad.typed == "•"
    bench.touch("key", key="clear")
    bench.keys(SECRETS["ana"])
    assert bench.name == "work-list"
    assert bench.kinds() == ["session.opened"]
    assert bench.frame.top.person == "Ana"


@pytest.mark.covers("P11-200a2")
def test_who_still_has_the_secret_that_others_chose_is_told() -> None:
    bench = Bench()
    renew(bench, pack_with(2, initial_secret=True))
    bench.scan(badge_of("ana"))
    bench.keys(SECRETS["ana"])
    assert bench.desk.snapshot.session is not None
    notice = bench.frame.notice
    assert notice is not None
    assert notice.mark is Mark.WARN
    assert "Choose your own today, at a computer with Lotbook" in notice.word


@pytest.mark.covers("P11-10d")
def test_unknown_inactive_and_expired_people_are_refused() -> None:
    bench = Bench()
    bench.scan("LB:ID:NOBODY")
    problem = stage(bench).problem
    assert problem is not None
    assert problem.mark is Mark.FAIL
    renew(bench, pack_with(2, active=False))
    bench.scan(badge_of("ana"))
    renew(bench, pack_with(3, qualified_until=bench.clock.wall().date().replace(year=2025)))
    bench.scan(badge_of("ana"))
    assert [one.why for one in refusals(bench)] == ["unknown_badge", "inactive", "expired"]
    assert bench.desk.snapshot.session is None


def wrong(bench: Bench, times: int, person: str = "ana") -> None:
    for _ in range(times):
        bench.scan(badge_of(person))
        bench.keys("999999")


def signed_in(bench: Bench) -> bool:
    return bench.desk.snapshot.session is not None


@pytest.mark.covers("P11-300d", "T33")
def test_five_wrong_secrets_lock_for_a_wait_that_grows_with_each_more() -> None:
    bench = Bench()
    wrong(bench, 5)
    assert [one.attempt for one in refusals(bench)] == [1, 2, 3, 4, 5]
    for minutes in (1, 2, 4, 8, 15, 15):
        bench.scan(badge_of("ana"))
        assert bench.desk.ui.signer is None
        problem = stage(bench).problem
        assert problem is not None
        assert f"in {minutes} min" in problem.word
        assert refusals(bench)[-1].why == "locked"
        bench.wait(minutes * 60 - 1)
        bench.scan(badge_of("ana"))
        assert bench.desk.ui.signer is None, "a second too early"
        bench.wait(1)
        wrong(bench, 1)
        assert refusals(bench)[-1].why == "wrong_secret", "one more try, and no more"
    bench.wait(15 * 60)
    bench.badge_in("ana")
    assert signed_in(bench)
    bench.touch("sign_out")
    wrong(bench, 4)
    bench.badge_in("ana")
    assert signed_in(bench), "the count began again"


@pytest.mark.covers("T33")
def test_neither_the_clock_nor_a_restart_nor_a_reboot_ends_the_wait() -> None:
    bench = Bench()
    wrong(bench, 5)
    bench.clock.now += timedelta(days=400)
    bench.badge_in("ana")
    assert not signed_in(bench), "the wall clock was set forward"
    bench.restart()
    bench.badge_in("ana")
    assert not signed_in(bench), "the program was started again"
    bench.wait(50)
    bench.clock.boot_id, bench.clock.mono_ns = "boot-2", 10**15
    bench.restart()
    bench.wait(59)
    bench.badge_in("ana")
    assert not signed_in(bench), "after a reboot the wait begins anew"
    bench.wait(2)
    bench.badge_in("ana")
    assert signed_in(bench)


@pytest.mark.covers("T33")
def test_four_hundred_guesses_a_quarter_of_an_hour_apart_get_twenty_tries() -> None:
    bench = Bench()
    tried = 0
    for _ in range(400):
        before = len(refusals(bench))
        wrong(bench, 1)
        tried += sum(one.why == "wrong_secret" for one in refusals(bench)[before:])
        bench.wait(900)
    assert tried == MOST_EVER, "400 guesses a quarter of an hour apart: 20 were tried"
    problem = stage(bench).problem
    assert problem is not None
    bench.scan(badge_of("ana"))
    assert "must unlock it" in str(stage(bench).problem)


@pytest.mark.covers("T33")
def test_a_supervisor_unlocks_offline_at_once_and_that_is_signed() -> None:
    bench = Bench()
    for _ in range(MOST_EVER):
        wrong(bench, 1)
        bench.wait(900)
    bench.scan(badge_of("ana"))
    bench.touch("unlock")
    assert bench.name == "sign"
    bench.scan(badge_of("ana"))
    assert bench.desk.ui.signer is None, "nobody unlocks themselves"
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    bench.keys(SECRETS["ben"])
    assert bench.name == "sign-in"
    entries = [one.entry for one in bench.station.records._all]
    lifted = [one for one in entries if isinstance(one, LockLifted)]
    assert [(one.person, one.wrong, one.context.person) for one in lifted] == [("ana", 20, "ben")]
    bench.badge_in("ana")
    assert signed_in(bench)
    bench.touch("sign_out")
    bench.restart()
    bench.badge_in("ana")
    assert signed_in(bench), "it is in the records"


@pytest.mark.covers("T33")
def test_a_lifting_counts_only_with_the_signature_of_who_may() -> None:
    bench = Bench()
    wrong(bench, 5)
    context = bench.station.context(Act(Position(), "en"), person="ben")
    bench.station.records.append(LockLifted(context=context, person="ana", wrong=5))
    bench.badge_in("ana")
    assert not signed_in(bench)
    wanted = signing.for_unlock(people()[0])
    assert not bench.station.would(wanted, people()[0], "en", ()).passed
    assert bench.station.would(wanted, people()[1], "en", ()).passed


@pytest.mark.covers("T33")
def test_a_key_issued_anew_starts_with_a_clean_sheet() -> None:
    bench = Bench()
    wrong(bench, 5)
    anew = wrap_person_key(bytes(32), badge_of("ana"), "777777", cost=TEST_COST, random=bytes)
    renew(bench, make_pack(2))
    bench.badge_in("ana")
    assert bench.name == "sign-in", "another pack with the same credentials changes nothing"
    renew(bench, pack_with(3, wrapped_key=anew))
    assert not bench.desk.snapshot.locked


def test_a_right_secret_starts_the_count_again() -> None:
    bench = Bench()
    for _ in range(2):
        for _ in range(4):
            bench.scan(badge_of("ana"))
            bench.keys("999999")
        bench.badge_in("ana")
        assert bench.desk.snapshot.session is not None
        bench.touch("sign_out")


def test_wrong_secrets_while_signing_count_too() -> None:
    bench = Bench()
    bench.decide_rework()
    for _ in range(5):
        bench.scan(badge_of("ben"))
        bench.keys("999999")
    assert set(bench.desk.snapshot.locked) == {"ben"}
    bench.scan(badge_of("ben"))
    assert bench.desk.ui.signer is None
    assert bench.name == "sign"
    assert "signed" not in bench.kinds()


@pytest.mark.covers("T03")
def test_nobody_at_the_screen_locks_it_and_the_same_step_comes_back() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    assert bench.frame.top.lock_in == "locks in 10 min"
    bench.wait(570)
    assert bench.frame.top.lock_in == "locks in 29 s"
    bench.wait(60)
    assert bench.name == "sign-in"
    closed = bench.station.records._all[-1].entry
    assert isinstance(closed, SessionClosed)
    assert closed.why == "timed_out"
    bench.badge_in("ana")
    assert bench.name == "step-identify"


@pytest.mark.covers("F25", "F68")
def test_a_machine_that_slept_is_locked_and_the_interrupted_step_comes_back() -> None:
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.weigh("0.500")
    before = bench.desk.snapshot.position
    bench.sleep(9 * 3600)
    assert bench.name == "sign-in"
    closed = bench.station.records._all[-1].entry
    assert isinstance(closed, SessionClosed)
    assert (closed.why, closed.context.person) == ("timed_out", "ana")
    bench.badge_in("ana")
    assert bench.name == "step-measure"
    assert bench.desk.snapshot.position == before
    assert "sync/clock-step" not in [
        check(one.data).kind for one in bench.journal.entries(0, bench.journal.size)
    ], "sleep is no step of the clock"


def test_a_touch_keeps_the_session() -> None:
    bench = Bench()
    bench.begin()
    for _ in range(4):
        bench.wait(300)
        bench.touch("help")
    assert bench.desk.snapshot.session is not None


def test_a_power_cut_closes_the_session_in_the_records() -> None:
    bench = Bench()
    bench.begin()
    bench.restart()
    assert bench.name == "sign-in"
    closed = bench.station.records._all[-1].entry
    assert isinstance(closed, SessionClosed)
    assert (closed.why, closed.context.person) == ("shutdown", "ana")


def test_who_is_deactivated_is_out_at_once() -> None:
    bench = Bench()
    bench.begin()
    renew(bench, pack_with(2, active=False))
    assert bench.name == "sign-in"


def test_nothing_but_signing_in_works_with_nobody_signed_in() -> None:
    bench = Bench()
    for intent in ("open_job", "confirm", "sign", "release", "overview", "sign_out"):
        bench.touch(intent, job_order="JO-1", answer="yes")
    assert bench.kinds() == []
    bench.touch("language")
    assert bench.frame.language == "zh_CN"
    bench.touch("help")
    assert bench.name == "help"
    bench.touch("back")
    assert bench.name == "sign-in"


@pytest.mark.covers("T36", "T33")
def test_no_secret_or_badge_is_kept_or_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Signing in, a wrong secret, an unknown badge, a signature: none of it says what was typed."""
    caplog.set_level(logging.DEBUG)
    bench = Bench()
    bench.scan(badge_of("ana"))
    bench.keys("918273")
    bench.scan("LB:ID:STRANGER00000000")
    bench.decide_rework()
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    kept = b"".join(one.data for one in bench.journal.entries(0, bench.journal.size)).decode()
    said = kept + caplog.text + "".join(capfd.readouterr())
    assert "signed" in bench.kinds()
    for secret in (*SECRETS.values(), "918273", badge_of("ana"), badge_of("ben")):
        assert secret not in said
        assert secret.encode().hex() not in said
