"""The desk: takes touches, scans and readings, asks the station to record, shows what came of it.

No Qt and no threads of its own: the doors to the writer, the key worker and the instruments are
given, and answers come back on the same thread. One thing is asked of the writer at a time; what a
person does meanwhile is not lost when it is a scan or a reading, and ignored when it is a second
touch.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from forms.terms import Text
from sync.faults import Fault
from terminal import board
from terminal.capture import Act
from terminal.intents import Intent
from terminal.snapshot import Change, Snapshot
from terminal.ui import Link, Live, Note, Ui, View
from terminal.views import Mark
from terminal.words import other

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from devices.commands import AnyCommand
    from terminal.capture import Place
    from terminal.capture_sign import Capture
    from terminal.rescuer import Written
    from terminal.unsent import Unsent
    from terminal.views import Frame

T = TypeVar("T")
SETTLE_NS = 800_000_000
"""How long a pass is shown before it moves on by itself."""
SLOW_NS = 100_000_000
"""From here on the screen says what it waits for."""
MOST_WAITING = 20
"""Scans and readings kept while the writer is busy; more are refused aloud."""


class Rescuer(Protocol):
    """What is still done for the records of a station that cannot work."""

    def look(self, done: Callable[[Unsent | Fault], None]) -> None:
        """Count what is not sent."""

    def export(
        self, progress: Callable[[int], None], done: Callable[[Written | Fault], None]
    ) -> None:
        """Write all records to a medium; ``progress`` is told how many are written."""


class Doors(Protocol):
    """The ways out of the UI thread; every ``done`` is called on the UI thread."""

    @property
    def rescuer(self) -> Rescuer:
        """Whom to turn to when nothing else works."""

    def write(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        """Run ``work`` with the station on the writer thread."""

    def unlock(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run slow work, such as with keys, on its own thread."""

    def send(self, command: AnyCommand) -> None:
        """Ask the instruments for something."""

    def show(self, frame: Frame) -> None:
        """Show a frame."""

    def drain(self) -> None:
        """There is something new to send."""

    def ask_server(self, path: str, done: Callable[[bytes | Fault], None]) -> None:
        """Ask the server for what it knows; the answer may take seconds."""


class Times(Protocol):
    """Clocks."""

    def now(self) -> datetime:
        """Aware local time."""

    def monotonic_ns(self) -> int:
        """The clock that readings are stamped with."""

    def elapsed_ns(self) -> int:
        """Nanoseconds that also pass while the machine sleeps."""


class DeskBase:
    """State, waiting and showing."""

    def __init__(
        self,
        doors: Doors,
        place: Place,
        times: Times,
        live: Live,
        language: str,
        lock_after_s: int,
    ) -> None:
        """Nothing is shown yet."""
        self.doors, self.place, self.times = doors, place, times
        self.live, self.link = live, Link()
        self.ui = Ui(language=language)
        self.snapshot = Snapshot()
        self._taken_ns = times.monotonic_ns()
        self.lock_after_s = lock_after_s
        self.touched_ns = times.elapsed_ns()
        self.busy = False
        self.queue: deque[Callable[[], None]] = deque()
        self.ids = 0

    # --- showing -------------------------------------------------------------------------------

    def view(self) -> View:
        """Everything a frame is composed from, now."""
        now_ns = self.times.monotonic_ns()
        idle_s = (self.times.elapsed_ns() - self.touched_ns) // 1_000_000_000
        return View(
            snapshot=self.snapshot,
            ui=self.ui,
            live=self.live,
            link=self.link,
            place=self.place,
            now=self.times.now(),
            now_ns=now_ns,
            lock_in_s=max(0, self.lock_after_s - idle_s),
        )

    def show(self) -> None:
        """Compose and show."""
        self.doors.show(board.compose(self.view()))

    def set(self, **changes: object) -> None:
        """Change the screen's own state."""
        self.ui = replace(self.ui, **changes)  # type: ignore[arg-type]  # names are Ui's fields

    def note(self, mark: Mark, key: str, **params: str) -> None:
        """Say something in the line over the actions."""
        self.set(note=Note(mark, key, tuple(params.items())))

    def know(self, snapshot: Snapshot) -> None:
        """This is what is known from now on."""
        self.snapshot, self._taken_ns = snapshot, self.times.monotonic_ns()

    def locked_ns(self, person: str) -> int:
        """Nanoseconds until the person's next secret is taken; 0: not locked out."""
        passed = self.times.monotonic_ns() - self._taken_ns
        return max(0, self.snapshot.locked.get(person, 0) - passed)

    # --- asking the writer ---------------------------------------------------------------------

    def ask(
        self, work: Callable[[Capture], Change], then: Callable[[Change], None] | None = None
    ) -> None:
        """Ask the station for a use case; ignored while another one is under way."""
        if self.busy:
            return
        self.busy = True
        self.set(waiting="waiting-saving", waiting_since_ns=self.times.monotonic_ns())

        def done(change: Change | Fault) -> None:
            self.busy = False
            self.set(waiting="")
            if isinstance(change, Fault):
                self.failed(change)
            else:
                self.changed(change, then)
            self.go_on()
            self.show()

        self.doors.write(work, done)

    def changed(self, change: Change, then: Callable[[Change], None] | None) -> None:
        """Take what is known now; tell the outbox."""
        self.know(change.snapshot)
        if change.recorded:
            self.doors.drain()
        if then is not None:
            then(change)

    def heed_frozen(self) -> None:
        """Nothing more may be recorded under this station's key: show that and what to do."""
        if self.snapshot.frozen and self.ui.fatal is None:
            self.failed(Fault(self.snapshot.frozen))

    def failed(self, fault: Fault) -> None:
        """Nothing was saved: say so loudly, with what to do now."""
        hint = Text(**fault.hint)
        self.set(note=Note(Mark.FAIL, "not-saved", (("code", fault.code),), hint), answer=None)
        if fault.code in FATAL:
            self.stopped(fault.code)

    def stopped(self, code: str) -> None:
        """Nothing can be recorded here any more: the line just set says why."""
        self.set(fatal=self.ui.note, fatal_code=code)

    def when_free(self, work: Callable[[], None]) -> None:
        """Run now, or as soon as the writer is free: for scans and readings."""
        if not self.busy:
            work()
        elif len(self.queue) < MOST_WAITING:
            self.queue.append(work)
        else:
            self.note(Mark.WARN, "too-fast")

    def go_on(self) -> None:
        """Take what waited."""
        while self.queue and not self.busy:
            self.queue.popleft()()

    # --- common --------------------------------------------------------------------------------

    def act(self) -> Act:
        """An act at the position that is shown."""
        return Act(self.snapshot.position, self.ui.language)

    def command_id(self) -> str:
        """A new command's id."""
        self.ids += 1
        return f"k{self.ids}"

    def forget(self) -> None:
        """Back to the plain step: nothing half done stays."""
        self.set(
            pad="", typing=None, signer=None, problem=None, answer=None, choose="",
            disposition=None, signing=None, help=False, note=None, locked_out=None,
        )  # fmt: skip

    def asks_badge(self) -> bool:
        """Whether a badge is asked for just now."""
        return self.ui.signing is not None or self.snapshot.session is None

    def do_help(self, _: Intent) -> None:
        """Open or close the help of this screen."""
        self.set(help=not self.ui.help)

    def do_language(self, _: Intent) -> None:
        """Switch the language, here and now."""
        self.set(language=other(self.ui.language))

    def settle(self) -> None:
        """Let a pass that was shown long enough move on."""
        answer = self.ui.answer
        if answer and answer.until_ns and self.times.monotonic_ns() >= answer.until_ns:
            self.set(answer=None, photo=None, label_png=b"")


FATAL = frozenset(
    {
        "database-in-use",
        "disk-read-only",
        "database-corrupt",
        "database-unreadable",
        "database-of-another-program",
        "sqlite-too-old",
        "journal-damaged",
        "journal-rolled-back",
        "journal-forked",
        "rotation-unfinished",
        "station-copied",
        "station-revoked",
        "station-replaced",
        "key-unreadable",
        "key-file-unsafe",
        "key-of-another-machine",
        "key-pin-refused",
        "key-pin-locked",
        "key-pin-missing",
        "key-not-on-token",
        "key-module-missing",
    }
)
"""Faults after which no work can be recorded here."""
