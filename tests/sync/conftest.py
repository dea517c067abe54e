from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.sqlite import Database, open_database
from sync.testing import ManualClock, MemoryServer
from tests.sync.plant import ORIGIN


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def station() -> TestSigner:
    return TestSigner(ORIGIN, "station")


@pytest.fixture
def server(clock: ManualClock, station: TestSigner) -> MemoryServer:
    server = MemoryServer(TestSigner("lotbook.test/S1/log", "server"), clock)
    server.enrol(Verifier.of(station))
    return server


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "station.db")
    yield database
    database.close()


@pytest.fixture
def journal(database: Database, station: TestSigner, clock: ManualClock) -> Journal:
    return Journal(database, ORIGIN, station, clock)
