"""The people enrolled, and unlocking their keys with badge and secret."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import PAIR, RIGHTS, Action, allows
from forms.terms import Person
from forms.two_persons import two_persons
from server.log.leaves import By, sign_statement
from server.words import Refusal
from sync import canonical
from sync.keys import (
    PERSON_COST,
    BadKey,
    Cost,
    SeedSigner,
    WrongSecret,
    unwrap_person_key,
    wrap_person_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from server.store.protocol import Row, Store
    from sync.keys import Signer

LEAST_SECRET = 6


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """A person whose key is unlocked for this one act."""

    person: Person
    signer: Signer

    def sign(self, kind: str, body: dict[str, Any]) -> By:
        """This person's signature under a statement."""
        return sign_statement(self.person.id, self.signer, kind, body)

    def at(self, here: Person) -> Acting:
        """The same person acting where their classes are those of ``here``."""
        person = msgspec.structs.replace(self.person, classes=here.classes, grants=())
        return msgspec.structs.replace(self, person=person)

    def must(self, action: Action) -> None:
        """Refusal unless the table of rights allows the person the action."""
        if not allows(self.person.classes, action):
            raise Refusal("not-allowed", classes=", ".join(RIGHTS[action]))


@dataclass(frozen=True, repr=False)
class Claim:
    """Badge and secret as presented, with the wrapped key they are to open; no store in it."""

    badge: str
    secret: str
    person: str
    """Whose badge it is; empty for an unknown badge."""
    wrapped: str

    def signer(self) -> Signer | None:
        """The unlocked key, None if the secret is wrong. Slow by design; pure."""
        try:
            return unwrap_person_key(self.wrapped, self.badge, self.secret, self.person or "nobody")
        except (WrongSecret, BadKey):
            return None


def badge_digest(badge: str) -> str:
    """What is kept of a badge's code: its SHA-256."""
    return hashlib.sha256(badge.encode()).hexdigest()


class Directory:
    """Reads people from the projections and unlocks keys."""

    def __init__(self, store: Store) -> None:
        """Over ``store``."""
        self._store = store

    def person(self, person_id: str, *, wrapped: bool = False) -> Person:
        """The person of that id, with the wrapped key if asked; Refusal if unknown.

        Without the key as it was read before, until anything is written of anybody.
        """
        if wrapped:
            found = self._read(person_id, wrapped=True)
        else:
            found = self._store.derived(("people",), person_id, lambda: self._read(person_id))
        if found is None:
            raise Refusal("not-found", what="person", name=person_id)
        return found

    def everyone(self, *, wrapped: bool = False) -> tuple[Person, ...]:
        """All people ever enrolled, by id."""
        return tuple(self._person(row, wrapped=wrapped) for row in self._store.rows("people"))

    def by_badge(self, badge: str) -> Person | None:
        """Whose badge that is; None if nobody's."""
        row = self._store.one("people", badge_digest=badge_digest(badge))
        return None if row is None else self._person(row, wrapped=True)

    def unlock(self, badge: str, secret: str) -> Acting:
        """The person of the badge with the key unlocked; Refusal ``sign-in-failed``.

        An unknown badge costs the same work as a wrong secret, so that time tells nothing.
        """
        claim = self.claim(badge, secret)
        return self.settle(claim, claim.signer())

    def claim(self, badge: str, secret: str) -> Claim:
        """What is needed to try badge and secret, in any thread."""
        person = self.by_badge(badge)
        wrapped = person.wrapped_key if person else self._anyone()
        return Claim(badge, secret, person.id if person else "", wrapped)

    def settle(self, claim: Claim, signer: Signer | None) -> Acting:
        """Who the claim proved to be; Refusal ``sign-in-failed``.

        Asks again who is active, and whether what the secret opened is still what it is to open:
        both may have changed while it was derived.
        """
        person = self.by_badge(claim.badge)
        if signer is None or person is None or person.id != claim.person or not person.active:
            raise Refusal("sign-in-failed")
        if person.wrapped_key != claim.wrapped:
            raise Refusal("sign-in-failed")
        return Acting(person=person, signer=signer)

    def _anyone(self) -> str:
        row = self._store.one("people")
        return "" if row is None else self._person(row, wrapped=True).wrapped_key

    def _read(self, person_id: str, *, wrapped: bool = False) -> Person | None:
        row = self._store.one("people", id=person_id)
        return None if row is None else self._person(row, wrapped=wrapped)

    def _person(self, row: Row, *, wrapped: bool) -> Person:
        person = msgspec.convert(canonical.loads(row["data"]), Person)
        if not wrapped or not row["wrapped"]:
            return person
        document = self._store.one("documents", sha256=row["wrapped"])
        key = "" if document is None else document["data"].decode("ascii")
        return msgspec.structs.replace(person, wrapped_key=key)


def new_key(
    random: Callable[[int], bytes],
    person: str,
    badge: str,
    secret: str,
    cost: Cost = PERSON_COST,
) -> tuple[Signer, str]:
    """A fresh person key, and the same wrapped by badge and secret; Refusal for a weak secret."""
    if len(secret) < LEAST_SECRET:
        raise Refusal("secret-weak")
    seed = random(32)
    return SeedSigner(person, seed), wrap_person_key(seed, badge, secret, cost=cost, random=random)


def must_be_two(acting: Iterable[Acting]) -> None:
    """Refusal unless two different people stand there who cover both classes of ``PAIR``."""
    if not two_persons([one.person for one in acting], *PAIR):
        raise Refusal("two-persons", classes=", ".join(PAIR))
