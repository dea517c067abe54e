"""What a person must do first: own the secret, and the second factor that the site asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import classes_at
from server.access import OWN_FACTOR, OWN_SECRET
from server.people.factors import ALONE
from server.quality.parameters import parameters_of
from server.words import Refusal

if TYPE_CHECKING:
    from forms.terms import Person
    from server.people.sessions import Session
    from server.store.protocol import Store


def factor_required(store: Store, person: Person) -> bool:
    """Whether the site asks a second factor of one of the classes that the person holds."""
    asked = parameters_of(store).second_factor_classes
    return bool(asked) and not set(classes_at(person, None)).isdisjoint(asked)


def owed(store: Store, session: Session) -> str:
    """The refusal's code of what the person must do before anything else; empty for nothing.

    Who came with a code has a second factor; so has who was asked one by the identity provider.
    """
    return owed_by(store, session.person, session.how)


def owed_by(store: Store, person: Person, how: str) -> str:
    """The same of a person who came by ``how``."""
    if person.initial_secret:
        return "secret-initial"
    if how in ALONE and factor_required(store, person):
        return "factor-needed"
    return ""


def refuse_owing(store: Store, session: Session, route: tuple[str, str]) -> None:
    """Refusal on every route but those on which the person does what is owed."""
    code = owed(store, session)
    open_routes = {"": None, "secret-initial": OWN_SECRET, "factor-needed": OWN_FACTOR}[code]
    if open_routes is not None and route not in open_routes:
        raise Refusal(code)
