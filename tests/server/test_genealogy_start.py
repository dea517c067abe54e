"""From a start to the first answer: nothing is mapped unasked, nothing built in anybody's way."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from mmap import mmap
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from server.app import application
from server.room import SPARE
from server.trace.graph import keeper as keeping
from server.trace.graph.keeper import Keeper
from server.trace.graph.snapshot import Snapshots
from sync import files
from sync.faults import Fault
from tests.server.plant import SECRETS, InProcess, Plant, badge, plant_at

LOT = {"item": "TUB-1", "lot": "T1"}


@contextmanager
def begun(path: Path) -> Iterator[Plant]:
    """A plant with records of one job order, and its genealogy on the disk; then begun anew."""
    with plant_at(path) as plant, closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        keeper_of(plant).begin()
        keep(plant)
        station.sign_off("JO-1")
        station.outbox.drain()
    with plant.folder.open() as parts, asyncio.Runner() as runner:
        yield Plant(plant.folder, parts, plant.clock, InProcess(application(parts), runner))


def keeper_of(plant: Plant) -> Keeper:
    keeper = plant.parts.genealogy.keeper
    assert keeper is not None
    return keeper


def keep(plant: Plant) -> None:
    plant.transport.run(keeper_of(plant).keep(plant.parts.workers))


def ask(plant: Plant) -> httpx.Response:
    return plant.client("P-AUD").get("/api/trace/recall", params=LOT)


def codes(answer: dict[str, Any]) -> set[str]:
    return {one["code"] for one in answer["not_known"]}


def test_nothing_is_mapped_until_somebody_asks_and_then_it_is_said_what_rests_on_it(
    tmp_path: Path,
) -> None:
    with begun(tmp_path) as plant:
        graph = plant.parts.genealogy.graph
        assert (graph.mapped, graph.cursor) == (0, 0)
        first = ask(plant).json()
        assert 0 < graph.mapped < graph.cursor, "records newer than the arrays"
        assert first["levels"] == [1, 1]
        assert "snapshot-unchecked" in codes(first)
        keep(plant)
        assert "snapshot-unchecked" not in codes(ask(plant).json())


def test_arrays_that_are_hurt_are_built_anew_beside_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MUCH", 0)
    with begun(tmp_path) as plant:
        (hurt,) = (plant.folder.path / "genealogy").glob("arrays-*/units.at.npy")
        hurt.write_bytes(hurt.read_bytes()[:-1] + b"\xff")
        before = ask(plant).json()
        keep(plant)
        after = ask(plant).json()
        assert codes(before) - codes(after) == {"snapshot-unchecked"}
        changes = dict.fromkeys(("known", "not_known"), 0)
        assert before | changes == after | changes
        assert keeper_of(plant).checked


def test_arrays_are_in_memory_only_until_they_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DUE", 0)
    with begun(tmp_path) as plant:
        came = {"lot": "L1", "item": "SET-1"}
        for line in "12":
            moved(plant, line)
            before = asked(plant, came), without_known(ask(plant).json())
            assert before[1]["lines"] == int(line)
            keep(plant)
            assert on_disk(plant)
            assert (asked(plant, came), without_known(ask(plant).json())) == before


@pytest.mark.covers("F09")
@pytest.mark.parametrize("full", ["before", "within", "at the name"])
def test_a_disk_that_is_full_keeps_no_half_of_a_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    monkeypatch.setattr(keeping, "DUE", 0)

    def refuse(*_: object) -> None:
        raise Fault("disk-full")

    with begun(tmp_path) as plant:
        moved(plant)
        folder = plant.folder.path / "genealogy"
        (folder / "arrays-1").mkdir()  # of a process that was killed
        before = without_known(ask(plant).json())
        with monkeypatch.context() as broken:
            if full == "before":
                usage = shutil.disk_usage(folder)
                broken.setattr(shutil, "disk_usage", lambda _: usage._replace(free=SPARE))
            else:
                broken.setattr(files, "replace" if full == "at the name" else "writing", refuse)
            keep(plant)
        assert len([*folder.glob("arrays-*")]) == 1, "the one before, and nothing begun"
        assert not on_disk(plant), "it goes on in memory"
        assert Snapshots(folder, version("lotbook")).sound()
        assert without_known(ask(plant).json()) == before
        moved(plant, "2")
        keep(plant)
        assert on_disk(plant)
        assert ask(plant).json()["lines"] == 2


def on_disk(plant: Plant) -> bool:
    """Whether the arrays are mapped."""
    owner: Any = plant.parts.genealogy.graph.view().base.edges.parents
    while isinstance(owner, np.ndarray):
        owner = owner.base
    return isinstance(owner, mmap)


def asked(plant: Plant, lot: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    """What went into a lot."""
    answer = plant.client("P-AUD").get("/api/trace/origins", params=lot).json()
    return answer["lots"]


def without_known(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer but for how much of the log it rests on, and what was not looked at yet."""
    return {name: said for name, said in answer.items() if name not in {"known", "not_known"}}


def test_while_the_genealogy_is_built_questions_are_refused_and_records_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MUCH", 0)
    with plant_at(tmp_path) as plant, closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        keeper_of(plant).begin()
        refused = ask(plant)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.json()["message"] == "The genealogy is being built, 0 %."
        health = plant.client().get("/healthz")
        assert (health.status_code, health.json()["genealogy"]) == (200, "building, 0 %")

        building = plant.transport.run(beginning(plant))
        station.sign_off("JO-1")  # what comes between the pieces is in the first answer
        station.outbox.drain()
        moved(plant)
        plant.transport.run(asyncio.wait_for(building, 60))
        assert plant.client().get("/healthz").json()["genealogy"] == "ready"
        assert ask(plant).json()["lines"] == 1
        assert (plant.folder.path / "genealogy" / "header.json").exists()


async def beginning(plant: Plant) -> asyncio.Task[None]:
    """The building, under way."""
    task = asyncio.create_task(keeper_of(plant).keep(plant.parts.workers))
    await asyncio.sleep(0)
    return task


def moved(plant: Plant, number: str = "1") -> None:
    """A shipment is folded, which no route would take now."""
    line = {
        "line": number,
        "item": "SET-1",
        "lot": "L1",
        "quantity": "1",
        "unit": "ea",
        "serials": [],
    }
    said = {
        "id": f"SH-{number}",
        "consignee": "C",
        "at": "2026-03-03T08:00:00+08:00",
        "lines": [line],
    }
    acting = plant.parts.directory.unlock(badge("P-SUP"), SECRETS["P-SUP"])
    plant.parts.book.state("shipment.recorded", said, (acting.sign("shipment.recorded", said),))


def test_who_may_not_wait_has_it_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hold reaches downstream whatever else goes on: records are judged by it."""
    monkeypatch.setattr(keeping, "MUCH", 0)
    with plant_at(tmp_path) as plant, closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        keeper_of(plant).begin()
        building = plant.transport.run(beginning(plant))
        assert ("SET-1", "L1") in plant.parts.genealogy.downstream(*LOT.values())
        assert ask(plant).json()["levels"] == [1, 1]
        arrays = plant.parts.genealogy.graph.caught_up().base
        plant.transport.run(asyncio.wait_for(building, 60))
        assert plant.parts.genealogy.graph.caught_up().base is arrays
