"""A server in a process of its own that is killed (SIGKILL) at a drawn moment of a push.

The moment is a statement of its database, counted from the first push of its life on: between two
writes of a batch, before or after the COMMIT; or the one between the commit and the answer.
"""

from __future__ import annotations

import asyncio
import os
import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

import httpx

from server.app import application
from tests.server.plant import InProcess

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from random import Random

    from server.folder import DataFolder

STATEMENTS = 50
"""Among so many the moment is drawn: a push of a few records has about half as many."""
UNANSWERED = 4
"""One life in so many ends between a push and its answer."""
CONTEXT = get_context("fork")


class Asked(NamedTuple):
    """A request on its way to the process."""

    method: str
    url: str
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def pushes(self) -> bool:
        """Whether it brings entries."""
        return self.method == "POST" and "/entries" in self.url


class Mortal(httpx.BaseTransport):
    """The line to a server that is started again whenever it was killed."""

    def __init__(self, folder: DataFolder, chance: Random) -> None:
        self._folder, self._chance = folder, chance
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self.immortal = False
        self.deaths, self.unanswered = 0, 0
        """How often it was killed, and how often of these after the push was dealt with."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = Asked(request.method, str(request.url), request.headers.raw, request.read())
        line = self._line or self._started()
        try:
            line.send(asked)
            status, headers, body = line.recv()
        except (EOFError, OSError) as error:
            self._buried()
            raise httpx.ReadError("the server died", request=request) from error
        return httpx.Response(status, headers=headers, content=body)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _started(self) -> Connection:
        self._line, theirs = CONTEXT.Pipe()
        unanswered = self._chance.randrange(UNANSWERED) == 0
        at = self._chance.randint(1, STATEMENTS)
        moment = None if self.immortal else (0 if unanswered else at)
        self._process = CONTEXT.Process(target=live, args=(self._folder, theirs, moment))
        self._process.start()
        theirs.close()
        self.unanswered += moment == 0
        return self._line

    def _buried(self) -> None:
        assert self._process is not None
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL, "it dies of nothing else"
        self.deaths += 1
        self._process = self._line = None


def live(folder: DataFolder, line: Connection, moment: int | None) -> None:
    """Answer until the moment; 0: with the first push dealt with; None: for ever."""
    with folder.open() as parts, asyncio.Runner() as runner:
        inside = InProcess(application(parts), runner)
        count = 0

        def counted(_statement: str) -> None:
            nonlocal count
            count += 1
            if count == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        while True:
            asked: Asked = line.recv()
            if asked.pushes and moment:
                parts.store._connection.set_trace_callback(counted)  # type: ignore[attr-defined]
            answer = inside.handle_request(
                httpx.Request(asked.method, asked.url, headers=asked.headers, content=asked.body)
            )
            if asked.pushes and moment == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            line.send((answer.status_code, answer.headers.raw, answer.content))
