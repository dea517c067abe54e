from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.clock import SystemClock, Timekeeper
from sync.testing import ManualClock


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
