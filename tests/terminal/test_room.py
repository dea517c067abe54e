"""A full disk: the reserve is given up for the alarm and the open step, then nothing is begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from typing import cast

import pytest

from sync.engine import Connection
from sync.faults import FAULTS, Fault
from sync.reserve import Reserve
from sync.sqlite import open_database
from terminal.room import Room
from terminal.views import Light, Mark
from tests.databases import WrittenOneWay
from tests.faultio.mounted import disk, fill
from tests.terminal.documents import GOOD_LOT
from tests.terminal.plant import Bench

MIB = 1024 * 1024


class Disk:
    """As much room as the test says."""

    def __init__(self, free: int) -> None:
        self.left = free

    def free(self) -> int:
        return self.left


class Filling(WrittenOneWay):
    """A database on a disk with no room, until the reserve is given up."""

    reserve: Reserve | None = None
    full = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if self.full and (self.reserve is None or self.reserve.held):
            raise Fault("disk-full", "no room")
        with super().write() as connection:
            yield connection


def test_the_reserve_takes_room_only_where_there_is_plenty(tmp_path: Path) -> None:
    space = Disk(2 * MIB - 1)
    reserve = Reserve(tmp_path / "disk.reserve", MIB, space.free)
    assert not reserve.keep()
    space.left = 2 * MIB
    assert reserve.keep()
    assert (tmp_path / "disk.reserve").stat().st_blocks * 512 >= MIB
    assert reserve.give_up()
    assert not reserve.give_up()
    assert not list(tmp_path.iterdir())


def test_without_a_reserve_a_full_disk_is_a_full_disk() -> None:
    room = Room()

    def full() -> None:
        raise Fault("disk-full")

    with pytest.raises(Fault, match="disk-full"):
        room.saving(None, full, full)  # type: ignore[arg-type]  # never looked at
    assert room.state == ""
    assert not room.refill()


@pytest.fixture
def space() -> Disk:
    return Disk(100 * MIB)


@pytest.fixture
def bench(tmp_path: Path, space: Disk) -> Iterator[Bench]:
    database = open_database(tmp_path / "station.db")
    database.__class__ = Filling  # the same open file, on a disk that fills
    bench = Bench(database)
    reserve = Reserve(tmp_path / "disk.reserve", MIB, space.free)
    cast("Filling", database).reserve = reserve
    bench.room = Room(reserve)
    bench.restart()
    yield bench
    database.close()


def fills(bench: Bench, space: Disk) -> None:
    space.left = 0
    cast("Filling", bench.database).full = True


def disk_light(bench: Bench) -> Light | None:
    lights = [one for one in bench.frame.strip.instruments if one.name in {"Disk", "磁盘"}]
    return lights[0] if lights else None


@pytest.mark.covers("F09", "A37")
def test_the_open_step_can_be_closed_and_nothing_else_is_begun(bench: Bench, space: Disk) -> None:
    bench.begin()
    assert disk_light(bench) is None
    fills(bench, space)
    bench.touch("confirm", answer="yes")
    bench.desk.refreshed(bench.station.refresh().snapshot)
    assert {"confirmed", "instrument.faulted"} <= set(bench.kinds())
    bench.settle()
    light = disk_light(bench)
    assert light is not None
    assert light.mark is Mark.FAIL
    saved = bench.journal.size
    bench.lot(GOOD_LOT)
    assert bench.journal.size == saved, "a new step was begun on a full disk"
    notice = bench.frame.notice
    assert notice is not None
    assert notice.mark is Mark.FAIL
    assert FAULTS["disk-reserve"].en in str(notice)
    bench.touch("language")
    assert FAULTS["disk-reserve"].zh_CN in str(bench.frame.notice)
    bench.journal.verify()


@pytest.mark.covers("F09")
def test_with_room_again_the_reserve_is_taken_and_work_goes_on(bench: Bench, space: Disk) -> None:
    bench.begin()
    fills(bench, space)
    bench.touch("confirm", answer="yes")
    space.left = 100 * MIB
    cast("Filling", bench.database).full = False
    bench.desk.refreshed(bench.station.refresh().snapshot)
    assert disk_light(bench) is None
    assert bench.kinds()[-1] == "instrument.faulted"
    bench.settle()
    saved = bench.journal.size
    bench.lot(GOOD_LOT)
    assert bench.journal.size > saved


def test_a_disk_that_is_nearly_full_is_said_before_it_is(bench: Bench, space: Disk) -> None:
    space.left = MIB - 1
    bench.desk.refreshed(bench.station.refresh().snapshot)
    light = disk_light(bench)
    assert light is not None
    assert light.mark is Mark.WARN


@pytest.mark.covers("F09", "A37")
def test_on_a_real_full_disk_the_reserve_lets_the_record_and_the_alarm_through(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "disk"
    with disk(folder, "8m"):
        database = open_database(folder / "station.db")
        bench = Bench(database)
        bench.room = Room(Reserve(folder / "disk.reserve", MIB, lambda: disk_usage(folder).free))
        bench.restart()
        bench.begin()
        ballast = fill(folder)
        while bench.room.state != "full":  # what the WAL had to spare is used up first
            bench.scan("NOBODY KNOWS THIS ONE")
        bench.station.refresh()
        assert bench.kinds()[-1] == "instrument.faulted"
        shown = bench.journal.size
        database.close()
        ballast.unlink()
        database = open_database(folder / "station.db")
        bench = Bench(database)
        assert bench.journal.size >= shown
        bench.journal.verify()
        database.close()
