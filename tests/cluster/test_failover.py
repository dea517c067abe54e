"""The machine of the database dies under load: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom

import pytest

from server import cli
from server.app import application
from server.folder import DataFolder
from server.fsck import examine
from server.words import Refusal
from sync.faults import Fault
from sync.merkle import leaf_hash
from tests.cluster.pair import Machine, Pair, pair
from tests.server.plant import InProcess, Plant, Station, plant_at

pytestmark = pytest.mark.campaign
"""Two database servers are made and copied for each test."""


@contextmanager
def on(machines: Pair, tmp_path: Path) -> Iterator[Plant]:
    """A plant that was moved to the pair, and is served."""
    with plant_at(tmp_path) as plant:
        folder, clock = plant.folder, plant.clock
    assert cli.main(["move", "--data", str(folder.path), "--to", machines.url]) == 0
    with folder.open() as parts, asyncio.Runner() as runner:
        yield Plant(folder, parts, clock, InProcess(application(parts), runner))


def pushed(station: Station, machines: Pair, kill_after: int) -> tuple[int, int]:
    """Records are made and sent one by one; at some moment the first machine dies.

    How many were acknowledged before the second was promoted, and how many tries failed.
    """
    first, killer = machines.first, threading.Timer(SystemRandom().uniform(0.0, 0.02), die)
    killer.args = [machines.first]
    failed = 0
    for number in range(kill_after + 20):
        if number == kill_after:
            killer.start()
        station.sign_in("P-OP")
        try:
            station.outbox.drain()
        except Fault:
            failed += 1
            if not first.process and failed == 3:
                break
    killer.join()
    return station.journal.counts().accepted, failed


def die(machine: Machine) -> None:
    machine.kill()


@pytest.mark.covers("F20", "F40")
@pytest.mark.parametrize("kill_after", [1, 30])
def test_what_was_acknowledged_is_on_the_other_machine(kill_after: int, tmp_path: Path) -> None:
    with pair() as machines, on(machines, tmp_path) as plant:
        station = plant.station()
        acknowledged, _ = pushed(station, machines, kill_after)
        assert acknowledged >= kill_after
        machines.second.promote()
        machines.alone()
        station.outbox.drain()  # what was recorded meanwhile arrives, once
        store, book = plant.parts.store, plant.parts.book
        rows = store.rows("entries", origin=station.origin)
        sent = [bytes(row["data"]) for row in rows]
        assert len(sent) == station.journal.size > acknowledged
        assert [leaf_hash(one).hex() for one in sent] == [row["leaf"] for row in rows]
        size = book.size
        book.alarm("fork", "after", who="x")
        assert book.size == size + 1, "the log goes on, under the same key"
        assert not book.recovery
        assert examine(plant.parts) == []
        station.close()


@pytest.mark.covers("F43")
def test_a_replica_is_never_written_to_nor_decided_from(tmp_path: Path) -> None:
    with pair() as machines, on(machines, tmp_path) as plant:
        there = f"postgresql://postgres@127.0.0.1:{machines.second.port}/lotbook"
        folder = DataFolder(plant.folder.path, plant.clock, bytes)
        folder.database = there
        with pytest.raises(Refusal) as refused, folder.open():
            pass
        assert refused.value.code == "database-standby"
