"""A terminal's ways out, without threads: everything happens at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from devices.commands import AnyCommand
from sync.faults import Fault
from sync.testing import ManualClock
from terminal.capture_sign import Capture
from terminal.rescuer import Written, export
from terminal.unsent import Unsent, look
from terminal.views import Frame
from tests.terminal.documents import NOW

T = TypeVar("T")


@dataclass
class Times:
    """Both clocks, moved by hand."""

    clock: ManualClock
    slept_ns: int = 0

    def now(self) -> datetime:
        """Wall time."""
        return self.clock.wall()

    def monotonic_ns(self) -> int:
        """Monotonic time, awake."""
        return self.clock.monotonic_ns() - self.slept_ns

    def elapsed_ns(self) -> int:
        """Monotonic time."""
        return self.clock.monotonic_ns()


@dataclass
class DirectRescuer:
    """The real work of the rescue screen, done at once."""

    database: Path
    media: Path = Path("/nowhere")
    progress: list[int] = field(default_factory=list)

    def look(self, done: Callable[[Unsent | Fault], None]) -> None:
        """Count."""
        done(_tried(lambda: look(self.database)))

    def export(
        self, progress: Callable[[int], None], done: Callable[[Written | Fault], None]
    ) -> None:
        """Write."""

        def told(count: int) -> None:
            self.progress.append(count)
            progress(count)

        done(_tried(lambda: export(self.database, self.media, NOW, told)))


def _tried(work: Callable[[], T]) -> T | Fault:
    try:
        return work()
    except Fault as fault:
        return fault


@dataclass
class Direct:
    """Doors without threads: everything happens at once."""

    station: Capture
    rescuer: DirectRescuer
    frames: list[Frame] = field(default_factory=list)
    commands: list[AnyCommand] = field(default_factory=list)
    drains: int = 0
    broken: Fault | None = None
    server: Callable[[str], bytes | Fault] = lambda _: Fault("server-unreachable", "offline")
    """Answers the release screen's questions."""
    asked: int = 0
    held: list[Callable[[], None]] | None = None
    """A list: answers are kept back until it is emptied."""

    def write(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        """Run at once, or keep back."""
        if self.held is not None:
            self.held.append(lambda: self._run(work, done))
        else:
            self._run(work, done)

    def _run(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        try:
            if self.broken is not None:
                raise self.broken
            result: T | Fault = work(self.station)
        except Fault as fault:
            result = fault
        done(result)

    def unlock(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run at once."""
        done(work())

    def send(self, command: AnyCommand) -> None:
        """Remember the command."""
        self.commands.append(command)

    def show(self, frame: Frame) -> None:
        """Remember the frame."""
        self.frames.append(frame)

    def drain(self) -> None:
        """Count."""
        self.drains += 1

    def ask_server(self, path: str, done: Callable[[bytes | Fault], None]) -> None:
        """Ask at once, or keep back."""
        self.asked += 1
        if self.held is not None:
            self.held.append(lambda: done(self.server(path)))
        else:
            done(self.server(path))
