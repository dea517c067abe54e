"""Fixtures: a founded plant, and a store of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.postgres import PostgresStore
from server.store.protocol import Store
from server.store.sqlite import SqliteStore
from tests import postgres
from tests.server.plant import Plant, plant_at


@pytest.fixture
def plant(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Plant]:
    kind = getattr(request, "param", "sqlite")
    with plant_at(tmp_path, postgres=kind == "postgres") as one:
        yield one


@pytest.fixture(params=["sqlite", "postgres"])
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty one: whatever holds for a store holds for both."""
    made: Store = (
        PostgresStore(postgres.fresh())
        if request.param == "postgres"
        else SqliteStore(tmp_path / "store.db")
    )
    yield made
    made.close()
