"""Who holds which personnel class where: given and withdrawn by two others, with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from forms.rights import PAIR, Action, classes_at
from forms.terms import SITE, Grant, Person, PersonnelClass, Scope
from forms.two_persons import two_persons
from server.ingest.scopes import Scopes
from server.log.leaves import Statement, leaf_at
from server.people.directory import Directory, must_be_two
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting

T = TypeVar("T")
GRANTED, DEFINED = "person.granted", "work_center.defined"
"""Kinds of the statements."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A class to be given to a person at a place, or withdrawn."""

    person: str
    role: PersonnelClass
    scope: Scope = SITE
    given: bool = True
    reason: str = ""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what a person holds, as the log tells it."""

    index: int
    at: str
    role: str
    scope: str
    given: bool
    reason: str
    by: tuple[str, ...]


class WorkCenter(msgspec.Struct, frozen=True, kw_only=True):
    """A work center besides the founding one, and the work units in it."""

    area: str
    work_center: str
    work_units: tuple[str, ...]


class Grants:
    """Gives and withdraws; nobody does either to himself."""

    def __init__(self, book: Book) -> None:
        """Into the book."""
        self._book, self._store = book, book.store

    def change(self, asked: Change, first: Acting, second: Acting) -> Person:
        """The person with what they hold from now on; their sessions end at once. Refusal."""
        must_be_two((first, second))
        if asked.person in {first.person.id, second.person.id}:
            raise Refusal("own-rights")
        row = self._store.one("people", id=asked.person)
        if row is None:
            raise Refusal("not-found", what="person", name=asked.person)
        old = msgspec.convert(canonical.loads(row["data"]), Person)
        new = self._changed(old, asked)
        self.must_leave_two(new)
        said: dict[str, Any] = msgspec.to_builtins(asked)
        body = msgspec.to_builtins(new) | {"wrapped_sha256": row["wrapped"], "change": said}
        by = tuple(one.sign(GRANTED, body) for one in (first, second))
        with self._book.unit():
            self._book.state(GRANTED, body, by)
            self._store.remove("sessions", who=asked.person, kind="person")
        return new

    def history(self, person: str) -> tuple[Past, ...]:
        """Every change of what a person holds since enrolment, the oldest first."""
        found = []
        for event in self._store.rows("trail", kind=GRANTED, subject=f"person:{person}"):
            leaf = leaf_at(self._store, event["idx"])
            if isinstance(leaf, Statement):
                found.append(_past(event["idx"], leaf))
        return tuple(found)

    def define(self, center: WorkCenter, acting: Acting, reason: str = "") -> None:
        """Say which work units are in a work center from now on; Refusal for an unknown unit.

        Refusal ``own-place`` where who signs would hold a class at more of them than before.
        """
        acting.must(Action.DEFINE_PLACE)
        scopes = Scopes(self._store)
        if unknown := set(center.work_units) - scopes.units():
            raise Refusal("not-found", what="work unit", name=min(unknown))
        who = Directory(self._store).person(acting.person.id)
        place = Scope(area=center.area, work_center=center.work_center)
        for old, new in scopes.moved(place, center.work_units):
            if set(classes_at(who, new)) - set(classes_at(who, old)):
                raise Refusal("own-place")
        body: dict[str, Any] = msgspec.to_builtins(center) | ({"reason": reason} if reason else {})
        self._book.state(DEFINED, body, (acting.sign(DEFINED, body),))

    def must_leave_two(self, new: Person) -> None:
        """Refusal if with ``new`` nobody is left who could enrol and grant: two, as ever."""
        left = [new if one.id == new.id else one for one in Directory(self._store).everyone()]
        if not two_persons([one for one in left if one.active], *PAIR):
            raise Refusal("last-two", classes=", ".join(PAIR))

    def _changed(self, old: Person, asked: Change) -> Person:
        if not old.active:
            raise Refusal("wrong-state", what="person", name=old.id, state="inactive")
        if asked.scope not in Scopes(self._store).all():
            raise Refusal("not-found", what="place", name=str(asked.scope))
        grant = Grant(role=asked.role, scope=asked.scope)
        held = asked.role in old.classes if asked.scope == SITE else grant in old.grants
        if held == asked.given:
            state = "held" if held else "not held"
            raise Refusal("wrong-state", what="class", name=str(asked.role), state=state)
        if asked.scope == SITE:
            return msgspec.structs.replace(
                old, classes=_with(old.classes, asked.role, given=asked.given)
            )
        return msgspec.structs.replace(old, grants=_with(old.grants, grant, given=asked.given))


def _with(held: tuple[T, ...], one: T, *, given: bool) -> tuple[T, ...]:
    return (*held, one) if given else tuple(each for each in held if each != one)


def _past(index: int, leaf: Statement) -> Past:
    change = msgspec.convert(leaf.body["change"], Change)
    return Past(
        index=index,
        at=leaf.at.isoformat(),
        role=change.role,
        scope=str(change.scope),
        given=change.given,
        reason=change.reason,
        by=tuple(one.person for one in leaf.by),
    )
