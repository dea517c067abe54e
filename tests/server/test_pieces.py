"""Photos arrive piece by piece; nothing but a whole one with its own digest is believed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import pytest

from server import serve
from server.fsck import examine
from server.words import Refusal
from sync.faults import Fault
from tests.server.plant import Plant, Station

DATA = b"a photo of a seal" * 100
NAME = sha256(DATA).hexdigest()


def put(station: Station, start: int, stop: int, name: str = NAME) -> int:
    return station.service.put_piece(name, len(DATA), start, DATA[start:stop])


def arriving(plant: Plant) -> list[int]:
    """Sizes of the unfinished files."""
    return sorted(path.stat().st_size for path in (plant.folder.path / "arriving").glob("*"))


@pytest.mark.covers("F35", "F27", "F28")
def test_a_file_grows_and_is_there_once_it_is_whole(plant: Plant) -> None:
    station = plant.station()
    assert put(station, 0, 0) == 0
    assert put(station, 0, 500) == 500
    assert put(station, 0, 500) == 500, "twice is once"
    assert put(station, 600, 700) == 500, "a hole is not taken"
    assert put(station, 0, 0) == 500
    assert not plant.parts.attachments.has(NAME)
    assert put(station, 500, len(DATA)) == len(DATA)
    assert plant.parts.attachments.get(NAME) == DATA
    assert put(station, 0, 0) == len(DATA)
    assert arriving(plant) == []


@pytest.mark.covers("F51")
def test_each_station_has_one_file_on_its_way_and_no_more(plant: Plant) -> None:
    first, second = plant.station(), plant.station("ST-02")
    other = sha256(b"other").hexdigest()
    assert put(first, 0, 100) == 100
    assert put(second, 0, 300) == 300
    assert put(first, 0, 200, other) == 200
    assert arriving(plant) == [200, 300]
    assert put(second, 300, 400) == 400, "what one gives up is not the other's"


@pytest.mark.covers("A38")
def test_another_digest_or_a_piece_beyond_the_end_is_refused(plant: Plant) -> None:
    station, other = plant.station(), sha256(b"other").hexdigest()
    put(station, 0, 500, other)
    with pytest.raises(Fault, match="batch-refused"):
        put(station, 500, len(DATA), other)
    assert put(station, 0, 0, other) == 0, "it begins anew"
    assert arriving(plant) == []
    for size, start in ((3, 0), (len(DATA), len(DATA) - 3)):
        with pytest.raises(Fault, match="request-refused"):
            station.service.put_piece(NAME, size, start, b"long")
    with pytest.raises(Fault, match="request-refused"):
        station.service.put_piece(NAME, 17 * 1024 * 1024, 0, b"")


def test_a_part_that_the_disk_lost_is_sent_again(plant: Plant) -> None:
    station = plant.station()
    put(station, 0, 500)
    (part,) = (plant.folder.path / "arriving").glob("*")
    part.write_bytes(bytes(500))
    with pytest.raises(Fault, match="batch-refused"):
        put(station, 500, len(DATA))
    assert put(station, 0, 0) == 0
    assert put(station, 0, len(DATA)) == len(DATA)


@pytest.mark.covers("A40", "F13")
def test_a_photo_that_the_disk_spoilt_is_asked_for_and_comes_back(plant: Plant) -> None:
    station = plant.station()
    digest = station.journal.attachments.put(DATA)
    station.outbox.drain()
    path = plant.folder.path / "attachments" / digest[:2] / digest
    path.write_bytes(b"rotten")
    assert station.service.head(station.origin).files == ()
    with pytest.raises(Refusal, match="damaged"):
        plant.parts.attachments.get(digest)
    other = plant.station("ST-02")
    assert station.service.head(station.origin).files == (digest,)
    assert other.service.head(other.origin).files == ()
    station.outbox.drain()
    assert plant.parts.attachments.get(digest) == DATA
    assert station.service.head(station.origin).files == ()
    (leaf,) = plant.parts.store.rows("leaves", kind="attachments.mended")
    assert digest.encode() in leaf["data"]
    assert examine(plant.parts) == []


@pytest.mark.covers("F13")
def test_photos_are_read_again_in_turn_and_a_hurt_one_is_an_alarm(plant: Plant) -> None:
    station, files = plant.station(), plant.parts.attachments
    assert files.next() == ""
    digests = sorted(station.journal.attachments.put(b"photo %d" % n) for n in range(3))
    station.outbox.drain()
    for _ in range(2):
        assert [files.next() for _ in range(4)] == [*digests, ""]
    (plant.folder.path / "attachments" / digests[1][:2] / digests[1]).unlink()
    hurt = [one for one in digests if not files.sound(one)]
    assert hurt == [digests[1]]
    for _ in range(2):
        files.hurt(digests[1])
    (alarm,) = plant.parts.alarms.all()
    assert (alarm["code"], alarm["about"]) == ("attachment-damaged", f"{station.origin} {hurt[0]}")
    assert station.service.head(station.origin).files == (digests[1],)
    station.outbox.drain()
    assert all(files.sound(one) for one in digests)
    assert examine(plant.parts) == []


class Unreadable:
    """Attachments whose table cannot be read for a while."""

    def __init__(self) -> None:
        self.asked = 0

    def next(self) -> str:
        """A fault."""
        self.asked += 1
        raise Fault("database-unreadable")


@pytest.mark.covers("F13")
def test_a_disk_that_cannot_be_read_does_not_end_the_server(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "DISK_S", 0.001)
    files = Unreadable()

    async def watched() -> None:
        parts = replace(plant.parts, attachments=files)  # type: ignore[arg-type]
        with suppress(TimeoutError):
            await asyncio.wait_for(serve._watch_files(parts), 0.2)

    asyncio.run(watched())
    assert files.asked > 1


@pytest.mark.covers("A40", "T32")
def test_a_station_gets_back_what_it_handed_over_and_nothing_else(plant: Plant) -> None:
    station, other = plant.station(), plant.station("ST-02")
    put(station, 0, len(DATA))
    assert station.service.piece(NAME, 0, 1_000) == DATA[:1_000]
    assert station.service.piece(NAME, 1_000, 1_000) == DATA[1_000:]
    noted = [row for row in plant.parts.store.rows("audit") if NAME in str(row)]
    assert len(noted) == 1
    for who, name in ((other, NAME), (station, "0" * 64)):
        with pytest.raises(Fault, match="request-refused"):
            who.service.piece(name, 0, 1_000)
    with pytest.raises(Fault, match="request-refused"):
        station.service.piece(NAME, 0, 2 * 1024 * 1024)
