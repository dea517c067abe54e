"""Lotbook as it is used: a real server process, a person's session, a connection that is kept."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from fresh import holds_fresh
from serving import PEOPLE, SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lotbook import Made
    from question import Question

RECALL, BACK, USES = "/api/trace/recall", "/api/trace/origins", "/api/trace/where-used"
PATIENCE_S = 3_600
WHO = "P-QA"
_FIRST_ERROR = 400


class Online:
    """A person at a running server (:class:`question.Peer`)."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, asked: Question,
                 name: str) -> None:  # fmt: skip
        """Sign in, as soon as it answers."""
        self.url, self.started_s = f"http://127.0.0.1:{port}", 0.0
        self.name, self._lots, self._process = name, asked.lots, process
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.credentials = {"badge": PEOPLE[WHO][1], "secret": SECRETS[WHO]}
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

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """An act."""
        return orjson.loads(self.ask("POST", path, orjson.dumps(body)))

    def ask(self, method: str, target: str, body: bytes = b"") -> bytes:
        """One request over the kept connection; SystemExit with what was said against it."""
        headers = {"content-type": "application/json"} if body else {}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        self._line.request(method, target, body or None, headers)
        answer = self._line.getresponse()
        data = answer.read()
        if answer.status >= _FIRST_ERROR:
            message = f"{self.name}: {method} {target}: {answer.status} {data[:300]!r}"
            raise SystemExit(message)
        return data

    def memory_peak(self) -> int:
        """Bytes that the server process held at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def close(self) -> None:
        """Hang up."""
        self._line.close()


@contextmanager
def online(of: Made, asked: Question, name: str, first: int | None = None) -> Iterator[Online]:
    """The server started; ``first``: a lot that a station's record names, asked about at once.

    ``started_s`` is how long it took from the start of the process until that was answered rightly.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "server.cli", "run", "--data", str(of.path),
               "--port", str(port)]  # fmt: skip
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            line = Online(process, port, asked, name)
            if first is not None:
                _rightly(line, first)
            line.started_s = time.perf_counter() - began
            yield line
            line.close()
        finally:
            process.terminate()


def _rightly(line: Online, first: int) -> None:
    """Refuse an answer without what a station recorded before the restart."""
    if not holds_fresh(line.uses(first)):
        message = f"{line.name}: the first answer lacks the newest edge"
        raise SystemExit(message)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Until somebody listens: looked at every 5 ms, so that the start-up is not rounded."""
    began = time.perf_counter()
    while process.poll() is None and time.perf_counter() - began < PATIENCE_S:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    message = "the server did not start"
    raise SystemExit(message)
