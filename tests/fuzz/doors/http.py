"""The server's door: requests of any shape to every route, in process, through the guard.

An input is text: ``METHOD URL``, header lines, a blank line, the body. ``as: P-QA`` stands for that
person's bearer token, so that bodies get past the sign-in.
"""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any
from urllib.parse import unquote

from server.access import ACCESS
from server.app import application
from server.console.routes import CONSOLE_ACCESS
from sync.protocol import JSON_TYPE
from tests.fuzz.doors import samples
from tests.fuzz.doors.plants import lasting_plant
from tests.fuzz.json_trees import JsonTrees
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Check, Inputs, Target, same
from tests.server.plant import MASTER, SECRETS, Plant, badge, credentials
from tests.server.test_doors import url_of

TOKENS_LAST = 400
"""Requests until everybody signs in anew and an hour has passed (locks and windows end)."""

_ACT = {"badge": badge("P-QA"), "secret": SECRETS["P-QA"], "reason": "because"}
BODIES: list[dict[str, Any]] = [
    {**_ACT, "item": "TUB-1", "lot": "T1"},
    {**_ACT, "decision": "rejected", "text_digest": ""},
    {**_ACT, "status": "hold"},
    {**_ACT, "item": "TUB-1", "lot": "N1", "quantity": "12.5", "unit": "m", "expiry": "2031-06-30",
     "supplier": "SUP-1", "status": "quarantine"},
    {**credentials("P-SUP"), "id": "JO-9", "lot": "L9", "units": 1, "work_master": "SMALL",
     "serials": ["N1"]},
    {**_ACT, "text": MASTER.replace("revision: 1", "revision: 2")},
    {**_ACT, "valid_to": 3},
    {"id": "P-NEW", "name": "New", "classes": ["operator"], "badge": "LB:ID:NEW",
     "secret": "new-secret", "document": "passport", "checked_by": "P-QA", "qualified": ["*"],
     "first": credentials("P-ADM"), "second": credentials("P-QA")},
    credentials("P-AUD"), *samples.MESSAGES[8:],
]  # fmt: skip
_PEOPLE = ("P-OP", "P-SUP", "P-QA", "P-ADM", "P-AUD", "nobody")
_QUERIES = (
    "", "?origin=a/b/c/1", "?first=0&second=1", "?item=TUB-1&lot=T1", "?decision=released",
    "?item=e%CC%81&lot=T1",
    "?start=0&stop=5", "?saved=-1", "?first=99999999999999999999&second=x", "?item=%00&lot=%ff",
    "?language=zh_CN", "?decision=released&decision=x", "?" + "a=1&" * 300,
)  # fmt: skip


def requests(chance: Random) -> Inputs:
    """Requests to every route, their bodies, paths and headers hurt."""
    grown = JsonTrees(chance, BODIES)
    routes = [(method, url_of(path)) for method, path in (*ACCESS, *CONSOLE_ACCESS)]
    hurt = Mutator(
        chance, [b"/api/jobs/JO-1", b"/console/jobs/JO-1/release", b"/logs/a/b/c/1/head"]
    )

    def give() -> bytes:
        method, url = chance.choice(routes)
        if chance.random() < 0.1:
            url = hurt.next()[:200].decode("latin-1").replace("\n", "").replace(" ", "")
        lines = [f"{method} {url.replace('{tag}', 'en')}{chance.choice(_QUERIES)}", "host: x"]
        lines.append(f"as: {chance.choice(_PEOPLE)}")
        form = "/console" in url and chance.random() < 0.7
        kind = "application/x-www-form-urlencoded" if form else JSON_TYPE
        lines.append(f"content-type: {kind if chance.random() < 0.95 else 'multipart/form-data'}")
        body = b"csrf=0&badge=%ff&secret=a" if form else grown.next()
        return "\n".join(lines).encode("utf-8", "replace") + b"\n\n" + body

    return give


def routes() -> Check:
    """No request is the server's fault, and every refusal of the interface has code and hint."""
    caller = Caller(lasting_plant())

    def check(data: bytes) -> bool:
        status, headers, body = caller.ask(data)
        same("not the server's fault", status < 500 or status in {503, 507}, True)
        same("nosniff", headers.get(b"x-content-type-options"), b"nosniff")
        if status >= 400 and headers.get(b"content-type", b"") == b"application/json":
            same("told", {"code", "message", "hint"} <= set(json.loads(body)), True)
        return status < 400

    return check


class Caller:
    """Gives text requests to the application, signing people in as needed."""

    def __init__(self, plant: Plant) -> None:
        """Over a plant's parts."""
        self._plant = plant
        self._app = application(plant.parts)
        self._runner: asyncio.Runner = plant.transport._runner
        self._calls = 0

    def ask(self, data: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers and body of the answer."""
        self._calls += 1
        if self._calls % TOKENS_LAST == 0:
            self._plant.clock.pass_(3_600)
            self._plant.tokens.clear()
        head, _, body = data.partition(b"\n\n")
        lines = head.split(b"\n")
        method, _, url = lines[0].partition(b" ")
        headers = [self._header(line) for line in lines[1:] if line]
        return self._runner.run(self._call(method, url, headers, body))

    def _header(self, line: bytes) -> tuple[bytes, bytes]:
        name, _, value = line.partition(b": ")
        if name != b"as":
            return name.lower(), value
        person = value.decode("latin-1")
        token = self._token(person) if person in SECRETS else person
        return b"authorization", f"Bearer {token}".encode("latin-1", "replace")

    def _token(self, person: str) -> str:
        if person not in self._plant.tokens:
            signed_in = self._runner.run(
                self._plant.parts.sessions.sign_in(
                    badge(person), SECRETS[person], self._plant.parts.workers
                )
            )
            self._plant.tokens[person] = signed_in.token
        return self._plant.tokens[person]

    async def _call(
        self, method: bytes, url: bytes, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        path, _, query = url.partition(b"?")
        found: list[Any] = []
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
            "method": method.decode("latin-1").upper(), "scheme": "http",
            "path": unquote(path.decode("latin-1")), "raw_path": path, "query_string": query,
            "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("x", 80),
        }  # fmt: skip

        pieces = [body]

        async def receive() -> dict[str, object]:
            if not pieces:  # the caller stays and says nothing more, as at a real server
                await asyncio.get_running_loop().create_future()
            return {"type": "http.request", "body": pieces.pop(), "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
            found.append(message)

        await self._app(scope, receive, send)
        content = b"".join(one.get("body", b"") for one in found[1:])
        return found[0]["status"], dict(found[0]["headers"]), content


TARGETS = (Target("routes", 3, requests, routes, 3_000),)
