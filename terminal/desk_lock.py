"""Opening a person's key, and what is said to who may not: refused, or locked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.lockout import LONGEST_WAIT_S
from sync.keys import BadKey, WrongSecret, unwrap_person_key
from terminal.desk import DeskBase
from terminal.ui import Note
from terminal.views import Mark

if TYPE_CHECKING:
    from forms.terms import Person
    from sync.keys import Signer as Key


def open_key(person: Person, badge: str, secret: str) -> Key | None:
    """The person's key; None if the two components do not open it. Slow: never on the UI thread."""
    try:
        key = unwrap_person_key(person.wrapped_key, badge, secret, person.id)
    except (WrongSecret, BadKey):  # a damaged key is opened by no secret
        return None
    return key if key.public_key.hex() == person.public_key else None


class DeskLock(DeskBase):
    """Refusing people."""

    def refused(self, claimed: str, why: str) -> None:
        """Say why, and keep it as a record."""
        language = self.ui.language
        plain = Note(Mark.FAIL, f"refused-{why.replace('_', '-')}")
        self.set(problem=self.lock_note(claimed) if why == "locked" else plain)
        self.ask(lambda station: station.refuse(claimed, why, language))

    def locked_out(self, person: Person) -> None:
        """Say for how long, and offer the way out: a second person's signature."""
        self.refused(person.id, "locked")
        self.set(signer=None, pad="")
        if self.ui.signing is None:
            self.set(locked_out=person)

    def lock_note(self, person: str) -> Note:
        """For how long the person is locked out, in words."""
        left = self.locked_ns(person)
        if left > LONGEST_WAIT_S * 1_000_000_000:
            return Note(Mark.FAIL, "refused-locked-until-lifted")
        minutes = -(-left // 60_000_000_000)
        return Note(Mark.FAIL, "refused-locked", (("minutes", str(max(1, minutes))),))
