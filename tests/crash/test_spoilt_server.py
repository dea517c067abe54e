"""A server's files swapped, cut or rotted on the disk: refused by name, never served as good."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from server.fsck import examine
from server.store.opening import DATABASE
from server.words import Refusal
from sync.faults import Fault
from tests.crash import server
from tests.crash.recorded import image_of, lay_out
from tests.crash.sweep import memory
from tests.server.plant import plant_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.parts import Parts
    from tests.crash.disk import Image

DB = f"data/{DATABASE}"
WAL = f"{DB}-wal"
Content = tuple[list[bytes], list[bytes]]
"""Leaves of the global log, and the station's entries."""


def content_of(parts: Parts) -> Content:
    """Everything that is signed."""
    leaves = [row["data"] for row in parts.store.scan("leaves")]
    return leaves, [row["data"] for row in parts.store.scan("entries")]


class Days:
    """A data folder: as it was yesterday, as it is today (database and WAL), and what it holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with plant_at(folder) as plant:
            station = plant.station()
            station.work("JO-1")
            station.outbox.drain()
            self.yesterday = image_of(folder)
            station.work("JO-2")
            station.outbox.drain()
            self.today, self.content = image_of(folder), content_of(plant.parts)
            station.close()

    def outcome(self, image: Image) -> Content | str:
        """What a server on these files serves, or the word that stops it."""
        lay_out(image, self.folder)
        try:
            with server.opened(self.folder) as parts:
                if parts.book.recovery:
                    return "recovery"
                found = examine(parts)
                return f"fsck: {found[0]}" if found else content_of(parts)
        except (Fault, Refusal) as error:
            return error.code


@pytest.fixture(scope="module")
def days() -> Iterator[Days]:
    with memory() as folder:
        yield Days(folder)


@pytest.mark.covers("F11", "F12", "F20")
@pytest.mark.parametrize("case", ["the database of yesterday", "no WAL", "the WAL of yesterday"])
def test_a_server_put_back_signs_nothing_before_it_is_whole(days: Days, case: str) -> None:
    assert days.outcome(days.today) == days.content
    wrong = dict(days.today)
    if case == "no WAL":
        del wrong[WAL]
    else:
        wrong[WAL] = days.yesterday[WAL]
        if case == "the database of yesterday":
            wrong[DB] = days.yesterday[DB]
    found = days.outcome(wrong)
    assert isinstance(found, str)
    assert found in {"recovery", "database-corrupt", "no-server", "schema-changed"}, found


@pytest.mark.covers("F14", "F20")
def test_a_database_cut_at_any_page_is_refused_by_name(days: Days) -> None:
    whole, wal = days.today[DB], days.today[WAL]
    for size in (0, 1, 100, 511, 512, *range(4096, len(whole), 4096)):
        found = days.outcome({**days.today, DB: whole[:size]})
        assert found == days.content or isinstance(found, str), size
    step = max(512, len(wal) // 40 // 512 * 512)
    for size in range(0, len(wal), step):
        found = days.outcome({**days.today, WAL: wal[:size]})
        assert found == days.content or isinstance(found, str), f"lost without a word at {size}"


@pytest.mark.timeout(900)
@pytest.mark.covers("F13", "F20")
@pytest.mark.parametrize(
    "flips", [60, pytest.param(3_000, marks=pytest.mark.campaign)], ids=["60", "3000"]
)
def test_a_flipped_bit_is_found_at_the_start_or_by_fsck(days: Days, flips: int) -> None:
    random, codes = Random(13), set()
    for _ in range(flips):
        name = random.choice((DB, WAL))
        data = bytearray(days.today[name])
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        found = days.outcome({**days.today, name: bytes(data)})
        assert found == days.content or isinstance(found, str), name
        codes |= {found.split(":")[0]} if isinstance(found, str) else set()
    assert codes & {"fsck", "recovery", "database-corrupt"}
