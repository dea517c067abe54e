"""A small plant in memory: a founded server, its application, and stations that talk to it."""

from __future__ import annotations

import asyncio
import atexit
import shutil
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import httpx
import nacl.utils
import pytest

from server.app import application
from server.folder import DataFolder
from server.parts import Parts
from server.plan import read_plan
from server.store.opening import FILE as PLACE
from server.store.opening import keep_place
from sync.keys import TEST_COST
from sync.testing import ManualClock
from tests import postgres as postgres_of_test
from tests.server.planned import MASTER, PLAN, PREFIX, SECRETS, badge, credentials
from tests.server.station import TEXT, Station, TestPerson

T = TypeVar("T")
TEMPLATE = "founded"
"""The database of a plant that is copied."""
BOTH = pytest.mark.parametrize("plant", ["sqlite", "postgres"], indirect=True)
"""For a test to be run on both stores."""


class InProcess(httpx.BaseTransport):
    """Carries requests into an ASGI application in this thread; every answer is whole."""

    def __init__(
        self,
        app: Any,  # noqa: ANN401 - ASGI
        runner: asyncio.Runner,
    ) -> None:
        self._inner = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self._runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def carry() -> httpx.Response:
            headers, body = request.headers, request.read()
            asked = httpx.Request(request.method, request.url, headers=headers, content=body)
            answer = await self._inner.handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        return self._runner.run(carry())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the server's own work on its loop."""
        return self._runner.run(work)


@dataclass
class Plant:
    """The server's parts and doors to it."""

    folder: DataFolder
    parts: Parts
    clock: ManualClock
    transport: InProcess
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str = "") -> httpx.Client:
        """An HTTP client, signed in as ``person`` if one is named."""
        client = httpx.Client(transport=self.transport, base_url="http://server")
        if person:
            if person not in self.tokens:
                answer = client.post("/api/sessions", json=credentials(person))
                assert answer.status_code == 200, answer.text
                self.tokens[person] = answer.json()["token"]
            client.headers["authorization"] = f"Bearer {self.tokens[person]}"
        return client

    def act(self, person: str, path: str, **body: object) -> httpx.Response:
        """A signed act of ``person``."""
        return self.client(person).post(path, json={**credentials(person), **body})

    def station(self, name: str = "ST-01", *, epoch: int = 1, approve: bool = True) -> Station:
        """A station that asked for enrolment and was approved by two."""
        station = Station(self, f"{PREFIX}/{name}/{epoch}", name)
        station.service.enrol(name)
        if approve:
            for person in ("P-ADM", "P-QA"):
                answer = self.act(person, f"/api/stations/{name}/approvals")
                assert answer.status_code == 200, answer.text
            station.refresh()
        return station


@contextmanager
def plant_at(
    path: Path, reserve_mib: int = 0, *, own_keys: bool = False, postgres: bool = False
) -> Iterator[Plant]:
    """A plant founded in ``path``, open until the end.

    Founding takes longer than most tests: unless a test needs ``own_keys``, it gets a copy of a
    plant founded once in this process.
    """
    if own_keys:
        _found(path)
    else:
        shutil.copytree(_founded(postgres=postgres), path, dirs_exist_ok=True)
    if postgres:
        (path / "data" / PLACE).unlink()
        keep_place(path / "data", postgres_of_test.url_of(postgres_of_test.copied(TEMPLATE)))
    clock = ManualClock()
    folder = _folder(path, clock)
    with folder.open(reserve_mib=reserve_mib) as parts, asyncio.Runner() as runner:
        transport = InProcess(application(parts), runner)
        yield Plant(folder, parts, clock, transport)


def _folder(path: Path, clock: ManualClock, database: str = "") -> DataFolder:
    folder = DataFolder(path / "data", clock, nacl.utils.random, TEST_COST)
    folder.database = database
    return folder


def _found(path: Path, database: str = "") -> None:
    """Write a plan and found the plant of it."""
    (path / "plan").mkdir()
    (path / "plan" / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (path / "plan" / "small.yaml").write_text(MASTER, encoding="utf-8")
    folder = _folder(path, ManualClock(), database)
    folder.init(read_plan(path / "plan" / "plan.yaml"), path / "plan", {})


@cache
def _founded(*, postgres: bool = False) -> Path:
    """A plant that is copied, never opened; gone when the process ends."""
    path = Path(mkdtemp())
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    if postgres:
        postgres_of_test.order(f"CREATE DATABASE {TEMPLATE}")
    _found(path, postgres_of_test.url_of(TEMPLATE) if postgres else "")
    return path


__all__ = [
    "BOTH",
    "MASTER",
    "PLAN",
    "PREFIX",
    "SECRETS",
    "TEXT",
    "InProcess",
    "Plant",
    "Station",
    "TestPerson",
    "badge",
    "credentials",
    "plant_at",
]
