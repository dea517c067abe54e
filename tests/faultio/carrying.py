"""Both ends of the line on a disk that fails: a station that sends, a server that takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from server.parts import Parts
from server.words import Refusal
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.protocol import Fork, Gap, Received
from sync.testing import MemoryServer
from tests.crash import server, station
from tests.faultio.sweep import Tell

T = TypeVar("T")
TRIES = 3
SERVER = TestSigner("lotbook.test/S1/LOG/1", "server")


class Telling(MemoryServer):
    """A server on a good disk that tells how much it has."""

    def __init__(self, journal: Journal, tell: Tell) -> None:
        """For the journal's station."""
        super().__init__(SERVER)
        self.enrol(Verifier.of(journal._signer))
        self._tell = tell

    def push(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str, saved: int = 0
    ) -> Received | Gap | Fork:
        """Take them, and say so."""
        answer = super().push(origin, from_, entries, head, saved)
        self._tell(f"has {len(self.logs[origin])}")
        return answer


class Send:
    """A station sends its records and photos, and keeps the receipts."""

    def prepare(self, folder: Path) -> None:
        """A station that has something to send."""
        station.shift(folder, lambda _: None, records=4, pages=0)

    def work(self, folder: Path, tell: Tell, healed: Callable[[], None]) -> None:
        """Send; what fails is tried again; on a good disk it goes through."""
        with ExitStack() as stack:
            journal = _tried(lambda: stack.enter_context(station.journal_in(folder, tell)), tell)
            if journal is None:
                healed()
                journal = stack.enter_context(station.journal_in(folder, tell))
            outbox = Outbox(journal, Telling(journal, tell), Verifier.of(SERVER))
            _tried(outbox.drain, tell)
            healed()
            outbox.drain()
            counts = journal.counts()
            assert counts.accepted >= 5, counts
            tell(f"accepted {counts.accepted}")

    def check(self, folder: Path, told: list[str]) -> None:
        """No more is called accepted than the server has, and no receipt is lost."""
        station.check(folder, ())
        has = max((int(one.split()[1]) for one in told if one.startswith("has ")), default=0)
        said = max((int(one.split()[1]) for one in told if one.startswith("accepted ")), default=0)
        with station.journal_in(folder, lambda _: None) as journal:
            counts = journal.counts()
            assert said <= counts.accepted <= has, (said, counts, has)
            assert len(journal.receipts()) >= (said > 0)


class Take:
    """A server takes three batches and a photo, and gives receipts."""

    def prepare(self, folder: Path) -> None:
        """A founded server, an enrolled station, and what it has to say."""
        server.prepare(folder)

    def work(self, folder: Path, tell: Tell, healed: Callable[[], None]) -> None:
        """Take; what fails is offered again; on a good disk it is taken."""
        with ExitStack() as stack:
            parts = _tried(lambda: stack.enter_context(server.opened(folder)), tell)
            if parts is None:
                healed()
                parts = stack.enter_context(server.opened(folder))
            self._offer(parts, folder, tell)
            healed()
            assert self._offer(parts, folder, tell)

    def _offer(self, parts: Parts, folder: Path, tell: Tell) -> bool:
        for batch in server.batches((folder / server.BATCHES).read_bytes())[:3]:
            mark = _tried(lambda batch=batch: server.push(parts, batch), tell)  # type: ignore[misc]
            if mark is None:
                return False
            tell(str(mark))
        digest = _tried(lambda: server.photograph(parts), tell)
        if digest is not None:
            tell(f"file {digest}")
        return digest is not None

    def check(self, folder: Path, told: list[str]) -> None:
        """Everything that got a receipt is there, and more can be taken."""
        server.check(folder, tuple(one for one in told if not one.startswith("refused")))


def _tried(work: Callable[[], T], tell: Tell) -> T | None:
    """The result of ``work``, tried a few times; None if the disk refused each time."""
    for _ in range(TRIES):
        try:
            return work()
        except (Fault, Refusal) as why:
            tell(f"refused {why.code}")
    return None
