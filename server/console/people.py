"""People: everybody ever enrolled, how each stands, and enrolling a new one by two."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from forms.rights import Action, grants_of
from forms.terms import PersonnelClass
from server.api.bodies_people import EnrolPerson
from server.console.two import both
from server.console.web import (
    ConsoleRoute,
    allowed,
    done,
    field,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.evidence.trail_export import cell
from server.people.enrolment import NewPerson
from server.people.roster import Roster
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.datastructures import FormData

    from server.parts import Parts
    from server.people.roster import Enrolled

STATES = ("active", "locked", "inactive")
_TYPED = ("id", "name", "document", "checked_by", "qualified", "qualified_until")
_COLUMNS = (
    "id", "name", "state", "enrolled", "changed", "classes", "qualified", "qualified until",
    "public key",
)  # fmt: skip
Short = Annotated[str, Query(max_length=100)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/people")
async def people_page(
    request: Request, state: Short = "", role: Short = "", named: Short = ""
) -> Response:
    """Everybody, by state, class and name; and the form to enrol one."""
    return _page(request, {"state": state, "role": role, "named": named}, {}, None)


@router.post("/console/people")
async def enrol(request: Request) -> Response:
    """A new person, signed by two; a refusal is told with what was typed, secrets left out."""
    form = await form_of(request)
    typed = {name: field(form, name, 200) for name in _TYPED}
    classes = [str(one)[:20] for one in form.getlist("classes")][:5]
    try:
        body = _body(form, typed, classes)
        first, second = await both(request, form)
        fields = body.model_dump(exclude={"first", "second", "classes", "qualified"})
        new = NewPerson(**fields, classes=tuple(body.classes), qualified=tuple(body.qualified))
        parts = parts_of(request)
        made = await parts.workers.derive(lambda: parts.enrolment.make_key(new))
        parts.enrolment.enrol(new, first, second, made)
    except Refusal as refusal:
        return _page(request, {}, {**typed, "classes": classes}, refusal)
    return done(f"/console/people/{new.id}")


@router.get("/console/people.csv")
async def export(request: Request) -> Response:
    """Everybody covered, with dates, as a file."""
    found = roster(parts_of(request)).all()
    note(request, "people csv", len(found))
    headers = {
        "content-disposition": 'attachment; filename="people.csv"',
        "cache-control": "no-store",
    }
    return Response(_as_csv(found), 200, headers, media_type="text/csv; charset=utf-8")


def roster(parts: Parts) -> Roster:
    """How people stand."""
    return Roster(parts.store, parts.sessions.lockout)


def _as_csv(found: Iterable[Enrolled]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for one in found:
        who = one.person
        held = "; ".join(f"{grant.role} ({grant.scope})" for grant in grants_of(who))
        writer.writerow(map(cell, (
            who.id, who.name, one.state, one.since, one.changed, held, " ".join(who.qualified),
            str(who.qualified_until or ""), who.public_key,
        )))  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _body(form: FormData, typed: Mapping[str, str], classes: list[str]) -> EnrolPerson:
    """The form as the API takes it; Refusal naming the field that does not fit."""
    said: dict[str, Any] = {name: value.strip() for name, value in typed.items()}
    said |= {"classes": classes, "qualified": said["qualified"].split() or ["*"]}
    said |= {"qualified_until": said["qualified_until"] or None}
    said |= {"badge": field(form, "new_badge").strip(), "secret": field(form, "new_secret")}
    for who, prefix in (("first", ""), ("second", "second_")):
        given = {name: field(form, f"{prefix}{name}") for name in ("badge", "secret")}
        said[who] = {name: value or "-" for name, value in given.items()}
    try:
        return EnrolPerson.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error


def _fits(one: Enrolled, asked: Mapping[str, str]) -> bool:
    held = {str(grant.role) for grant in grants_of(one.person)}
    named = asked["named"].strip().casefold()
    return (
        asked["state"] in {"", one.state}
        and (not asked["role"] or asked["role"] in held)
        and named in f"{one.person.id} {one.person.name}".casefold()
    )


def _page(
    request: Request,
    asked: Mapping[str, str],
    typed: Mapping[str, Any],
    refusal: Refusal | None,
) -> Response:
    parts = parts_of(request)
    wanted = {"state": "", "role": "", "named": "", **asked}
    everyone = roster(parts).all()
    found = [one for one in everyone if _fits(one, wanted)]
    note(request, "people", len(found))
    return page(
        request,
        "people.html",
        refusal.status if refusal else 200,
        rows=[(one, grants_of(one.person)) for one in found],
        total=len(everyone),
        asked=wanted,
        states=STATES,
        classes=tuple(PersonnelClass),
        names=people(parts),
        active=[one.person for one in everyone if one.person.active],
        today=parts.clock().date(),
        typed={**dict.fromkeys(_TYPED, ""), "classes": [], **typed},
        may_enrol=allowed(request, Action.ENROL),
        may_export=allowed(request, Action.EXPORT),
        said=told(refusal, language_of(request)),
    )
