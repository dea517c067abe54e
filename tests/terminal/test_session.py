"""Signing in, being refused, locked out, timed out."""

from __future__ import annotations

import msgspec
import pytest

from forms.entries import SessionClosed, SessionRefused
from forms.workpack import WorkPack
from sync.keys import TEST_COST, wrap_person_key
from terminal.views import Mark, SignInStage
from tests.terminal.plant import SECRETS, Bench, badge_of, make_pack, people


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


@pytest.mark.covers("P11-300d", "T33")
def test_five_wrong_secrets_lock_until_credentials_are_issued_anew() -> None:
    bench = Bench()
    for _ in range(5):
        bench.scan(badge_of("ana"))
        bench.keys("999999")
    assert [one.attempt for one in refusals(bench)] == [1, 2, 3, 4, 5]
    bench.badge_in("ana")
    assert bench.name == "sign-in"
    assert refusals(bench)[-1].why == "locked"
    bench.restart()
    bench.badge_in("ana")
    assert bench.name == "sign-in", "a restart does not lift the lock"
    seed = bytes(32)
    anew = wrap_person_key(seed, badge_of("ana"), "777777", cost=TEST_COST, random=bytes)
    renew(bench, make_pack(2))
    bench.badge_in("ana")
    assert bench.name == "sign-in", "another pack with the same credentials does not either"
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
    bench.begin()
    bench.kit()
    bench.weigh("0.612")
    bench.touch("accept_reading")
    bench.touch("raise_nonconformity")
    bench.touch("decide", disposition="rework")
    bench.touch("choose_reason", reason="process-repeated")
    for _ in range(5):
        bench.scan(badge_of("ben"))
        bench.keys("999999")
    assert bench.desk.snapshot.locked == {"ben"}
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
