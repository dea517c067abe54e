"""Who is taken in when: live before backlog, every station the same share, never too many."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ingest.lanes import LEAST_S, LIVE_ENTRIES, SPREAD_S, TURN_ENTRIES, TURN_LIVE, Lanes
from server.words import Refusal

HERD = [f"ST-{n:03}" for n in range(500)]


def refused(lanes: Lanes[str], origin: str, entries: int) -> int:
    with pytest.raises(Refusal) as caught:
        lanes.join(origin, entries, origin)
    assert (caught.value.code, caught.value.status) == ("busy", 503)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


@pytest.mark.covers("F37")
def test_live_records_go_before_backlogs_that_came_first() -> None:
    lanes: Lanes[str] = Lanes()
    for name in ("B1", "B2"):
        lanes.join(name, TURN_ENTRIES, name)
    for name in ("L1", "L2"):
        lanes.join(name, LIVE_ENTRIES, name)
    assert lanes.turn() == ["L1", "L2", "B1"]
    assert lanes.turn() == ["B2"]
    assert not lanes


@pytest.mark.covers("F37", "A50")
def test_a_backlog_moves_on_however_many_live_records_come() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.join("B", 2_000, "B")
    for name in HERD:
        lanes.join(name, 1, name)
    turn = lanes.turn()
    assert (len(turn), turn[-1]) == (TURN_LIVE + 1, "B")


@pytest.mark.covers("A50", "T16")
def test_a_station_has_one_push_in_hand() -> None:
    lanes: Lanes[str] = Lanes()
    lanes.join("ST-1", 1, "first")
    refused(lanes, "ST-1", 1)
    assert lanes.turn() == ["first"]
    refused(lanes, "ST-1", 400)  # taken in, and not answered yet
    lanes.leave("ST-1")
    lanes.join("ST-1", 400, "second")
    assert lanes.turn() == ["second"]


@pytest.mark.covers("F37", "T16", "A50")
def test_a_herd_is_bounded_and_told_different_times() -> None:
    lanes: Lanes[str] = Lanes(most_live=3, most_backlog=2)
    for name in HERD[:2]:
        lanes.join(name, 400, name)
    told = Counter(refused(lanes, name, 400) for name in HERD[2:])
    assert set(told) == set(range(LEAST_S, LEAST_S + SPREAD_S))
    assert max(told.values()) - min(told.values()) <= 1
    for name in HERD[100:103]:  # a full lane of backlogs keeps no live record out
        lanes.join(name, 1, name)
    refused(lanes, HERD[103], 1)


@pytest.mark.covers("F37", "A50")
@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=12), st.integers(1, 6))
def test_nobody_is_a_round_behind_another(sizes: list[int], rounds: int) -> None:
    """Stations that always have more to send: at any time their shares differ by one at most."""
    lanes: Lanes[int] = Lanes()
    had: Counter[int] = Counter(dict.fromkeys(range(len(sizes)), 0))
    backlog = [size + LIVE_ENTRIES for size in sizes]
    for station, size in enumerate(backlog):
        lanes.join(str(station), size, station)
    for _ in range(rounds * len(sizes)):
        turn = lanes.turn()
        assert turn
        for station in turn:
            had[station] += 1
            lanes.leave(str(station))
            lanes.join(str(station), backlog[station], station)
        assert max(had.values()) - min(had.values()) <= 1
