"""The disk of PostgreSQL's log is full: what was acknowledged is there once there is room."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from server import cli
from server.app import application
from server.fsck import examine
from sync.faults import Fault
from tests import postgres
from tests.cluster.pair import SETTINGS, Machine, call, free_port, owner, program
from tests.faultio.mounted import disk, fill
from tests.server.plant import InProcess, Plant, Station, plant_at

ROOM = """
max_wal_size = 1GB
min_wal_size = 2MB
checkpoint_timeout = 1h
"""
"""Its log only grows: no checkpoint makes room for it."""


def own(*folders: Path) -> None:
    """PostgreSQL refuses to be run by root: its folders are its user's."""
    name = owner()
    if name is not None:
        known = pwd.getpwnam(name)
        for folder in folders:
            os.chown(folder, known.pw_uid, known.pw_gid)


@contextmanager
def database() -> Iterator[tuple[Machine, Path]]:
    """A server of its own, and the small disk that its log is on."""
    memory = postgres.MEMORY if postgres.MEMORY.is_dir() else None
    folder = Path(mkdtemp(prefix="lotbook-full-", dir=memory))
    machine, wal = Machine(folder / "data", free_port()), folder / "wal"
    try:
        with disk(wal, "16m"):
            own(folder, wal)
            call([program("initdb"), "-D", str(machine.folder), "-U", "postgres", "-A", "trust",
                  "--no-sync", "-E", "UTF8", "--locale=C", "--wal-segsize=1",
                  "--waldir", str(wal / "pg_wal")])  # fmt: skip
            with (machine.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(SETTINGS + ROOM)
            machine.start()
            machine.ask("CREATE DATABASE lotbook")
            yield machine, wal
            machine.kill()
    finally:
        machine.kill()
        rmtree(folder, ignore_errors=True)


@contextmanager
def on(machine: Machine, path: Path) -> Iterator[Plant]:
    """A plant that was moved to that server."""
    with plant_at(path) as plant:
        folder, clock = plant.folder, plant.clock
    url = f"postgresql://postgres@127.0.0.1:{machine.port}/lotbook"
    assert cli.main(["move", "--data", str(folder.path), "--to", url]) == 0
    with folder.open() as parts, asyncio.Runner() as runner:
        yield Plant(folder, parts, clock, InProcess(application(parts), runner))


def until_refused(station: Station) -> set[str]:
    """Records are made and sent until three tries in a row were in vain; what was told."""
    told = [""]
    while "" in told[-3:]:
        for _ in range(20):
            station.journal.append("test.note", {"noise": os.urandom(500).hex()})
        try:
            station.observed().drain()
            told.append("")
        except Fault as fault:
            told.append(fault.code)
        assert len(told) < 300, "the disk does not fill"
    return set(told)


@pytest.mark.covers("F20", "F09", "A37")
def test_a_full_disk_of_the_databases_log_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    """PostgreSQL ends itself then, amid commits, and does not come up until there is room."""
    with database() as (machine, wal), on(machine, tmp_path) as plant:
        station = plant.station()
        station.work("JO-1")
        station.outbox.drain()
        ballast, before = fill(wal), station.journal.size
        told = until_refused(station)
        assert told <= {"", "answer-lost", "server-busy", "server-full"}
        acknowledged = station.journal.counts().accepted
        assert before <= acknowledged < station.journal.size
        machine.kill()
        ballast.unlink()
        machine.start()
        store = plant.parts.store
        kept = [bytes(row["data"]) for row in store.rows("entries", origin=station.origin)]
        assert len(kept) >= acknowledged, "what has a receipt is there"
        assert kept == [one.data for one in station.journal.entries(0, len(kept))]
        station.observed().drain()
        assert station.journal.counts().accepted == station.journal.size
        assert store.count("entries", origin=station.origin) == station.journal.size
        assert examine(plant.parts) == []
        assert not plant.parts.book.recovery
        station.close()
