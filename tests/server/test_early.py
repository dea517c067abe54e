"""A server that starts answers what is asked for first before all of its routes are made."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.access import ACCESS
from server.api import early as module
from server.api.early import FIRST, Early
from server.app import started
from server.serve import _make
from tests.server.plant import Plant, credentials, plant_at

HEAVY = {
    "alembic", "biip", "fastapi", "httpx", "jinja2", "psycopg", "pydantic", "ruamel", "segno",
    "sqlalchemy", "typst",
}  # fmt: skip
"""Libraries that no first answer of a server with a file of its own needs."""
LATER = {"server.console", "server.evidence.gather", "server.plan", "server.verbs", "server.doctor"}
"""The same of ours."""


def test_what_has_a_door_is_a_route_of_the_access_table() -> None:
    assert {("POST", "/api/sessions"), ("GET", "/api/trace/recall")} < FIRST < set(ACCESS)


class Started:
    """A server's application while its whole is being made, in one loop."""

    def __init__(self, plant: Plant) -> None:
        self.guard, self.early = started(plant.parts)
        transport = httpx.ASGITransport(app=self.guard, raise_app_exceptions=True)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://server")

    async def sign_in(self) -> None:
        answer = await self.client.post("/api/sessions", json=credentials("P-AUD"))
        assert answer.status_code == 200, answer.text
        self.client.headers["authorization"] = f"Bearer {answer.json()['token']}"


def test_a_trace_is_answered_before_the_whole_is_made_and_noted_all_the_same(plant: Plant) -> None:
    async def play() -> None:
        server = Started(plant)
        asked = {"item": "TUB-1", "lot": "T1"}
        refused = await server.client.get("/api/trace/recall", params=asked)
        assert refused.status_code == 401, "nobody is signed in"
        await server.sign_in()
        answer = await server.client.get("/api/trace/recall", params=asked)
        assert answer.status_code == 200, answer.text
        assert plant.parts.trail.newest(1)[0]["route"] == "GET /api/trace/recall"
        assert server.early.whole is None

    asyncio.run(play())


def test_what_is_not_among_the_first_has_the_whole_made_and_waits(plant: Plant) -> None:
    async def play() -> None:
        server = Started(plant)
        asked = [
            asyncio.create_task(server.client.get(path))
            for path in ("/console/sign-in", "/openapi.json", "/nowhere")
        ]
        wrong = asyncio.create_task(server.client.put("/healthz"))
        await asyncio.sleep(0.01)
        assert not any(one.done() for one in (*asked, wrong))
        await asyncio.wait_for(server.early.make(), 60)
        page, schema, nowhere = [await one for one in asked]
        assert (page.status_code, nowhere.status_code) == (200, 404)
        assert "/console/jobs" not in schema.json()["paths"]
        assert "/api/recalls" in schema.json()["paths"]
        assert (await wrong).status_code == 405
        await server.sign_in()
        assert (await server.client.get("/api/jobs")).status_code == 200

    asyncio.run(play())


def test_the_whole_waits_while_the_doors_are_asked_but_not_for_ever(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOMENT_S", 0.01)
    monkeypatch.setattr(module, "MOMENTS", 1_000)
    asyncio.run(asyncio.wait_for(Started(plant).early.make(), 60))  # nobody asks
    looks = count()
    somebody = property(lambda _: next(looks), lambda _self, _answers: None)
    monkeypatch.setattr(Early, "_answers", somebody, raising=False)
    monkeypatch.setattr(module, "MOMENTS", 3)
    server = Started(plant)
    asyncio.run(asyncio.wait_for(server.early.make(), 60))
    assert next(looks) == 2 * 3
    assert server.early.whole is not None


def test_the_whole_waits_for_nobody_who_reads_a_large_file(plant: Plant) -> None:
    async def play() -> None:
        server, read = Started(plant), threading.Event()
        reading = asyncio.create_task(plant.parts.workers.read(read.wait))
        await asyncio.sleep(0.01)
        asked = asyncio.create_task(server.client.get("/console/sign-in"))
        try:
            await asyncio.wait_for(server.early.make(), 60)
            assert (await asked).status_code == 200
            assert not reading.done()
        finally:
            read.set()
        assert await reading

    asyncio.run(play())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b'{"badge": "x", "secret": "y", "more": "z"}', "application/json"),
        (b'{"badge": "", "secret": "y"}', "application/json"),
        (b'{"badge": "x", "secret": 1}', "application/json"),
        (b'{"badge": "x", "secret": "' + b"y" * 201 + b'"}', "application/json"),
        (b'{"badge": "x", "secret": "y"}', "text/plain"),
        (b"[]", "application/json"),
    ],
)
def test_an_unusual_sign_in_waits_and_is_answered_by_the_route(
    plant: Plant, body: bytes, kind: str
) -> None:
    async def play() -> None:
        server = Started(plant)
        headers = {"content-type": kind}

        async def ask() -> tuple[int, str]:
            answer = await server.client.post("/api/sessions", content=body, headers=headers)
            return answer.status_code, answer.json()["code"]

        early = asyncio.create_task(ask())
        await asyncio.wait_for(server.early.make(), 60)
        assert await early == await ask()
        assert (await early)[0] in {400, 422}

    asyncio.run(play())


def test_signing_in_is_refused_and_noted_alike_before_and_after(plant: Plant) -> None:
    async def play() -> None:
        server, told = Started(plant), list[tuple[Any, ...]]()
        for _ in range(2):
            wrong = await server.client.post("/api/sessions", json=SIGN_IN)
            row = plant.parts.trail.newest(1)[0]
            told.append((wrong.status_code, wrong.json(), row["route"], row["result"]))
            good = await server.client.post("/api/sessions", json=credentials("P-AUD"))
            row = plant.parts.trail.newest(1)[0]
            told.append((good.json() | {"token": ""}, row["route"], row["about"], row["role"]))
            if server.early.whole is None:
                await server.early.make()
        assert told[:2] == told[2:]
        assert told[0][0] == 401

    asyncio.run(play())


SIGN_IN = {**credentials("P-AUD"), "secret": "not-the-auditor-s"}


def test_nobody_asks_and_the_whole_is_made_a_moment_later(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOMENT_S", 0.01)

    async def play() -> None:
        server = Started(plant)
        await asyncio.wait_for(server.early.make(), 60)
        assert server.early.whole is not None

    asyncio.run(play())


class Server:
    """Of uvicorn's, what is told to stop."""

    should_exit = False


def test_a_whole_that_cannot_be_made_ends_the_server_and_who_waits_is_not_answered(
    plant: Plant,
) -> None:
    def broken() -> Any:  # noqa: ANN401 - never an application
        raise ValueError("routes without an entry in the access table")

    async def play() -> None:
        early, server = Early(plant.parts, broken), Server()
        transport = httpx.ASGITransport(app=early)
        client = httpx.AsyncClient(transport=transport, base_url="http://server")
        waits = asyncio.create_task(client.get("/console"))
        with pytest.raises(ValueError, match="access table"):
            await _make(early, server)  # type: ignore[arg-type]
        assert server.should_exit
        with pytest.raises(RuntimeError, match="could not be made"):
            await waits

    asyncio.run(play())


SCRIPT = """
import http.client, json, os, signal, socket, sys, threading, time
from server import cli
data, port, badge, secret = sys.argv[1:]
def ask():
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
            line.connect()
            break
        except OSError:
            time.sleep(0.01)
    try:
        token = json.loads(said(line, "POST", "/api/sessions", {"badge": badge, "secret": secret}))
        line.headers = {"authorization": "Bearer " + token["token"]}
        said(line, "GET", "/api/trace/where-used?item=TUB-1&lot=T1")
        print(json.dumps(sorted(sys.modules)), file=sys.stderr)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
def said(line, method, path, body=None):
    kind = {"content-type": "application/json"} if body else {}
    headers = {**kind, **getattr(line, "headers", {})}
    line.request(method, path, json.dumps(body) if body else None, headers)
    answer = line.getresponse()
    assert answer.status == 200, answer.read()
    return answer.read()
threading.Thread(target=ask).start()
sys.exit(cli.main(["run", "--data", data, "--port", port]))
"""
"""Starts the program, asks it as soon as it listens, tells what was imported by the answer."""


def test_the_first_answer_waits_for_no_library_it_does_not_need(tmp_path: Path) -> None:
    with plant_at(tmp_path):
        pass
    given = credentials("P-AUD")
    words = [str(tmp_path / "data"), str(free_port()), given["badge"], given["secret"]]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stderr.splitlines()[0])
    assert "server.api.questions" in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert not LATER & set(loaded)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
