"""The link to the server: what one round of the network thread does, and what it says after.

No Qt and no thread of its own. Records leave first, then work documents come in; whatever fails,
records stay here and the work goes on.
"""

from __future__ import annotations

import queue
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sync.faults import Fault
from terminal.ui import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.backoff import Backoff
    from sync.outbox import Outbox, Progress
    from sync.protocol import SyncService
    from sync.writer import OnWriter
    from terminal.packs import Packs

POLL_S = 3.0
"""Between rounds while there is nothing to send: a hold is at the station within five seconds."""
EVERY = timedelta(seconds=POLL_S)
"""Between whole rounds while records are sent one by one."""


class LinkLoop:
    """One station's rounds."""

    def __init__(  # noqa: PLR0913 - one of them has a usual value
        self,
        service: SyncService,
        outbox: Outbox,
        packs: Packs,
        on_writer: OnWriter,
        backoff: Backoff,
        now: Callable[[], datetime],
        *,
        certificate: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """``on_writer`` runs work on the thread that owns the database.

        ``certificate`` says when the certificate ends that the server showed last, if it did.
        """
        self._certificate = certificate
        self._service, self._outbox, self._packs = service, outbox, packs
        self._on_writer, self._backoff, self._now = on_writer, backoff, now
        self.link = Link()
        self._due: datetime | None = None
        """When the next whole round is due, if the last one went well."""
        self._questions: queue.SimpleQueue[tuple[str, Callable[[bytes | Fault], None]]] = (
            queue.SimpleQueue()
        )

    def ask(self, path: str, done: Callable[[bytes | Fault], None]) -> None:
        """Ask the server in the next round, after what is to be sent; from any thread.

        ``done`` is called on the network thread.
        """
        self._questions.put((path, done))

    def once(self, progress: Callable[[], None], stop: Callable[[], bool]) -> float:
        """Send what there is, fetch what is new; seconds to wait before the next round.

        ``progress`` is called whenever counts or work documents changed.
        """

        def moved(_: Progress) -> None:
            progress()

        try:
            stopped = not self._sent_new(moved) and self._round(moved, stop)
        except Fault as fault:
            wait = self._backoff.failed(fault)
            self._say(online=False, code=fault.code)
            self._answer(fault)
            progress()
            return wait
        self._backoff.succeeded()
        self._say(online=True, code="")
        self._answer(None)
        progress()
        return 0.0 if stopped else POLL_S

    def _sent_new(self, moved: Callable[[Progress], None]) -> bool:
        """Between rounds a new record leaves at once, and nothing else is asked."""
        due = self._due
        return (
            due is not None
            and self._questions.empty()
            and timedelta(0) < due - self._now() <= EVERY
            and self._outbox.send_new(moved)
        )

    def _round(self, moved: Callable[[Progress], None], stop: Callable[[], bool]) -> bool:
        """Everything: records, checkpoint, photos, work documents; True if photos are left."""
        self._due, begun = None, self._now()

        def others_wait() -> bool:
            """A long photo lets everything else have its turn."""
            in_time = timedelta(0) <= self._now() - begun < EVERY
            return not in_time or not self._questions.empty()

        drained = self._outbox.drain(moved, stop, others_wait)
        self._fetch()
        self._due = self._now() + EVERY
        return drained.stopped

    def _answer(self, fault: Fault | None) -> None:
        """Answer what was asked since the last round; ``fault`` is why the round failed."""
        while not self._questions.empty():
            path, done = self._questions.get_nowait()
            done(fault or self._asked(path))

    def _asked(self, path: str) -> bytes | Fault:
        """A question that fails says nothing about the link: the records went through."""
        try:
            return self._service.ask(path)
        except Fault as fault:
            return fault

    def _fetch(self) -> None:
        """Ask for newer work documents. A refused set leaves the one in force, and is said."""
        latest = self._on_writer(self._packs.latest)
        signed = self._service.work_pack(latest[0] if latest else "")
        if signed is None:
            return
        try:
            self._on_writer(lambda: self._packs.accept(signed))
        except Fault as fault:
            if fault.kind != "permanent":
                raise
            # The server is there; what it sent is said on the screen by ``packs.problem``.

    def _say(self, *, online: bool, code: str) -> None:
        same = self.link.online == online and self.link.since is not None
        since, until = self.link.since if same else self._now(), self._certificate()
        self.link = Link(online, since, code, until)
