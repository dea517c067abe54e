"""Wrong secrets at this station: how long the next try must wait, and what ends the wait.

All of it is computed from the station's own records, so that it survives a restart and needs no
server. The wait grows with each wrong secret and is measured on the monotonic clock of the boot in
which that record was made: setting the wall clock ends nothing. After a reboot the wait begins
anew, for nobody knows how long the machine was off.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.entries import LockLifted, SessionOpened, SessionRefused, Signed
from forms.lockout import LIFTERS, wait_s
from forms.terms import Meaning

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.job_state import Recorded
    from sync.clock import Stamp

UNTIL_LIFTED = 2**62
"""Nanoseconds that no wait reaches."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Wrong secrets in a row, and when the last one was entered."""

    wrong: int
    last: Stamp


Credentials = tuple[str, str]
"""Person id, and digest of the wrapped key: a key issued anew starts with a clean sheet."""


class Lockout:
    """Counts wrong secrets per person and issue of credentials.

    A sign-in that succeeds starts the count again, and so does a lifting that is signed by another
    person of a class in ``LIFTERS``.
    """

    def __init__(self, key_in_pack: Callable[[str, str], str], clock: Callable[[], Stamp]) -> None:
        """``key_in_pack``: (work pack digest, person id) to the wrapped key it held."""
        self._key_in_pack, self._clock = key_in_pack, clock
        self._started = clock()
        self._tallies: dict[Credentials, Tally] = {}
        self._lifting: dict[str, tuple[Credentials, str]] = {}
        """Liftings without their signature yet, by ref: whose lock, and who lifts it."""

    def heed(self, recorded: Recorded, at: Stamp) -> None:
        """Take a record of this station, made ``at``, into the count."""
        entry = recorded.entry
        if isinstance(entry, SessionRefused) and entry.why == "wrong_secret":
            key = self._key(entry.context.work_pack, entry.claimed)
            self._tallies[key] = Tally(self._wrong(key) + 1, at)
        elif isinstance(entry, SessionOpened):
            self._tallies.pop(self._key(entry.context.work_pack, entry.context.person), None)
        elif isinstance(entry, LockLifted):
            whose = self._key(entry.context.work_pack, entry.person)
            self._lifting[recorded.ref] = (whose, entry.context.person)
        elif isinstance(entry, Signed) and recorded.sound:
            self._lift(entry)

    def _lift(self, entry: Signed) -> None:
        """A lifting counts when the person who lifts signed it, and is not the one locked."""
        whose, by = self._lifting.pop(entry.covers[0], (("", ""), "")) if entry.covers else _NONE
        allowed = entry.personnel_class in LIFTERS and entry.meaning is Meaning.APPROVED
        if allowed and by == entry.context.person != whose[0]:
            self._tallies.pop(whose, None)

    def wrong(self, work_pack: str, person: str) -> int:
        """How many wrong secrets in a row were entered for the person's present credentials."""
        return self._wrong(self._key(work_pack, person))

    def wait(self, work_pack: str, person: str) -> int:
        """Nanoseconds until the next secret is taken; 0: at once."""
        tally = self._tallies.get(self._key(work_pack, person))
        if tally is None:
            return 0
        wait, now = wait_s(tally.wrong), self._clock()
        if wait is None:
            return UNTIL_LIFTED
        since = tally.last.mono_ns
        if tally.last.boot != self._started.boot:
            since = self._started.mono_ns
        return max(0, since + wait * 1_000_000_000 - now.mono_ns)

    def _wrong(self, key: Credentials) -> int:
        tally = self._tallies.get(key)
        return tally.wrong if tally else 0

    def _key(self, work_pack: str, person: str) -> Credentials:
        issue = self._key_in_pack(work_pack, person)
        return person, hashlib.sha256(issue.encode()).hexdigest()


_NONE = (("", ""), "")
