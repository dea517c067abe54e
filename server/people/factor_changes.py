"""Setting a second factor up, renewing its recovery codes, taking it away; resetting another's.

A factor is begun with badge and secret, which signs for it, and counts once a right code came: only
then is there a statement. What is begun belongs to one session and is forgotten after a while.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from forms.rights import PAIR
from server.log.leaves import By
from server.people import recovery_codes, totp
from server.people.directory import must_be_two
from server.people.factors import CODES, SEED
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.book import Book
    from server.people.directory import Acting
    from server.people.factors import Factors
    from server.people.recovery_codes import Made
    from server.people.sessions import Session, Sessions
    from server.people.vault import Vault

ENROLLED, RENEWED = "factor.enrolled", "factor.codes"
REMOVED, RESET = "factor.removed", "factor.reset"
"""Kinds of the statements."""
_Body = dict[str, Any]
BEGUN_FOR = timedelta(minutes=10)


class Begun(NamedTuple):
    """A seed to be taken over by a phone."""

    seed: str
    address: str
    """``otpauth://…``: what the QR code says."""


class Proven(NamedTuple):
    """How identity was proved again."""

    document: str
    checked_by: str


class FactorChanges:
    """What people do to their own second factors, and two others to one that was lost."""

    def __init__(
        self,
        book: Book,
        factors: Factors,
        sessions: Sessions,
        vault: Vault,
        random: Callable[[int], bytes],
    ) -> None:
        """Into the book."""
        self._book, self._store, self.now = book, book.store, factors
        self.sessions, self._vault, self._random = sessions, vault, random

    def make_codes(self) -> Made:
        """Fresh recovery codes; slow by design, pure but for chance."""
        return recovery_codes.make(self._random, self.now.cost)

    def begin(self, acting: Acting, session: Session) -> Begun:
        """A fresh seed, signed for; nothing is changed until :meth:`confirm`."""
        person, seed = acting.person.id, totp.new_seed(self._random)
        sealed = self._vault.close(SEED, person, seed)
        by = acting.sign(ENROLLED, _enrolled(person, sealed))
        with self._store.transaction():
            self._store.put(
                "factor_begun",
                {
                    "person": person,
                    "session": session.token_digest,
                    "sealed": sealed,
                    "signature": by.signature,
                    "expires_at": (self._book.clock() + BEGUN_FOR).isoformat(),
                },
            )
        return self._begun(person, seed)

    def begun(self, session: Session) -> Begun:
        """What was begun in this session; Refusal ``factor-none`` if nothing, or too long ago."""
        person = session.person.id
        return self._begun(person, self._vault.open(SEED, person, self._pending(session)["sealed"]))

    def step_of(self, session: Session, code: str) -> int:
        """The time-step of the code that the phone shows for what was begun.

        Wrong ones are not counted: who is here was shown the seed. Refusal ``code-wrong``,
        ``factor-none``.
        """
        code, seed = code.replace(" ", ""), self.begun(session).seed
        step = totp.step_of(seed, code, self._book.clock(), -1) if totp.is_code(code) else None
        if step is None:
            raise Refusal("code-wrong")
        return step

    def confirm(self, session: Session, step: int, made: Made) -> tuple[str, ...]:
        """The right code came, of that ``step``: the factor is on. Its recovery codes, shown once.

        Every other session of the person ends, for it was opened without. Refusal ``factor-none``.
        """
        person, row = session.person.id, self._pending(session)
        with self._book.unit():
            self._keep(SEED, row["sealed"])
            signed = By(person=person, signature=row["signature"])
            self._book.state(ENROLLED, _enrolled(person, row["sealed"]), (signed,))
            self._state_codes(person, made, lambda _body: ())
            self._store.put("factor_marks", self.now.marks(person) | {"step": step})
            self._store.remove("factor_begun", person=person)
            self.sessions.proved(session)
        return made.codes

    def renew(self, acting: Acting, made: Made) -> tuple[str, ...]:
        """Other recovery codes in the place of those there were, by the person; shown once."""
        self._must_have(acting.person.id)
        self._state_codes(acting.person.id, made, lambda body: (acting.sign(RENEWED, body),))
        return made.codes

    def remove(self, acting: Acting) -> None:
        """No second factor any more, by the person."""
        self._must_have(acting.person.id)
        body = {"id": acting.person.id}
        with self._book.unit():
            self._book.state(REMOVED, body, (acting.sign(REMOVED, body),))
            self.sessions.unproved(acting.person.id)

    def reset(self, person: str, proven: Proven, first: Acting, second: Acting) -> None:
        """Take a lost factor away, by two others as at enrolment; the person's sessions end."""
        must_be_two((first, second))
        if person in {first.person.id, second.person.id}:
            raise Refusal("two-persons", classes=", ".join(PAIR))
        if self._store.one("people", id=person) is None:
            raise Refusal("not-found", what="person", name=person)
        self._must_have(person)
        body: dict[str, Any] = {"id": person, "identity": proven._asdict()}
        by = tuple(one.sign(RESET, body) for one in (first, second))
        with self._book.unit():
            self._book.state(RESET, body, by)
            self.sessions.end(person)

    def _must_have(self, person: str) -> None:
        if not self.now.standing(person).on:
            raise Refusal("factor-none")

    def _state_codes(self, person: str, made: Made, by: Callable[[_Body], tuple[By, ...]]) -> None:
        closed = self._vault.close(CODES, person, made.kept)
        body = {"id": person, "codes_sha256": _digest(closed), "count": recovery_codes.COUNT}
        with self._book.unit():
            self._keep(CODES, closed)
            self._book.state(RENEWED, body, by(body))

    def _pending(self, session: Session) -> dict[str, Any]:
        if self._store.one("sessions", token=session.token_digest) is None:
            raise Refusal("sign-in-needed")  # it was ended while something was derived
        row = self._store.one("factor_begun", person=session.person.id)
        if row is None or row["session"] != session.token_digest:
            raise Refusal("factor-none")
        if self._book.clock() >= datetime.fromisoformat(row["expires_at"]):
            raise Refusal("factor-none")
        return row

    def _begun(self, person: str, seed: str) -> Begun:
        site = self._book.name.split("/")[1]
        return Begun(seed, totp.address_of(seed, person, site))

    def _keep(self, kind: str, data: bytes) -> None:
        self._store.add("documents", {"sha256": _digest(data), "kind": kind, "data": data})


def _enrolled(person: str, sealed: bytes) -> dict[str, Any]:
    return {"id": person, "sealed_sha256": _digest(sealed)}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
