"""Threads: results come back on the UI thread, mistakes are never silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from sync.faults import Fault
from terminal.tasks import Lane, Mailbox, Rounds, Ticker, later


@pytest.fixture
def crashes() -> list[BaseException]:
    return []


@pytest.fixture
def lane(qtbot: QtBot, crashes: list[BaseException]) -> Iterator[Lane]:
    made = Lane("test", Mailbox(), crashes.append)
    made.start()
    yield made
    made.end()


def test_work_is_done_there_and_told_here(qtbot: QtBot, lane: Lane) -> None:
    told: list[tuple[object, bool]] = []
    here = threading.current_thread()

    def done(result: object) -> None:
        told.append((result, threading.current_thread() is here))

    lane.submit(lambda: threading.current_thread() is not here, done)
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert told == [(True, True)]


def test_a_fault_is_an_answer(qtbot: QtBot, lane: Lane) -> None:
    told: list[object] = []

    def fail() -> None:
        raise Fault("disk-full")

    lane.submit(fail, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=2000)
    assert isinstance(told[0], Fault)


def test_a_mistake_is_reported_and_the_lane_goes_on(
    qtbot: QtBot, lane: Lane, crashes: list[BaseException]
) -> None:
    def wrong() -> None:
        raise ZeroDivisionError

    told: list[object] = []
    lane.submit(wrong, told.append)
    lane.submit(lambda: 1, told.append)
    qtbot.waitUntil(lambda: bool(told) and bool(crashes), timeout=2000)
    assert told == [1]
    assert isinstance(crashes[0], ZeroDivisionError)


def test_another_thread_waits_for_its_answer(lane: Lane) -> None:
    assert lane.call(lambda: 7) == 7

    def fail() -> None:
        raise Fault("disk-full")

    with pytest.raises(Fault, match="disk-full"):
        lane.call(fail)
    lane.end()
    with pytest.raises(Fault, match="database-busy"):
        lane.call(lambda: 7)


def test_rounds_are_woken_and_stopped(qtbot: QtBot, crashes: list[BaseException]) -> None:
    rounds_done: list[int] = []

    def once(_stop: object) -> float:
        rounds_done.append(1)
        return 60.0

    rounds = Rounds(once, lambda: True, Mailbox(), crashes.append)
    rounds.start()
    qtbot.waitUntil(lambda: len(rounds_done) == 1, timeout=2000)
    rounds.wake()
    qtbot.waitUntil(lambda: len(rounds_done) == 2, timeout=2000)
    rounds.end()
    assert not rounds.running


def test_a_mistake_in_a_round_is_reported(qtbot: QtBot, crashes: list[BaseException]) -> None:
    def wrong(_stop: object) -> float:
        raise ZeroDivisionError

    rounds = Rounds(wrong, lambda: False, Mailbox(), crashes.append)
    rounds.start()
    qtbot.waitUntil(lambda: bool(crashes), timeout=2000)
    rounds.end()


def test_ticks(qtbot: QtBot) -> None:
    ticks: list[int] = []
    ticker = Ticker(lambda: ticks.append(1), 5)
    ticker.start()
    qtbot.waitUntil(lambda: len(ticks) > 2, timeout=2000)
    ticker.stop()
    once: list[int] = []
    later(lambda: once.append(1), 1)
    qtbot.waitUntil(lambda: bool(once), timeout=2000)
