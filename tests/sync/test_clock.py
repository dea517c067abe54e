from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync import envelope
from sync.clock import SystemClock, Timekeeper
from sync.journal import Journal
from sync.testing import ManualClock
from tests.sync.plant import rows


def test_a_time_is_anchored_only_after_the_server_was_heard(clock: ManualClock) -> None:
    keeper = Timekeeper(clock)
    first = keeper.stamp()
    assert (first.quality, first.offset_ms, first.sync_age_s) == ("free", None, None)
    keeper.heard(clock.now + timedelta(seconds=3))
    clock.pass_(60)
    second = keeper.stamp()
    assert (second.quality, second.offset_ms, second.sync_age_s) == ("anchored", 3_000, 60)
    clock.pass_(25 * 3600)
    assert keeper.stamp().quality == "free"


@pytest.mark.covers("F24")
def test_a_dead_battery_is_unknown(clock: ManualClock) -> None:
    clock.now = datetime(1970, 1, 1, tzinfo=UTC)
    assert Timekeeper(clock).stamp().quality == "unknown"


@pytest.mark.covers("F21", "TB06")
@pytest.mark.parametrize("seconds", [-3600, -86_400, -2.5, 2.5, 3600, 50 * 365 * 86_400])
def test_a_clock_that_was_set_is_seen(clock: ManualClock, seconds: float) -> None:
    keeper = Timekeeper(clock)
    keeper.keep(keeper.stamp())
    clock.pass_(10)
    clock.now += timedelta(seconds=seconds)
    step = keeper.step(keeper.stamp())
    assert step is not None
    assert step.step_ms == seconds * 1000
    assert not step.boot_changed


MORE_ZONES = (
    ("2026-09-27T01:59:00+12:00", "2026-09-27T03:00:00+13:00"),  # Pacific/Auckland
    ("2026-03-08T01:59:00-03:30", "2026-03-08T03:00:00-02:30"),  # America/St_Johns
    ("2026-10-25T01:59:00+03:00", "2026-10-25T01:00:00+02:00"),  # Asia/Jerusalem
    ("2026-04-04T23:59:00-03:00", "2026-04-04T23:00:00-04:00"),  # America/Santiago
    ("2026-03-28T23:59:00+02:00", "2026-03-29T01:00:00+03:00"),  # Asia/Beirut
)


@pytest.mark.covers("F22")
def test_a_change_to_summer_time_or_back_is_no_step_in_any_zone(shared: Path) -> None:
    """The wall clock's hour is missing or comes twice; time itself goes on by a minute."""
    corpus = rows(shared / "corpora/trust/time/transitions.jsonl")
    assert len({case["zone"] for case in corpus}) + len(MORE_ZONES) >= 12
    found = [(str(case["local_before"]), str(case["local_after"])) for case in corpus]
    for before, after in (*found, *MORE_ZONES):
        clock = ManualClock(datetime.fromisoformat(before))
        keeper = Timekeeper(clock)
        first = keeper.stamp()
        keeper.keep(first)
        clock.pass_(60)
        clock.now = datetime.fromisoformat(after)
        second = keeper.stamp()
        assert keeper.step(second) is None, after
        assert second.when() - first.when() == timedelta(seconds=60), after
        said = (first.wall.replace(".000", ""), second.wall.replace(".000", ""))
        assert said == (before, after), "as the wall clock showed it, with its offset"


@pytest.mark.covers("F23")
def test_a_clock_that_is_slewed_is_followed_and_no_step(clock: ManualClock) -> None:
    keeper, true = Timekeeper(clock), clock.now
    for minute in range(24 * 60):
        clock.pass_(60)
        clock.now += timedelta(seconds=60 * 500e-6)
        true += timedelta(seconds=60)
        if minute % 60 == 0:
            keeper.heard(true)
        stamp = keeper.stamp()
        assert keeper.step(stamp) is None
        assert stamp.offset_ms is not None
        corrected = stamp.when() + timedelta(milliseconds=stamp.offset_ms)
        assert abs(corrected - true) <= timedelta(milliseconds=2)
        keeper.keep(stamp)


@pytest.mark.covers("F23", "F21")
def test_a_clock_set_by_ntp_is_noted_and_older_records_stay_as_they_are(
    journal: Journal, clock: ManualClock
) -> None:
    true = clock.now + timedelta(seconds=90)
    journal.heard(true)
    old = journal.append("test/record", {"n": 1})
    before = [one.data for one in journal.entries(0, journal.size)]
    clock.pass_(10)
    clock.now += timedelta(seconds=90)  # the station's own service follows the server's time
    journal.append("test/record", {"n": 2})
    kept = journal.entries(0, journal.size)
    assert [one.data for one in kept[: len(before)]] == before
    stamps = [envelope.check(one.data) for one in kept[old.index :]]
    assert [one.kind for one in stamps] == ["test/record", "sync/clock-step", "test/record"]
    assert [one.at.offset_ms for one in stamps] == [90_000, 0, 0]
    assert stamps[1].body["step_ms"] == 90_000


@pytest.mark.parametrize("seconds", [0, 1.9, -1.9])
def test_small_corrections_are_no_step(clock: ManualClock, seconds: float) -> None:
    keeper = Timekeeper(clock)
    assert keeper.step(keeper.stamp()) is None
    keeper.keep(keeper.stamp())
    clock.pass_(10)
    clock.now += timedelta(seconds=seconds)
    assert keeper.step(keeper.stamp()) is None


def test_over_a_reboot_only_going_back_is_a_step(clock: ManualClock) -> None:
    keeper = Timekeeper(clock)
    keeper.keep(keeper.stamp())
    clock.boot_id, clock.mono_ns = "boot-2", 5
    clock.now += timedelta(days=3)
    assert keeper.step(keeper.stamp()) is None
    clock.now -= timedelta(days=4)
    step = keeper.step(keeper.stamp())
    assert step is not None
    assert step.boot_changed


def test_the_machines_clock_answers() -> None:
    clock = SystemClock("fallback")
    assert clock.wall().tzinfo is not None
    assert clock.monotonic_ns() <= clock.monotonic_ns()
    assert clock.boot()


def test_a_machine_that_is_up_for_months_records_on(journal: Journal, clock: ManualClock) -> None:
    journal.append("test.entry", {"n": 1})
    stamps = []
    for _ in range(3):
        clock.pass_(40 * 24 * 3600)
        stamps.append(envelope.check(journal.append("test.entry", {"n": 2}).data).at)
    assert [stamp.boot for stamp in stamps] == ["boot-1", "boot-1+1", "boot-1+2"]
    assert all(0 <= stamp.mono_ns < 2**52 for stamp in stamps)
    assert journal.size == 5, "no step of a clock was noted"
