"""The fold behind the pushes: when it happens makes no difference, and no reader sees it late."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import nacl.utils
import pytest

from server.folder import DataFolder
from server.ingest import behind, projector
from server.ingest.behind import CROWD, IN_A_CROWD, RETRY_S, SLICE
from server.ingest.projector import dump
from server.parts import Parts
from server.store.schema import PROJECTIONS
from server.words import Refusal
from sync.checkpoint import Checkpoint
from sync.faults import Fault
from sync.keys import TEST_COST, TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.protocol import Received
from sync.testing import ManualClock
from tests.server.plant import Plant, Station, TestPerson, plant_at
from tests.server.test_ingest import bytes_of, pushed

PLACES = {"global_index", "placed", "lifted", "since", "raised_at"}
"""Columns that say where in the server's log something stands."""
Log = tuple[TestSigner, list[bytes]]


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Log]]:
    """A data folder, and two stations' logs of a shift that it has not seen yet."""
    path = tmp_path_factory.mktemp("shift")
    with plant_at(path) as plant:
        logs = stations(plant)
    return path / "data", logs


def stations(plant: Plant) -> list[Log]:
    first, second = plant.station(), plant.station("ST-02")
    shifts = ((first, "JO-1", "T1"), (second, "JO-2", "T2"), (second, "JO-1", "T1"))
    for station, job, lot in (*shifts, (first, "JO-2", "T1")):
        plant.clock.pass_(60)
        station.work(job, lot=lot)
        refs = tuple(one.ref for one in station.journal.entries(1, station.journal.size))
        station.sign_in("P-SUP")
        station.signed(job, refs, TestPerson(plant, "P-SUP"))
    broken = [*bytes_of(second), b"\x00 not an entry", b"{}"]
    return [(first.signer, bytes_of(first)), (second.signer, broken)]


def push(parts: Parts, log: Log, start: int, stop: int) -> None:
    signer, entries = log
    root = root_of(leaf_hash(one) for one in entries[:stop])
    note = Checkpoint(signer.name, stop, root).sign(signer)
    answer = parts.ingest.push(Verifier.of(signer), start, entries[start:stop], note)
    assert isinstance(answer, Received)


@contextmanager
def copied(folder: Path, to: Path) -> Iterator[Parts]:
    """The parts of a server over a copy of its data folder."""
    shutil.copytree(folder, to)
    with DataFolder(to, ManualClock(), nacl.utils.random, TEST_COST).open() as parts:
        yield parts


def played(parts: Parts, logs: list[Log], chance: Random, *, eager: bool) -> dict[str, list[str]]:
    """What the tables say after all was pushed in pieces, and folded at once or now and then."""
    sent = [0, 0]
    while any(sent[at] < len(entries) for at, (_, entries) in enumerate(logs)):
        at, count, most = chance.randrange(2), chance.randint(1, 9), chance.randint(0, 12)
        stop = min(len(logs[at][1]), sent[at] + count)
        if stop > sent[at]:
            push(parts, logs[at], sent[at], stop)
            sent[at] = stop
        if eager or most:
            parts.book.catch_up(None if eager else most)
    before = dump(parts.store)
    assert parts.book.behind == 0, "to read is to catch up"
    assert parts.projections.rebuild() == parts.book.size
    assert dump(parts.store) == before
    tables = {table: said(table, before[table]) for table in PROJECTIONS if table != "cursor"}
    # An alarm tells of what a fold saw while a station's records were still missing.
    for table in ("alarms", "open_alarms"):
        tables[table] = [one for one in tables[table] if "record-disputed" not in one]
    tables["trail"] = [one for one in tables["trail"] if "'place': ''" not in one]
    return tables


def said(table: str, rows: list[dict[str, Any]]) -> list[str]:
    """The rows without what depends on the place in the server's log."""
    places = PLACES | ({"idx"} if table in {"alarms", "open_alarms", "trail"} else set())
    return sorted(str({k: v for k, v in row.items() if k not in places}) for row in rows)


@pytest.mark.covers("A42")
@pytest.mark.parametrize("seed", range(6))
def test_folding_late_and_in_slices_says_what_folding_at_once_says(
    tmp_path: Path, shift: tuple[Path, list[Log]], seed: int
) -> None:
    folder, logs = shift
    tables = []
    for eager in (False, True):
        with copied(folder, tmp_path / str(eager)) as parts:
            tables.append(played(parts, logs, Random(seed), eager=eager))
    assert tables[0] == tables[1]
    assert tables[0]["verdicts"]
    assert tables[0]["quarantine"]


def backlog(plant: Plant, count: int = 3 * SLICE) -> Station:
    """A station whose many entries were taken in and not folded."""
    station = plant.station()
    station.journal.append_many([("bench.note", {"n": n}) for n in range(count)])
    entries = bytes_of(station)
    assert isinstance(pushed(station, 0, entries, entries), Received)
    assert plant.parts.book.behind == len(entries)
    return station


def test_the_loop_folds_in_slices_after_the_answer(plant: Plant) -> None:
    backlog(plant)
    behind = plant.parts.book.behind

    async def wait() -> list[int]:
        plant.parts.behind.soon()
        seen = [behind]
        while seen[-1]:
            await asyncio.sleep(0.001)
            if plant.parts.book.behind != seen[-1]:
                seen.append(plant.parts.book.behind)
        return seen

    plant.parts.behind._timer = None  # that of another loop
    seen = asyncio.run(wait())
    assert len(seen) > behind // SLICE
    assert plant.parts.store.count("records", kind="bench.note") == 3 * SLICE


def test_who_reads_waits_for_the_fold_and_pushes_go_on(plant: Plant) -> None:
    station = backlog(plant)

    async def read() -> int:
        waiting = asyncio.ensure_future(plant.parts.behind.caught_up())
        await asyncio.sleep(0)
        midway = plant.parts.book.behind
        assert midway > 0
        await waiting
        return midway

    assert asyncio.run(read()) < station.journal.size
    assert plant.parts.book.behind == 0


@pytest.mark.covers("F20")
@pytest.mark.parametrize("no", [Fault("disk-full"), Refusal("in-use")])
def test_a_disk_that_refuses_the_fold_is_asked_again(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, no: Exception
) -> None:
    backlog(plant)
    waits: list[float] = []

    def refuse(_most: int) -> None:
        raise no

    async def once() -> None:
        monkeypatch.setattr(plant.parts.behind, "_later", waits.append)
        monkeypatch.setattr(plant.parts.book, "catch_up", refuse)
        plant.parts.behind._slice()

    asyncio.run(once())
    assert waits == [RETRY_S]


@pytest.mark.parametrize(("pushes", "goes"), [(3, SLICE + 3), (CROWD + 1, IN_A_CROWD)])
def test_a_slice_goes_with_a_group_of_pushes_in_one_transaction(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, pushes: int, goes: int
) -> None:
    monkeypatch.setattr(behind, "SOON_S", 60.0)
    backlog(plant)
    parts, asked = plant.parts, list[str]()
    parts.behind._timer, parts.behind._pushed = None, 0  # those of another loop
    before = parts.book.behind

    def contact(name: str) -> str:
        parts.ingest.seen(f"example.com/S1/{name}/1")
        return name

    async def group() -> list[str]:
        for _ in range(pushes):
            parts.behind.soon()
        connection = parts.store._connection  # type: ignore[attr-defined]
        connection.set_trace_callback(asked.append)
        answers = [parts.intake.take(name, 1, partial(contact, name)) for name in "AB"]
        given = await asyncio.gather(*answers)
        connection.set_trace_callback(None)
        parts.behind._slice()
        assert parts.book.behind == before - goes, "a slice was folded a moment ago"
        parts.behind._slice()
        assert parts.book.behind == before - goes - SLICE
        return given

    assert asyncio.run(group()) == ["A", "B"]
    assert sum(one.startswith("BEGIN") for one in asked) == 1


def test_a_rebuild_holds_no_more_statements_than_a_page(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, held = plant.parts, list[int]()
    for number in range(40):
        parts.book.alarm("fork", f"x{number}", who="x")
    monkeypatch.setattr(projector, "_PAGE", 10)
    before = dump(parts.store)
    parts.projections.rebuild(lambda _: held.append(len(parts.projections._stated)))
    assert dump(parts.store) == before
    assert len(held) > 4
    assert not any(held), "none of the page before: the follower was told to forget"
