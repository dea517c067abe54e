"""The server's disk: warned ahead, a reserve for what is in hand, reading whatever it does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from server.access import ON_FULL_DISK
from server.alarms.disk import AHEAD, Disk
from server.alarms.disk_words import WORDS
from server.app import application
from server.fsck import examine
from sync.engine import Connection
from sync.faults import Fault
from sync.protocol import Received
from sync.reserve import MIB, RESERVE_FILE, Reserve
from tests.databases import WrittenOneWay
from tests.faultio.mounted import disk as mounted
from tests.faultio.mounted import failing_disk, fill
from tests.server.plant import InProcess, Plant, Station, plant_at
from tests.server.test_ingest import bytes_of
from tests.sync.test_network import tried

GIB = 1024 * MIB


@dataclass
class Room:
    """What the test lets the disk have."""

    free: int = 10 * GIB
    refuses: bool = False


class Filling(WrittenOneWay):
    """A database on a disk with no room until the reserve is given up, or that takes no writes."""

    room: Room
    reserve: Reserve

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if self.room.refuses:
            raise Fault("disk-read-only", "refused")
        if not self.room.free and self.reserve.held:
            raise Fault("disk-full", "no room")
        with super().write() as connection:
            yield connection


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def filling(plant: Plant, room: Room, tmp_path: Path) -> Plant:
    """The plant on a disk that does as the test says."""
    reserve = Reserve(tmp_path / RESERVE_FILE, MIB, lambda: room.free)
    database = cast("Any", plant.parts.store)._database
    database.__class__, database.room, database.reserve = Filling, room, reserve
    kept = Disk(plant.parts.book, reserve, lambda: room.refuses)
    parts = replace(plant.parts, disk=kept)
    kept.look()
    transport = InProcess(application(parts), plant.transport._runner)
    return replace(plant, parts=parts, transport=transport)


def codes(plant: Plant) -> list[str]:
    return [row["code"] for row in plant.parts.alarms.all(only_open=True)]


def more(station: Station, count: int = 1) -> None:
    for number in range(count):
        station.journal.append("test.note", {"number": number})


def get(station: Station, path: str) -> httpx.Response:
    token = {"authorization": f"Bearer {station.service._token}"}
    return station.plant.client().get(path, headers=token)


@pytest.mark.covers("A37", "F09", "F20")
def test_what_was_in_hand_is_taken_in_and_new_work_is_told_apart(
    filling: Plant, room: Room
) -> None:
    station = filling.station()
    more(station)
    station.outbox.drain()
    held = station.journal.counts()
    more(station)
    room.free = 0
    station.outbox.drain()
    assert station.journal.counts().accepted == held.saved + 1, "it was in hand"
    assert codes(filling) == ["disk-full"]
    signed = filling.parts.book.checkpoint()
    assert signed is not None
    assert signed["size"] == filling.parts.book.size
    more(station)
    with pytest.raises(Fault, match="server-full: status 507: disk-reserve"):
        station.outbox.drain()
    refused = filling.act("P-SUP", "/api/lots", item="TUB-1", lot="T9", quantity="1", unit="m")
    assert (refused.status_code, refused.json()["code"]) == (507, "disk-reserve")
    stopped = filling.act("P-SUP", "/api/holds", item="TUB-1", lot="T1", reason="wet")
    assert stopped.status_code == 201, "what stops something is done all the same"
    assert get(station, f"/logs/{station.origin}/head").status_code == 200
    room.free = 10 * GIB
    station.outbox.drain()
    assert station.journal.counts().accepted == station.journal.size
    assert filling.parts.disk.standing() == ("well", room.free)
    assert codes(filling) == ["disk-full"], "a person closes it"
    assert examine(filling.parts) == []


@pytest.mark.covers("A37", "F27")
def test_a_lost_answer_is_given_again_on_a_full_disk(filling: Plant, room: Room) -> None:
    station = filling.station()
    more(station, 3)
    head, entries = station.journal.head().note, tuple(bytes_of(station))
    first = station.service.push(station.origin, 0, entries, head)
    room.free = 0
    filling.parts.disk.refused(Fault("disk-full"))
    again = station.service.push(station.origin, 0, entries, head)
    assert isinstance(first, Received)
    assert isinstance(again, Received)
    assert again.receipt == first.receipt


@pytest.mark.parametrize(
    ("free", "refuses", "state", "status"),
    [
        (10 * GIB, False, "well", 200),
        (AHEAD * MIB - 1, False, "low", 200),
        (0, False, "full", 507),
        (10 * GIB, True, "refusing", 507),
    ],
)
@pytest.mark.covers("F09")
def test_health_and_the_status_page_say_it_in_both_languages(
    filling: Plant, room: Room, *, free: int, refuses: bool, state: str, status: int
) -> None:
    quality = filling.client("P-QA")
    room.free, room.refuses = free, refuses
    if status != 200:
        filling.parts.disk.refused(Fault("disk-read-only" if refuses else "disk-full"))
    filling.parts.disk.look()
    for tag, language in (("en", "en"), ("zh-CN", "zh_CN")):
        asked = {"accept-language": tag}
        health = quality.get("/healthz", headers=asked)
        assert health.status_code == status
        assert health.json()["disk"]["free_bytes"] == free
        words = WORDS[state].in_language(language)
        assert health.json()["disk"]["message"].startswith(words)
        assert f"{free // MIB} MiB" in health.json()["disk"]["message"]
        page = quality.get("/console/status", headers=asked)
        assert page.status_code == 200
        assert words in unescape(page.text)
    if not refuses:
        wanted = {"well": [], "low": ["disk-low"], "full": ["disk-full", "disk-low"]}
        assert codes(filling) == wanted[state]


def test_the_alarm_that_could_not_be_written_is_written_later(filling: Plant, room: Room) -> None:
    room.refuses = True
    filling.parts.disk.refused(Fault("write-failed"))
    filling.parts.disk.look()
    assert filling.parts.disk.standing().state == "refusing"
    room.refuses = False
    filling.parts.disk.look()
    filling.parts.disk.look()
    assert codes(filling) == ["disk-refusing"]
    assert filling.parts.disk.standing().state == "well"


def test_in_recovery_the_alarm_waits(filling: Plant, room: Room) -> None:
    room.free = 0
    filling.parts.book.recovery = True
    assert filling.parts.disk.refused(Fault("disk-full"))
    filling.parts.book.recovery = False
    assert codes(filling) == []
    filling.parts.disk.look()
    assert "disk-full" in codes(filling)


def test_what_the_disk_did_not_refuse_is_not_left_out(filling: Plant) -> None:
    with pytest.raises(Fault, match="database-corrupt"), filling.parts.disk.sparing():
        raise Fault("database-corrupt")


def test_without_a_reserve_nobody_keeps_an_eye_on_it(plant: Plant) -> None:
    plant.parts.disk.look()
    assert plant.parts.disk.standing() == ("well", None)
    assert not plant.parts.disk.refused(Fault("disk-full"))
    plant.parts.disk.admit()


def test_a_disk_that_is_gone_has_no_room(plant: Plant, tmp_path: Path) -> None:
    def gone() -> int:
        raise FileNotFoundError

    kept = Disk(plant.parts.book, Reserve(tmp_path / RESERVE_FILE, MIB, gone))
    assert kept.standing() == ("low", 0)


def test_what_goes_on_a_full_disk_are_routes(plant: Plant) -> None:
    guard = cast("Any", plant.transport._inner.app)
    assert set(guard._app._app._app._app.state.access) >= ON_FULL_DISK


@pytest.mark.covers("A37", "F09", "F20")
def test_on_a_real_full_disk_the_reserve_lets_the_push_and_the_alarm_through(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "disk"
    with mounted(folder, "12m"), plant_at(folder, reserve_mib=2) as plant:
        plant.parts.disk.look()
        station = plant.station()
        ballast, refused = fill(folder), list[Fault]()
        while plant.parts.disk.standing().state != "full":  # the WAL's own room is used up first
            station.journal.append("test.note", {"noise": os.urandom(2_000).hex()})
            refused = tried(station.outbox.drain)
        assert "disk-full" in codes(plant)
        assert [one.detail[:24] for one in refused] in ([], ["status 507: disk-reserve"])
        more(station)
        with pytest.raises(Fault, match="disk-reserve"):
            station.outbox.drain()
        assert get(station, f"/logs/{station.origin}/head").status_code == 200
        assert plant.client().get("/healthz").status_code == 507
        ballast.unlink()
        station.outbox.drain()
        assert examine(plant.parts) == []
        station.close()


@pytest.mark.covers("F10", "A37")
def test_heads_and_records_are_read_from_a_real_read_only_disk(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    with failing_disk(folder) as fail, plant_at(folder, reserve_mib=1) as plant:
        plant.parts.disk.look()
        station, quality = plant.station(), plant.client("P-QA")
        more(station)
        station.outbox.drain()
        assert quality.get("/console/status").status_code == 200
        fail()
        log = f"/logs/{station.origin}"
        more(station)
        with pytest.raises(Fault, match="507: disk-read-only"):
            station.outbox.drain()
        for path in (
            f"{log}/head", f"{log}/root?size=1", f"{log}/entries?start=0&stop=1",
            f"{log}/receipts/0", "/checkpoint", "/checkpoint/consistency?first=1&second=2",
            "/work-pack",
        ):  # fmt: skip
            assert get(station, path).status_code == 200, path
        assert plant.client().get("/healthz").json()["status"] == "disk-refusing"
        assert WORDS["refusing"].en in unescape(quality.get("/console/status").text)
        plant.parts.disk.look()
        assert plant.parts.disk.standing().state == "refusing"
        station.close()
