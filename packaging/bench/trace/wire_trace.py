"""Lotbook as it is used: a real server process, a person's session, a connection that is kept."""

from __future__ import annotations

import http.client
import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from fresh import holds_fresh
from serving import PEOPLE, SECRETS, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lotbook import Made
    from question import Question
    from serving import Served

RECALL, BACK, USES = "/api/trace/recall", "/api/trace/origins", "/api/trace/where-used"
PATIENCE_S = 3_600
IDLE_S = 10
"""After so long the line is opened anew: the server hangs up on who says nothing for 15 s."""
WHO = "P-QA"
_FIRST_ERROR = 400


class Online:
    """A person at a running server (:class:`question.Peer`)."""

    def __init__(self, served: Served, asked: Question, name: str, who: str = WHO) -> None:
        """Sign in as ``who``."""
        self.served, self.started_s = served, 0.0
        self.name, self._lots = name, asked.lots
        self._line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE_S)
        self._used = time.monotonic()
        self.credentials = {"badge": PEOPLE[who][1], "secret": SECRETS[who]}
        self._token = ""
        self._token = str(self.post("/api/sessions", self.credentials)["token"])

    def forward(self, lot: int) -> bytes:
        """Every shipment line."""
        return self._get(RECALL, lot)

    def backward(self, lot: int) -> bytes:
        """Every lot that went in."""
        return self._get(BACK, lot)

    def uses(self, lot: int) -> bytes:
        """Every lot it went into."""
        return self._get(USES, lot)

    def _get(self, path: str, lot: int) -> bytes:
        row = self._lots[lot]
        return self.ask("GET", f"{path}?{urlencode({'item': row['item'], 'lot': row['lot']})}")

    def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """A list or a thing."""
        return orjson.loads(self.ask("GET", path))

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """An act."""
        return orjson.loads(self.ask("POST", path, orjson.dumps(body)))

    def ask(self, method: str, target: str, body: bytes = b"") -> bytes:
        """One request over the kept connection; SystemExit with what was said against it.

        A first start builds the genealogy beside its work: then it is asked again.
        """
        until = time.monotonic() + PATIENCE_S
        while (data := self._once(method, target, body)) is None and time.monotonic() < until:
            time.sleep(1)
        if data is None:
            raise SystemExit(target)
        return data

    def _once(self, method: str, target: str, body: bytes) -> bytes | None:
        """The answer; None if the server asks to come again."""
        headers = {"content-type": "application/json"} if body else {}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        if time.monotonic() - self._used > IDLE_S:
            self._line.close()
        self._line.request(method, target, body or None, headers)
        answer = self._line.getresponse()
        data = answer.read()
        self._used = time.monotonic()
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE and b"genealogy-building" in data:
            return None
        if answer.status >= _FIRST_ERROR:
            message = f"{self.name}: {method} {target}: {answer.status} {data[:300]!r}"
            raise SystemExit(message)
        return data

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@contextmanager
def online(of: Made, asked: Question, name: str, first: int | None = None) -> Iterator[Online]:
    """The server started; ``first``: a lot that a station's record names, asked about at once.

    ``started_s`` is how long it took from the start of the process until that was answered rightly.
    """
    began = time.perf_counter()
    with running(of.path, of.server, PATIENCE_S) as served:
        line = Online(served, asked, name)
        if first is not None:
            _rightly(line, first)
        line.started_s = time.perf_counter() - began
        yield line
        line.close()


def _rightly(line: Online, first: int) -> None:
    """Refuse an answer without what a station recorded before the restart."""
    if not holds_fresh(line.uses(first)):
        message = f"{line.name}: the first answer lacks the newest edge"
        raise SystemExit(message)
