"""The page Status and the doctor say which servers live, which serves, and what copies do."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from server.api.application import create_app
from server.console import interfaces
from server.store.fleet import Copy, Fleet, Living, Serving
from tests.console.test_console import entered
from tests.server.plant import InProcess, Plant, plant_at

STATUS = "/console/status"
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
FLEET = Fleet(
    Serving(3, "one", "https://10.0.0.11:8443", NOW),
    (Living("one", "10.0.0.11", NOW, True), Living("two", "10.0.0.12", NOW, False)),
    (Copy("db2", "streaming", "sync", 0, 0.0), Copy("db3", "", "", -1, 0.0)),
)


@pytest.mark.covers("F43")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("serves", "stands by", "do not wait for it")),
        ("zh", ("提供服务", "待命", "不等待该副本")),
    ],
)
def test_servers_and_copies_are_shown(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    client = entered(plant, "P-QA", language)
    assert "https://10.0.0.11:8443" not in client.get(STATUS).text, "one file, one server"
    monkeypatch.setattr(plant.parts.store, "fleet", lambda: FLEET)
    page = client.get(STATUS).text
    for word in (*words, "https://10.0.0.11:8443", "10.0.0.12", "db2", "db3"):
        assert word in page


@pytest.mark.covers("F43")
def test_a_server_on_postgresql_knows_itself(tmp_path: Path) -> None:
    with plant_at(tmp_path, postgres=True) as plant:
        app = create_app(plant.parts, interfaces())
        plant.transport = InProcess(app, plant.transport._runner)
        plant.parts.store.announce("one", "http://10.0.0.11:8080")
        with closing(plant.folder.onlooker("two")):
            page = entered(plant, "P-QA").get(STATUS).text
            assert "http://10.0.0.11:8080" in page
            assert "two" in page
            found = plant.client("P-QA").get("/api/doctor").json()["findings"]
        line = next(one for one in found if one["check"] == "servers")
        assert line["state"] == "ok"
        assert "one serves since" in line["what"]["en"]
        assert msgspec.json.encode(plant.parts.store.fleet())
