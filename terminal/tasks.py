"""The only door to threads: a writer that owns the database, a network thread, a key worker.

Work goes in as functions; results come back as functions run on the UI thread. A mistake in work
(anything but a :class:`~sync.faults.Fault`) reaches ``crashed`` on the UI thread, never silence.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
STOP_MS = 5_000
"""How long a thread may take to end."""


class Mailbox(QObject):
    """Runs functions on the thread that made it (the UI thread), whoever posts them."""

    _posted = Signal(object)

    def __init__(self) -> None:
        """Make it on the UI thread."""
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Run ``work`` soon on the UI thread; from any thread."""
        self._posted.emit(work)

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        work()


class Lane(QThread):
    """One thread that does one thing after another."""

    def __init__(
        self, name: str, mailbox: Mailbox, crashed: Callable[[BaseException], None]
    ) -> None:
        """``crashed`` is called on the UI thread with a mistake of ours."""
        super().__init__()
        self.setObjectName(name)
        self._mailbox, self._crashed = mailbox, crashed
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._ended = threading.Event()

    def run(self) -> None:
        """Work until told to stop."""
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - the last frame of a thread: it is reported
                self._report(error)
        self._ended.set()

    def _report(self, error: BaseException) -> None:
        self._mailbox.post(lambda: self._crashed(error))

    def submit(self, work: Callable[[], T], done: Callable[[T | Fault], None]) -> None:
        """Do ``work`` here; ``done`` gets its result or Fault on the UI thread."""

        def job() -> None:
            try:
                result: T | Fault = work()
            except Fault as fault:
                result = fault
            self._mailbox.post(lambda: done(result))

        self._jobs.put(job)

    def call(self, work: Callable[[], T]) -> T:
        """Do ``work`` here and wait, from another thread; its exception is raised there."""
        future: Future[T] = Future()

        def job() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to who waits
                future.set_exception(error)

        self._jobs.put(job)
        while not self._ended.is_set():
            try:
                return future.result(timeout=0.5)
            except TimeoutError:
                continue
        if future.done():
            return future.result()
        raise Fault("database-busy", "the station is closing")

    def end(self) -> None:
        """Finish what is queued, then stop."""
        self._jobs.put(None)
        self.wait(STOP_MS)


class Rounds(QThread):
    """The network thread: one round after another, woken when there is something to send."""

    def __init__(
        self,
        once: Callable[[Callable[[], bool]], float],
        online: Callable[[], bool],
        mailbox: Mailbox,
        crashed: Callable[[BaseException], None],
    ) -> None:
        """``once`` does a round and says how long to wait; ``online`` whether waking helps."""
        super().__init__()
        self.setObjectName("network")
        self._once, self._online = once, online
        self._mailbox, self._crashed = mailbox, crashed
        self._wake, self._stop = threading.Event(), threading.Event()

    def wake(self) -> None:
        """There is something new to send: at once if online, else at the next try."""
        self._wake.set()

    def run(self) -> None:
        """Rounds until told to stop."""
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait = self._once(self._stop.is_set)
            except Exception as error:  # noqa: BLE001 - the last frame of a thread: it is reported
                self._report(error)
                return
            (self._wake if self._online() else self._stop).wait(wait)

    def _report(self, error: BaseException) -> None:
        self._mailbox.post(lambda: self._crashed(error))

    def end(self) -> None:
        """Stop after the present message."""
        self._stop.set()
        self._wake.set()
        self.wait(STOP_MS)


class Ticker:
    """Calls something again and again on the UI thread."""

    def __init__(self, work: Callable[[], None], every_ms: int) -> None:
        """Not ticking yet."""
        self._timer = QTimer()
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(work)

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()


def later(work: Callable[[], None], wait_ms: int = 0) -> None:
    """Call once on the UI thread, after what is to be done now."""
    QTimer.singleShot(wait_ms, work)
