"""What the server's own program does is in the trail too: commands, starts, stops, its clock."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from server.log.said import listening
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from server.log.book import Book
    from server.log.said import Said
    from sync.clock import Clock

LOG = logging.getLogger("lotbook.server")
STARTED, STOPPED, COMMAND, STEP = (
    "server.started", "server.stopped", "command.run", "server.clock-step",
)  # fmt: skip
STEP_LIMIT = timedelta(seconds=2)
"""A wall clock that moves this much against the monotonic one was set."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A program of the server: what was asked of it, by which account, on which machine."""

    command: str
    """As ``stations approve``."""
    arguments: dict[str, str]
    """As given; nothing that identifies a person's secret is among them."""
    user: str
    host: str
    version: str
    clock: str = "unknown"
    """Time quality of this machine when it was started."""

    def body(self) -> dict[str, Any]:
        """As it stands in leaves."""
        return {**msgspec.to_builtins(self), "place": self.host}


@contextmanager
def command_run(book: Book, running: Running) -> Iterator[Said]:
    """State what a command did, however it ends. In recovery nothing can be signed."""
    with listening() as said:
        result = "crashed"
        try:
            yield said
            result = said.result or "done"
        except Refusal as refusal:
            result = refusal.code
            raise
        except Fault as fault:
            result = fault.code
            raise
        finally:
            body = running.body() | {"result": result, "did": said.leaves, "tried": said.tried}
            state(book, COMMAND, body)


def state(book: Book, kind: str, body: dict[str, Any]) -> None:
    """State what has happened already; where that cannot be signed, the log file says so."""
    if book.recovery:
        LOG.warning("not in the trail, the server is in recovery: %s %s", kind, body)
        return
    try:
        book.state(kind, body)
    except Fault as fault:
        LOG.warning("not in the trail, %s: %s %s", fault, kind, body)


def clean(book: Book) -> bool:
    """Whether the server's last run ended as it was told to, and not by a crash or a power cut."""
    started = book.store.newest("trail", kind=STARTED)
    stopped = book.store.newest("trail", kind=STOPPED)
    return started is None or (stopped is not None and stopped["idx"] > started["idx"])


def settings(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Digests of the files that set the server up; empty for those that are not there."""
    return {name: _digest(folder / name) for name in names}


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()[:32]
    except OSError:
        return ""


class Steps:
    """Notices that this machine's clock was set while the server runs."""

    def __init__(self, book: Book, clock: Clock) -> None:
        """Into the book."""
        self._book, self._clock = book, clock
        self._wall, self._mono = clock.wall(), clock.monotonic_ns()

    def look(self) -> timedelta:
        """How far the clock was set since the last look; a step is stated."""
        wall, mono = self._clock.wall(), self._clock.monotonic_ns()
        expected = self._wall + timedelta(microseconds=(mono - self._mono) // 1000)
        step = wall - expected
        self._wall, self._mono = wall, mono
        if abs(step) > STEP_LIMIT:
            state(self._book, STEP, _step(expected, wall, step))
        return step


def _step(expected: datetime, found: datetime, step: timedelta) -> dict[str, Any]:
    ms = step // timedelta(milliseconds=1)
    return {"expected": expected.isoformat(), "found": found.isoformat(), "step_ms": ms}
