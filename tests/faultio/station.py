"""A station on a disk that fails: it captures, photographs, is given receipts, and starts anew."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sync import envelope
from sync.faults import Fault
from sync.journal import Journal
from tests.crash import station
from tests.faultio.sweep import Tell

RECORDS = 2
TRIES = 3


class Capture:
    """A person at a station that was used before; each act is done again when it was refused."""

    def prepare(self, folder: Path) -> None:
        """A station with a few records."""
        station.shift(folder, lambda _: None, records=2, pages=0)

    def work(self, folder: Path, tell: Tell, healed: Callable[[], None]) -> None:
        """Open, capture, photograph; then the disk is well again, and one more."""
        with ExitStack() as stack:
            journal = self._opened(stack, folder, tell, healed)
            for number in range(RECORDS):
                self._act(journal, number, tell)
            assert len(journal.entries(0, journal.size)) == journal.size  # the queue is readable
            healed()
            self._act(journal, RECORDS, tell)

    def _opened(
        self, stack: ExitStack, folder: Path, tell: Tell, healed: Callable[[], None]
    ) -> Journal:
        for _ in range(TRIES):
            try:
                return stack.enter_context(station.journal_in(folder, tell))
            except Fault as fault:
                tell(f"refused {fault.code}")
        healed()
        return stack.enter_context(station.journal_in(folder, tell))

    def _act(self, journal: Journal, number: int, tell: Tell) -> None:
        """One record with its photo, tried again when refused; *saved* is told once it is."""
        for _ in range(TRIES):
            try:
                digest = journal.attachments.put(f"photo {number}".encode() * 700)
                tell(f"photo {digest}")
                journal.append(station.PHOTO, {"photo": digest, "number": number})
            except Fault as fault:
                tell(f"refused {fault.code}")
            else:
                station.saved(journal, tell)
                return

    def check(self, folder: Path, told: list[str]) -> None:
        """All that was told is there, once; the next capture works."""
        station.check(folder, tuple(one for one in told if not one.startswith("refused")))
        with station.journal_in(folder, lambda _: None) as journal:
            numbers = [_number(entry.data) for entry in journal.entries(0, journal.size)]
        made = [number for number in numbers if number is not None]
        assert len(made) == len(set(made)), "captured twice"


class FirstStart(Capture):
    """The very first start: key, tables, first entry; there is nothing before."""

    def prepare(self, folder: Path) -> None:
        """Nothing."""


def _number(data: bytes) -> object:
    sealed = envelope.check(data)
    return sealed.body.get("number") if sealed.kind == station.PHOTO else None
