"""What was just taken in is folded from memory, and only from what stands on the disk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.ingest import fresh
from server.ingest.fresh import MOST_ENTRIES, Arrived, Fresh
from server.log.leaves import EntryLeaf
from sync.protocol import Received
from tests.server.plant import Plant, Station
from tests.server.test_ingest import bytes_of, pushed

ORIGIN = "example.com/S1/ST-01/1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def leaves(start: int, count: int) -> list[EntryLeaf]:
    return [EntryLeaf(origin=ORIGIN, index=start + at, leaf="0" * 64, received_at=NOW)
            for at in range(count)]  # fmt: skip


def test_an_entry_is_taken_once_and_the_first_says_where_its_push_ended() -> None:
    here, (first, second) = Fresh(), leaves(5, 2)
    here.came(70, [first, second], [b"a", b"bc"])
    assert here.take(70) == Arrived(first, b"a", 7)
    assert here.take(71) == Arrived(second, b"bc", 0)
    assert here.take(71) is None


def test_a_backlog_is_not_held_and_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "MOST_BYTES", 10)
    here = Fresh()
    here.came(0, leaves(0, MOST_ENTRIES + 1), [b"x"] * (MOST_ENTRIES + 1))
    assert here.take(0) is None
    here.came(0, leaves(0, 2), [b"12345", b"67890"])
    here.came(2, leaves(2, 1), [b"1"])
    assert [here.take(at) is None for at in (2, 0)] == [True, False]
    here.came(3, leaves(3, 1), [b"12345"])
    assert [here.take(at) is None for at in (1, 3)] == [False, False]


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
    known = (" FROM heads", " FROM records", " FROM leaves")
    assert not [one for one in read if any(table in one for table in known)]
    assert len([one for one in read if " FROM entries" in one]) == 1, "the log's first, by one"
    assert plant.parts.store.count("records", origin=station.origin) == len(entries)
    assert plant.parts.projections.fresh.take(book.size - len(entries)) is None


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
    assert plant.parts.projections.fresh.take(plant.parts.book.size) is None
    assert isinstance(pushed(station, 0, entries, entries), Received)
    assert plant.parts.store.count("records", origin=station.origin) == len(entries)
