"""A station whose server loses a COMMIT, or its turn: each record is acknowledged once, by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from server.app import application
from server.fsck import examine
from server.store.opening import read_place
from server.store.postgres import PostgresStore
from server.store.postgres_door import Door
from server.turn import InTurn, Term
from sync.client import HttpSyncService
from sync.faults import Fault
from tests import postgres
from tests.server.cut import Line, line_to
from tests.server.plant import InProcess, Plant, Station, plant_at
from tests.server.test_postgres import pid_of

if TYPE_CHECKING:
    from server.api.guard import App


@contextmanager
def plant_over_a_line(path: Path) -> Iterator[tuple[Plant, Line]]:
    """A plant whose server has its database at the end of that line."""
    with plant_at(path, postgres=True) as plant:
        folder, clock = plant.folder, plant.clock
    place = read_place(folder.path)
    assert place is not None
    with line_to(place.url) as line:
        folder.database = line.url
        with folder.open() as parts, asyncio.Runner() as runner:
            yield Plant(folder, parts, clock, InProcess(application(parts), runner)), line


WAYS: dict[str, Callable[[Line], None]] = {
    "never came": lambda line: line.break_after(0),
    "came in part": lambda line: line.break_after(10),
    "answer lost": Line.lose_the_answer,
}


class Fuse:
    """Breaks the line at the ``left``-th COMMIT."""

    def __init__(self, line: Line, way: Callable[[Line], None], left: int) -> None:
        self.line, self.way, self.left = line, way, left

    def __call__(self, commit: Callable[[Door], None]) -> Callable[[Door], None]:
        def burning(door: Door) -> None:
            self.left -= 1
            if self.left == -1:
                self.way(self.line)
            commit(door)

        return burning


@pytest.mark.covers("F40", "F20", "A35", "A36")
@pytest.mark.parametrize("way", WAYS)
def test_whichever_commit_of_a_station_is_lost_each_record_is_acknowledged_once(
    way: str, tmp_path: Path
) -> None:
    with plant_over_a_line(tmp_path) as (plant, line):
        station, fuse = plant.station(), Fuse(line, WAYS[way], -1)
        told: list[str] = []
        while fuse.left < 0:
            for _ in range(3):
                station.sign_in("P-OP")
            fuse = Fuse(line, WAYS[way], len(told))
            told.append(drained(station, fuse))
            station.observed().drain()
            proved(plant, station)
        assert set(told) == {"answer-lost", ""}, "what is folded beside is nobody's answer"
        assert told.count("answer-lost") > 1
        assert examine(plant.parts) == []
        station.close()


def drained(station: Station, fuse: Fuse) -> str:
    """What the station was told, while one COMMIT of the server is lost; empty if none was."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Door, "_commit", fuse(Door._commit))
        try:
            station.observed().drain()
        except Fault as fault:
            return fault.code
    return ""


def proved(plant: Plant, station: Station) -> None:
    """Everything is there once, under one receipt each, and acknowledged."""
    store, journal = plant.parts.store, station.journal
    assert journal.counts().accepted == journal.size
    sent = [bytes(row["data"]) for row in store.rows("entries", origin=station.origin)]
    assert sent == [one.data for one in journal.entries(0, journal.size)]
    sizes = [row["size"] for row in store.rows("receipts", origin=station.origin)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == journal.size
    assert not plant.parts.book.recovery


@pytest.mark.covers("F43", "F40")
@pytest.mark.parametrize("lock", ["with its session", "without it"])
def test_what_came_while_another_took_over_is_not_taken_in(lock: str, tmp_path: Path) -> None:
    """The term is asked for before the body is read; what counts is what the commit asks."""
    with plant_at(tmp_path, postgres=True) as plant:
        store = plant.parts.store
        assert isinstance(store, PostgresStore)
        station, place = plant.station(), read_place(plant.folder.path)
        assert place is not None
        station.sign_in("P-OP")
        station.outbox.drain()
        size = plant.parts.book.size
        late = Late(application(plant.parts), lambda: overtake(store, place.url, lock))
        term = Term(store, plant.clock.monotonic_ns)
        station.service.close()
        line = InProcess(InTurn(late, term, None), plant.transport._runner)
        station.service = HttpSyncService("http://server", station.signer, transport=line)
        station.sign_in("P-OP")
        with pytest.raises(Fault):
            station.observed().drain()
        assert late.happened
        assert station.journal.counts().accepted == station.journal.size - 1
        with closing(PostgresStore(place.url)) as other:
            assert other.count("leaves") == size
        station.close()


def overtake(store: PostgresStore, url: str, lock: str) -> None:
    if lock == "with its session":
        postgres.order(f"SELECT pg_terminate_backend({pid_of(store)})")
    else:
        store._door.do("SELECT pg_advisory_unlock_all()")
    PostgresStore(url).close()


class Late:
    """The application; something happens between the head of a push and its body."""

    def __init__(self, app: App, happens: Callable[[], None]) -> None:
        self.app, self.happens, self.happened = app, happens, False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        async def later() -> Any:  # noqa: ANN401
            if not self.happened and scope["path"].endswith("/entries"):
                self.happened = True
                self.happens()
            return await receive()

        await self.app(scope, later, send)
