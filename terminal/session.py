"""Who may sign in: badges, lockout counted from records, unlocking a key with badge and secret."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.entries import SessionOpened, SessionRefused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from forms.entries import AnyEntry, Unread
    from forms.terms import Person
    from forms.workpack import WorkPack

MOST_WRONG = 5
"""After this many wrong secrets in a row the credentials are locked at this station."""


def badge_digest(badge: str) -> str:
    """How a badge's code is named in work packs: SHA-256 of its text, hex."""
    return hashlib.sha256(badge.encode("utf-8")).hexdigest()


def holder(pack: WorkPack | None, badge: str) -> Person | None:
    """The person whose badge this is, active or not; None for an unknown badge."""
    digest = badge_digest(badge)
    for person in pack.people if pack else ():
        if person.badge_digest == digest:
            return person
    return None


def may_sign_in(person: Person, today: date) -> str:
    """Empty if the person may sign in, else why not: ``inactive`` or ``expired``."""
    if not person.active:
        return "inactive"
    if person.qualified_until is not None and person.qualified_until < today:
        return "expired"
    return ""


@dataclass
class Refusals:
    """Counts wrong secrets per person and issue of credentials, from the station's own records.

    A sign-in that succeeds starts the count again. A lock lasts until the person's key is issued
    anew in a later work pack: nobody at the station can lift it, and a restart does not.
    """

    key_in_pack: Callable[[str, str], str]
    """``(work pack digest, person id)`` to the wrapped key it held, empty if unknown."""

    def __post_init__(self) -> None:
        """Start with no refusals."""
        self._wrong: dict[tuple[str, str], int] = {}

    def heed(self, entry: AnyEntry | Unread) -> None:
        """Take a record of this station into the count."""
        if isinstance(entry, SessionRefused) and entry.why == "wrong_secret":
            key = self._key(entry.context.work_pack, entry.claimed)
            self._wrong[key] = self._wrong.get(key, 0) + 1
        elif isinstance(entry, SessionOpened):
            self._wrong.pop(self._key(entry.context.work_pack, entry.context.person), None)

    def _key(self, work_pack: str, person: str) -> tuple[str, str]:
        issue = hashlib.sha256(self.key_in_pack(work_pack, person).encode()).hexdigest()
        return person, issue

    def wrong(self, work_pack: str, person: str) -> int:
        """How many wrong secrets in a row were entered for the person's present credentials."""
        return self._wrong.get(self._key(work_pack, person), 0)

    def locked(self, work_pack: str, person: str) -> bool:
        """Whether no more secrets are taken for the person's present credentials."""
        return self.wrong(work_pack, person) >= MOST_WRONG
