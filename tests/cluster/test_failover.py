"""The machine of the database dies under load: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from nacl.utils import random

from server import cli
from server.app import application
from server.folder import DataFolder
from server.fsck import examine
from server.words import Refusal
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.keys import TEST_COST
from sync.merkle import leaf_hash
from tests.cluster.pair import Machine, Pair, pair, wait_for
from tests.cluster.relay import Relay
from tests.cluster.servers import copied
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


WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def die_amid(machine: Machine) -> None:
    """Killed while a commit waits for the copy."""
    wait_for(lambda: machine.ask(WAITS))
    machine.kill()


@pytest.mark.covers("F20", "F40")
@pytest.mark.parametrize("arrived", [False, True], ids=["the copy lacks it", "the copy has it"])
def test_the_primary_dies_while_a_receipt_waits_for_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    """Whether it was committed nobody knows; a record is acknowledged once whichever it is."""
    with pair() as machines:
        first, second = machines.first, machines.second
        first.ask("ALTER SYSTEM SET synchronous_commit = remote_apply")
        first.ask("SELECT pg_reload_conf()")
        with on(machines, tmp_path) as plant:
            station, ingest = plant.station(), plant.parts.ingest
            push = ingest.push
            station.sign_in("P-OP")
            station.outbox.drain()
            known = station.journal.size
            killer = threading.Thread(target=die_amid, args=[first])
            sender = int(first.ask("SELECT pid FROM pg_stat_replication")[0][0])

            def cut_off(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is
                if arrived:
                    second.ask("SELECT pg_wal_replay_pause()")
                else:
                    os.kill(sender, signal.SIGSTOP)
                killer.start()
                return push(*given, **named)

            station.sign_in("P-OP")
            monkeypatch.setattr(ingest, "push", cut_off)
            with pytest.raises(Fault) as told:
                station.observed().drain()
            monkeypatch.undo()
            killer.join()
            assert told.value.code == "answer-lost"
            assert station.journal.counts().accepted == known
            with suppress(ProcessLookupError):  # it ends with the others unless it was stopped
                os.kill(sender, signal.SIGKILL)
            second.promote()
            machines.alone()
            rows = plant.parts.store.rows("entries", origin=station.origin)
            assert len(rows) == (station.journal.size if arrived else known)
            station.observed().drain()
            assert station.journal.counts().accepted == station.journal.size > known
            count = plant.parts.store.count("entries", origin=station.origin)
            assert count == station.journal.size
            assert examine(plant.parts) == []
            assert not plant.parts.book.recovery
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


@pytest.mark.covers("F20", "F43")
def test_the_name_of_the_database_moves_to_the_other_machine(tmp_path: Path) -> None:
    with pair() as machines, Relay(machines.first.port) as name:
        with plant_at(tmp_path) as plant:
            folder, clock = plant.folder, plant.clock
        url = f"postgresql://postgres@127.0.0.1:{name.port}/lotbook"
        assert cli.main(["move", "--data", str(folder.path), "--to", url]) == 0
        with folder.open() as parts, asyncio.Runner() as runner:
            plant = Plant(folder, parts, clock, InProcess(application(parts), runner))
            station, term = plant.station(), parts.store.term()
            station.sign_in("P-OP")
            station.outbox.drain()
            name.move(machines.second.port)  # before it is promoted: a copy is not believed
            station.sign_in("P-OP")
            with pytest.raises(Fault):
                station.outbox.drain()
            with pytest.raises(Refusal, match="standby"):
                parts.store.confirm()
            machines.first.kill()
            machines.second.promote()
            machines.alone()
            station.outbox.drain()
            assert parts.store.term() == term, "it goes on in its own term"
            rows = parts.store.rows("entries", origin=station.origin)
            assert len(rows) == station.journal.size == station.journal.counts().accepted
            assert examine(parts) == []
            station.close()


@pytest.mark.covers("F20", "F43", "T11")
def test_two_clusters_that_both_believe_they_are_it_are_told_apart_by_a_station(
    tmp_path: Path,
) -> None:
    with pair() as machines, on(machines, tmp_path) as plant:
        station = plant.station()
        station.sign_in("P-OP")
        station.outbox.drain()
        machines.first.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        machines.first.ask("SELECT pg_reload_conf()")  # against all advice
        machines.second.promote()
        machines.alone()
        for _ in range(3):
            station.sign_in("P-OP")
            station.outbox.drain()
        acknowledged = station.journal.counts().accepted
        there = DataFolder(
            copied(plant.folder.path, tmp_path / "there"), plant.clock, random, TEST_COST
        )
        there.database = f"postgresql://postgres@127.0.0.1:{machines.second.port}/lotbook"
        (there.path / "checkpoint.last").unlink()  # its memory is of before the cut
        with there.open() as parts, asyncio.Runner() as runner:
            assert parts.ingest.head(station.origin).size < acknowledged
            parts.book.alarm("fork", "there", who="x")  # and its log goes another way
            other = InProcess(application(parts), runner)
            station.service = HttpSyncService("http://server", station.signer, transport=other)
            station.sign_in("P-OP")
            with pytest.raises(Fault) as told:
                station.observed().drain()
            assert told.value.code == "server-recovery", "it is shown what the other one signed"
            assert parts.book.recovery, "and signs nothing more"
            assert station.journal.size == acknowledged + 1, "what it lacks the station has"
        station.close()
