"""Whom the identity provider's word stands for: bound to a person by a signed statement of two.

By issuer and subject, never by a name or a mail address, which the provider may give to somebody
else. Nobody is enrolled by it, and no class comes from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.rights import Action
from server.people.directory import Directory, must_be_two
from server.people.id_token import MOST_SUBJECT, NotProved, fits
from server.people.tries import waiting
from server.words import Refusal

if TYPE_CHECKING:
    from forms.terms import Person
    from server.log.book import Book
    from server.people.directory import Acting
    from server.people.id_token import Claims
    from server.people.lockout import Lockout
    from server.store.protocol import Row

LINKED, UNLINKED = "identity.linked", "identity.unlinked"
"""Kinds of the statements."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What binds a person to the provider's word for them."""

    person: str
    issuer: str
    subject: str
    reason: str = ""
    given: bool = True
    """False: it ends."""


class IdentityLinks:
    """Binds and unbinds."""

    def __init__(self, book: Book) -> None:
        """Into the book."""
        self._book, self._store = book, book.store

    def person(self, issuer: str, subject: str) -> str:
        """The id of the person bound to that word; empty for nobody."""
        row = self._store.one("identities", issuer=issuer, subject=subject)
        return str(row["person"]) if row else ""

    def of(self, person: str) -> list[Row]:
        """What is bound to a person now: issuer and subject."""
        return self._store.rows("identities", person=person)

    def admitted(self, issuer: str, claims: Claims, lockout: Lockout) -> Person:
        """The person who came by the provider's word; NotProved for nobody, or one who may not."""
        found = self.person(issuer, claims.subject)
        if not found:
            raise NotProved("not-linked", claims.subject)
        person = Directory(self._store).person(found)
        if not person.active:
            raise NotProved("inactive", claims.subject, found)
        if lockout.of(person.badge_digest).until:
            raise NotProved("locked", claims.subject, found)
        return person

    def change(self, asked: Link, first: Acting, second: Acting) -> None:
        """Bind, or end it; sessions of the person, and those half open, end with it. Refusal.

        Administrator and quality sign, neither of them the person. A word is bound to one person.
        """
        for one in (first, second):
            one.must(Action.LINK)
        must_be_two((first, second))
        if asked.person in {first.person.id, second.person.id}:
            raise Refusal("own-rights")
        if asked.given and not fits(asked.subject):
            raise Refusal("identity-subject", most=MOST_SUBJECT)
        known, holder = Directory(self._store).person(asked.person), self._holder(asked)
        if asked.given and not known.active:
            raise Refusal("wrong-state", what="person", name=known.id, state="inactive")
        if asked.given and holder:
            raise Refusal("exists", what="subject", name=asked.subject[:60])
        if not asked.given and holder != asked.person:
            raise Refusal("not-found", what="subject", name=asked.subject[:60])
        self._state(asked, first, second)

    def _holder(self, asked: Link) -> str:
        return self.person(asked.issuer, asked.subject)

    def _state(self, asked: Link, first: Acting, second: Acting) -> None:
        kind = LINKED if asked.given else UNLINKED
        body = {
            "id": asked.person, "issuer": asked.issuer, "subject": asked.subject,
            "reason": asked.reason,
        }  # fmt: skip
        by = tuple(one.sign(kind, body) for one in (first, second))
        with self._book.unit():
            self._book.state(kind, body, by)
            self._store.remove("sessions", who=asked.person, kind="person")
            self._store.remove("nonces", origin=waiting(asked.person))
