"""Enrolling people: two persons sign, somebody's document was checked, a key is made."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import PAIR, Action
from forms.terms import Person, PersonnelClass
from server.people.directory import badge_digest, must_be_two, new_key
from server.people.grants import Grants
from server.words import Refusal
from sync import canonical
from sync.keys import (
    PERSON_COST,
    SECRET_LENGTH,
    BadKey,
    Cost,
    WrongSecret,
    rewrap_person_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from server.log.book import Book
    from server.people.directory import Acting, Claim
    from sync.keys import Signer


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be enrolled, and how identity was proved."""

    id: str
    name: str
    classes: tuple[PersonnelClass, ...]
    badge: str
    secret: str
    document: str
    """Which identity document was checked."""
    checked_by: str
    qualified: tuple[str, ...] = ("*",)
    qualified_until: date | None = None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """Another key for a person who is enrolled, and how identity was proved again."""

    id: str
    badge: str
    """The person's own as before, or a new one."""
    secret: str
    document: str
    checked_by: str


class Enrolment:
    """Makes people's keys and states their enrolment."""

    def __init__(
        self, book: Book, random: Callable[[int], bytes], cost: Cost = PERSON_COST
    ) -> None:
        """Into the book; ``cost`` is what deriving from a secret costs (tests use less)."""
        self._book, self._store, self._random, self._cost = book, book.store, random, cost

    def enrol(
        self,
        new: NewPerson,
        first: Acting,
        second: Acting,
        made: tuple[Signer, str] | None = None,
    ) -> Person:
        """Enrol a person by an administrator and a person of quality; the person.

        ``made``: the key from :meth:`make_key`, where that slow part ran elsewhere.
        """
        must_be_two((first, second))
        self.refuse_taken(new)
        signer, wrapped = made or self.make_key(new)
        body = self.body(new, signer, wrapped) | {"initial_secret": True}
        by = tuple(one.sign("person.enrolled", body) for one in (first, second))
        with self._book.unit():
            self.keep(wrapped)
            self._book.state("person.enrolled", body, by)
        return _person(body)

    def rekey(
        self,
        new: NewKey,
        first: Acting,
        second: Acting,
        made: tuple[Signer, str] | None = None,
    ) -> Person:
        """Another key under the same id, by two others as at enrolment; the person.

        The old key counts for what arrived before; its wrapped form stays in the log by digest.
        ``made`` as for :meth:`enrol`.
        """
        must_be_two((first, second))
        if new.id in {first.person.id, second.person.id}:
            raise Refusal("two-persons", classes=", ".join(PAIR))
        old = self.refuse_rekey(new)
        signer, wrapped = made or self.make_key(new)
        person = msgspec.structs.replace(
            old,
            public_key=signer.public_key.hex(),
            badge_digest=badge_digest(new.badge),
            initial_secret=True,
        )
        body = self._stated(person, wrapped, new) | {"old_key": old.public_key}
        by = tuple(one.sign("person.rekeyed", body) for one in (first, second))
        with self._book.unit():
            self.keep(wrapped)
            self._book.state("person.rekeyed", body, by)
            self._store.remove("sessions", who=new.id, kind="person")
        return person

    def refuse_rekey(self, new: NewKey) -> Person:
        """The person as enrolled; Refusal if unknown, inactive, or the badge was ever another's."""
        row = self._store.one("people", id=new.id)
        if row is None:
            raise Refusal("not-found", what="person", name=new.id)
        person = msgspec.json.decode(row["data"], type=Person)
        if not person.active:
            raise Refusal("wrong-state", what="person", name=new.id, state="inactive")
        self._refuse_badge(new)
        return person

    def make_key(self, new: NewPerson | NewKey) -> tuple[Signer, str]:
        """A fresh key wrapped by the person's badge and secret."""
        return new_key(self._random, new.id, new.badge, new.secret, self._cost)

    def body(self, new: NewPerson, signer: Signer, wrapped: str) -> dict[str, Any]:
        """What the enrolment states; the wrapped key only by its digest.

        At a founding everybody chose their own secret.
        """
        person = Person(
            id=new.id,
            name=new.name,
            classes=new.classes,
            public_key=signer.public_key.hex(),
            badge_digest=badge_digest(new.badge),
            qualified=new.qualified,
            qualified_until=new.qualified_until,
        )
        return self._stated(person, wrapped, new)

    @staticmethod
    def _stated(person: Person, wrapped: str, new: NewPerson | NewKey) -> dict[str, Any]:
        body: dict[str, Any] = msgspec.to_builtins(person)
        return body | {
            "wrapped_sha256": _digest(wrapped),
            "identity": {"document": new.document, "checked_by": new.checked_by},
        }

    def rewrapped(self, claim: Claim, new: str) -> str:
        """The person's key under a new secret; slow and pure. Refusal for a weak or wrong one."""
        if len(new) < SECRET_LENGTH or new == claim.secret:
            raise Refusal("secret-weak")
        secrets = (claim.secret, new)
        try:
            return rewrap_person_key(
                claim.wrapped, claim.badge, secrets, cost=self._cost, random=self._random
            )
        except (WrongSecret, BadKey) as error:
            raise Refusal("sign-in-failed") from error

    def change_secret(self, acting: Acting, wrapped: str) -> None:
        """Keep the person's key as it is wrapped now, signed by the person: it is their own.

        Refusal ``sign-in-failed`` if it is not the person's key any more, or opens by another
        secret than the one it was unlocked with.
        """
        row = self._store.one("people", id=acting.person.id)
        if row is None:
            raise Refusal("not-found", what="person", name=acting.person.id)
        known = canonical.loads(row["data"])
        if known["public_key"] != acting.signer.public_key.hex():
            raise Refusal("sign-in-failed")  # two others gave another key while this one was closed
        if _digest(acting.person.wrapped_key) != row["wrapped"]:
            raise Refusal("sign-in-failed")  # the secret was changed meanwhile
        body: dict[str, Any] = known | {"wrapped_sha256": _digest(wrapped)}
        body.pop("initial_secret", None)
        by = (acting.sign("person.changed", body),)
        with self._book.unit():
            self.keep(wrapped)
            self._book.state("person.changed", body, by)

    def keep(self, wrapped: str) -> None:
        """Keep a wrapped key beside the log, by digest."""
        data = wrapped.encode("ascii")
        self._store.add("documents", {"sha256": _digest(wrapped), "kind": "key", "data": data})

    def deactivate(self, person_id: str, acting: Acting, reason: str = "") -> None:
        """End a person's right to act; their records and signatures stay."""
        acting.must(Action.DEACTIVATE)
        row = self._store.one("people", id=person_id)
        if row is None:
            raise Refusal("not-found", what="person", name=person_id)
        person = msgspec.json.decode(row["data"], type=Person)
        gone = msgspec.structs.replace(person, active=False)
        Grants(self._book).must_leave_two(gone)
        body: dict[str, Any] = msgspec.to_builtins(gone)
        body["wrapped_sha256"] = row["wrapped"]
        body |= {"reason": reason} if reason else {}
        with self._book.unit():
            self._book.state("person.changed", body, (acting.sign("person.changed", body),))
            self._store.remove("sessions", who=person_id, kind="person")

    def refuse_taken(self, new: NewPerson) -> None:
        """Refusal if the id or the badge is or was anybody's."""
        if self._store.one("people", id=new.id) is not None:
            raise Refusal("exists", what="person", name=new.id)
        self._refuse_badge(new)

    def _refuse_badge(self, new: NewPerson | NewKey) -> None:
        """A badge stays its first holder's: what its code once opened, nobody else may open."""
        holder = self._store.one("badges", badge_digest=badge_digest(new.badge))
        if holder is not None and holder["person"] != new.id:
            raise Refusal("badge-used")


def _person(body: dict[str, Any]) -> Person:
    return msgspec.convert(body, Person)


def _digest(wrapped: str) -> str:
    return hashlib.sha256(wrapped.encode()).hexdigest()
