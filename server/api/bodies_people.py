"""The JSON bodies about people and what they hold; unknown members are refused."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from forms.terms import PersonnelClass
from server.api.bodies import Body, Code, Components, Credentials, Line, Reason, ReasonedAct

Place = Annotated[str, Field(max_length=64, pattern=r"^[^/\x00-\x1f]*$")]


class EnrolPerson(Body):
    """A new person, enrolled by two: the one signed in and a second one."""

    id: Code
    name: Line
    classes: Annotated[list[PersonnelClass], Field(min_length=1, max_length=5)]
    badge: Line
    secret: Annotated[str, Field(min_length=6, max_length=200)]
    document: Line
    checked_by: Code
    qualified: list[Line] = Field(default=["*"], max_length=100)
    qualified_until: date | None = None
    first: Credentials
    second: Components


class NewPersonKey(Body):
    """Another key for a person, by two: the one signed in and a second one."""

    badge: Line
    secret: Annotated[str, Field(min_length=6, max_length=200)]
    document: Line
    checked_by: Code
    first: Credentials
    second: Components


class ChangeGrant(Body):
    """A class to give to a person at a place or to withdraw, by two: the one signed in and another.

    Neither area nor work center: at the whole site.
    """

    role: PersonnelClass
    area: Place = ""
    work_center: Place = ""
    given: bool = True
    reason: Reason
    first: Credentials
    second: Components


class LinkIdentity(Body):
    """The plant's account to bind to a person or to unbind, by two: who is signed in and another.

    Issuer and subject as the provider names them in its tokens.
    """

    issuer: Annotated[str, Field(min_length=1, max_length=500)]
    subject: Annotated[str, Field(min_length=1, max_length=255)]
    given: bool = True
    reason: Reason
    first: Credentials
    second: Components


class DefineWorkCenter(ReasonedAct):
    """A work center and its work units."""

    area: Annotated[Place, Field(min_length=1)]
    work_center: Annotated[Place, Field(min_length=1)]
    work_units: Annotated[list[Code], Field(min_length=1, max_length=500)]


class ResetFactor(Body):
    """A lost second factor taken away, by two: the one signed in and another."""

    document: Line
    """Which identity document was checked."""
    checked_by: Code
    first: Credentials
    second: Components


class Confirm(Body):
    """The code that the phone shows for the seed just taken over."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
