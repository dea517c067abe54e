"""The only door to threads: a writer that owns the database, a network thread, a key worker.

Work goes in as functions; results come back as functions run on the UI thread. A mistake in work
(anything but a :class:`~sync.faults.Fault`) reaches ``crashed`` on the UI thread, never silence.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
STOP_S = 5.0
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

    def report(self, crashed: Callable[[BaseException], None], error: BaseException) -> None:
        """Tell the UI thread of a mistake."""
        self.post(lambda: crashed(error))

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        work()


class Lane:
    """One thread that does one thing after another."""

    def __init__(
        self, name: str, mailbox: Mailbox, crashed: Callable[[BaseException], None]
    ) -> None:
        """``crashed`` is called on the UI thread with a mistake of ours."""
        self._mailbox, self._crashed = mailbox, crashed
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin with what is queued."""
        self._thread.start()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - the last frame of a thread: it is reported
                self._mailbox.report(self._crashed, error)
        self._ended.set()

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
                if future.done():
                    raise
        if future.done():
            return future.result()
        raise Fault("database-busy", "the station is closing")

    def end(self) -> None:
        """Finish what is queued, then stop."""
        self._jobs.put(None)
        if self._thread.ident is not None:
            self._thread.join(STOP_S)


class Rounds:
    """The network thread: one round after another, woken when there is something to send."""

    def __init__(
        self,
        once: Callable[[Callable[[], bool]], float],
        online: Callable[[], bool],
        mailbox: Mailbox,
        crashed: Callable[[BaseException], None],
    ) -> None:
        """``once`` does a round and says how long to wait; ``online`` whether waking helps."""
        self._once, self._online = once, online
        self._mailbox, self._crashed = mailbox, crashed
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new to send: at once if online, else at the next try."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait = self._once(self._stop.is_set)
            except Exception as error:  # noqa: BLE001 - the last frame of a thread: it is reported
                self._mailbox.report(self._crashed, error)
                return
            (self._wake if self._online() else self._stop).wait(wait)

    def end(self) -> None:
        """Stop after the present message."""
        self._stop.set()
        self._wake.set()
        self._thread.join(STOP_S)

    @property
    def running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread.is_alive()


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
