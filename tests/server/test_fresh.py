"""What was just taken in is folded from memory, and only from what stands on the disk."""

from __future__ import annotations

import pytest

from server.ingest import fresh
from server.ingest.fresh import MOST_ENTRIES, Arrived, Fresh
from sync.protocol import Received
from tests.server.plant import Plant, Station
from tests.server.test_ingest import bytes_of, pushed

ORIGIN = "example.com/S1/ST-01/1"


def test_an_entry_is_taken_once_and_the_first_says_where_its_push_ended() -> None:
    here = Fresh()
    here.came(ORIGIN, 5, [b"a", b"bc"])
    assert here.take(ORIGIN, 5) == Arrived(b"a", 7)
    assert here.take(ORIGIN, 6) == Arrived(b"bc", 0)
    assert here.take(ORIGIN, 6) is None


def test_a_backlog_is_not_held_and_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "MOST_BYTES", 10)
    here = Fresh()
    here.came(ORIGIN, 0, [b"x"] * (MOST_ENTRIES + 1))
    assert here.take(ORIGIN, 0) is None
    here.came(ORIGIN, 0, [b"12345", b"67890"])
    assert here.take(ORIGIN, 0) is not None
    here.came(ORIGIN, 2, [b"12345"])
    here.came(ORIGIN, 3, [b"1"])
    assert [here.take(ORIGIN, at) is None for at in (1, 2, 3)] == [True, True, False]


def test_a_live_push_is_folded_without_reading_it_back(plant: Plant) -> None:
    station, book = plant.station(), plant.parts.book
    station.sign_in("P-OP")
    entries = bytes_of(station)
    assert isinstance(pushed(station, 0, entries, entries), Received)
    asked: list[str] = []
    connection = plant.parts.store._connection  # type: ignore[attr-defined]
    connection.set_trace_callback(asked.append)
    book.catch_up()
    connection.set_trace_callback(None)
    read = [one for one in asked if one.startswith("SELECT")]
    assert not [one for one in read if " FROM heads" in one or " FROM records" in one]
    assert len([one for one in read if " FROM entries" in one]) == 1, "the log's first, by one"
    assert plant.parts.store.count("records", origin=station.origin) == len(entries)
    assert plant.parts.projections.fresh.take(station.origin, 0) is None


class Undo(Exception):
    """Takes a unit back."""


def push_and_fail(plant: Plant, station: Station, entries: list[bytes]) -> None:
    with plant.parts.book.unit():
        pushed(station, 0, entries, entries)
        raise Undo


def test_what_was_undone_is_not_folded(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    entries = bytes_of(station)
    with pytest.raises(Undo):
        push_and_fail(plant, station, entries)
    assert plant.parts.projections.fresh.take(station.origin, 0) is None
    assert isinstance(pushed(station, 0, entries, entries), Received)
    assert plant.parts.store.count("records", origin=station.origin) == len(entries)
