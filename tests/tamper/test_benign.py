"""What may happen to honest data raises nothing: ten benign changes, a thousand clean cycles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.fsck import examine
from server.store.schema import DESK
from sync.journal import CLOCK_STEP, Journal
from sync.keyring import read_keys
from sync.outbox import Outbox
from sync.sqlite import open_database
from sync.testing import ManualClock
from sync.verify_input import verify_path
from tests.server.plant import Plant, Station, plant_at
from tests.server.test_shift import played
from tests.tamper.plant import exported
from tests.verify import journal_plant


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with plant_at(tmp_path) as one:
        yield one


def raises_nothing(plant: Plant, folder: Path) -> None:
    """fsck, and the auditor's check of all there is, with an eye on the export before."""
    assert examine(plant.parts) == []
    found = verify_path(exported(plant, folder), read_keys(plant.folder.keys()))
    assert found.sound, found.text("en")
    shutil.rmtree(folder)


@pytest.mark.covers("TB01", "TB02")
@pytest.mark.parametrize(
    "care", ["REINDEX", "VACUUM", "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]
)
def test_care_of_the_databases(plant: Plant, tmp_path: Path, care: str) -> None:
    played(plant)
    plant.parts.store._connection.execute(care)  # type: ignore[attr-defined]
    assert verify_path(exported(plant, tmp_path / "out"), read_keys(plant.folder.keys())).sound
    if care != "ANALYZE":  # its statistics are a table of the engine's own
        raises_nothing(plant, tmp_path / "again")
    path = journal_plant.make(tmp_path / "station.db")
    database = open_database(path)
    database.connection.execute(care)
    database.close()
    assert verify_path(path, journal_plant.ring()).sound


@pytest.mark.covers("TB04", "A51")
def test_records_and_statements_of_another_version(
    plant: Plant, tmp_path: Path, repository: Path
) -> None:
    """A backlog written by an older program, and kinds that only a newer one knows."""
    station = plant.station()
    vectors = sorted((repository / "tests" / "vectors" / "forms").glob("*.least.json"))
    assert len(vectors) > 20
    for file in vectors:
        kind = file.name.removesuffix(".least.json")
        station.journal.append(kind, json.loads(file.read_bytes()))
    station.journal.append("from.the.future", {"anything": ["at", "all"]})
    station.outbox.drain()
    plant.parts.book.state("future.statement", {"anything": 1})
    counts = station.journal.counts()
    assert counts.accepted == counts.saved
    assert plant.parts.store.rows("quarantine") == []
    assert examine(plant.parts) == []


@pytest.mark.covers("TB06", "A45")
def test_a_clock_that_leaps_changes_no_order(plant: Plant, tmp_path: Path) -> None:
    station, clock = plant.station(), ManualClock()
    station.journal = Journal(station.database, station.origin, station.signer, clock)
    station.outbox = Outbox(station.journal, station.service, plant.parts.verifier)
    for days in (1, -1, 0, -10_000, 10_000):
        clock.pass_(60)
        station.sign_in("P-OP")
        clock.now += timedelta(days=days)
        station.sign_in("P-SUP")
        station.outbox.drain()
    entries = [json.loads(one.data) for one in station.journal.entries(0, station.journal.size)]
    assert [one["index"] for one in entries] == list(range(len(entries)))
    steps = [one for one in entries if one["kind"] == CLOCK_STEP]
    assert len(steps) == 4
    assert all(abs(one["body"]["step_ms"]) >= 86_390_000 for one in steps)
    raises_nothing(plant, tmp_path / "out")


@pytest.mark.covers("TB07", "TB08", "A33")
def test_late_and_doubled_records(plant: Plant, tmp_path: Path) -> None:
    late, early = plant.station("ST-01"), plant.station("ST-02")
    for _ in range(5):
        late.sign_in("P-OP")
        early.sign_in("P-SUP")
        early.outbox.drain()
    late.outbox.drain()
    batch = late.journal.batch(0)
    again = [late.service.push(late.origin, 0, batch.entries, batch.head) for _ in range(3)]
    assert len({getattr(one, "receipt", "") for one in again}) == 1
    raises_nothing(plant, tmp_path / "out")


@pytest.mark.covers("TB09")
def test_what_is_short_lived_may_go(plant: Plant, tmp_path: Path) -> None:
    played(plant)
    with plant.parts.store.transaction():
        for table in DESK:
            plant.parts.store.remove(table)
    raises_nothing(plant, tmp_path / "out")


CYCLES = 1_000


@pytest.mark.timeout(600)
@pytest.mark.covers("T10", "A52")
def test_a_thousand_clean_cycles_raise_nothing(plant: Plant, tmp_path: Path) -> None:
    stations = [plant.station("ST-01"), plant.station("ST-02")]
    for cycle in range(CYCLES):
        station = stations[cycle % 3 % 2]
        plant.clock.pass_(30)
        station.journal.append("bench.note", {"n": cycle})
        if cycle % 4 == 0:
            drained(station)
        if cycle % 500 == 499:
            raises_nothing(plant, tmp_path / "out")
    for station in stations:
        drained(station)
        assert station.journal.counts().accepted == station.journal.size
    raises_nothing(plant, tmp_path / "out")


def drained(station: Station) -> None:
    station.outbox.drain()
