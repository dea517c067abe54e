"""One person: what is held where, everything ever said, open sessions, and what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from forms.rights import Action, grants_of
from forms.terms import PersonnelClass, Scope
from server.api.bodies_people import NewPersonKey, ResetFactor
from server.console.people import roster
from server.console.texts_trail import field_name
from server.console.trail import shown_value
from server.console.two import both
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    field,
    form_of,
    language_of,
    needed,
    note,
    page,
    parts_of,
    people,
    session_of,
    told,
    unreadable,
)
from server.people.ending import end_sessions
from server.people.enrolment import NewKey
from server.people.factor_changes import Proven
from server.people.grants import Change
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import FormData

    from server.audit.history import Told
    from server.parts import Parts

Name = Annotated[str, Path(max_length=200)]
_B = TypeVar("_B", NewPersonKey, ResetFactor)
SHOWN = 200
"""Lines of a history on the page; the audit trail has them all."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/people/{person}")
async def person_page(request: Request, person: Name) -> Response:
    """The person, and the forms for what the viewer may do."""
    return person_shown(request, person, None)


@router.post("/console/people/{person}/grants")
async def change(request: Request, person: Name) -> Response:
    """Give a class at a place, or withdraw one, by two."""
    return await _done(request, person, _change)


@router.post("/console/people/{person}/key")
async def rekey(request: Request, person: Name) -> Response:
    """A new key, after the identity was proved again, by two."""
    return await _done(request, person, _rekey)


@router.post("/console/people/{person}/second-factor-reset")
async def reset_factor(request: Request, person: Name) -> Response:
    """Take a lost second factor away, after the identity was proved again, by two."""
    return await _done(request, person, _reset_factor)


@router.post("/console/people/{person}/deactivation")
async def deactivate(request: Request, person: Name) -> Response:
    """End the person's right to act, for good."""
    return await _done(request, person, _deactivate)


@router.post("/console/people/{person}/unlocking")
async def unlock(request: Request, person: Name) -> Response:
    """Lift the lock of the person's badge."""
    return await _done(request, person, _unlock)


@router.post("/console/people/{person}/sign-out")
async def sign_out(request: Request, person: Name) -> Response:
    """End every session of the person."""
    return await _done(request, person, _end_sessions)


async def _done(
    request: Request, person: str, do: Callable[[Request, str, FormData], Awaitable[None]]
) -> Response:
    """Do it; a refusal is told on the person's page."""
    form = await form_of(request)
    try:
        await do(request, person, form)
    except Refusal as refusal:
        return person_shown(request, person, refusal)
    return RedirectResponse(f"/console/people/{person}?done=1", 303)


async def _change(request: Request, person: str, form: FormData) -> None:
    parts = parts_of(request)
    role, scope = _role_at(parts, field(form, "role"), field(form, "place"))
    reason = needed(form, "reason", "reason-needed")
    given = field(form, "act") != "withdraw"
    asked = Change(person=person, role=role, scope=scope, given=given, reason=reason)
    parts.grants.change(asked, *await both(request, form))


async def _rekey(request: Request, person: str, form: FormData) -> None:
    parts = parts_of(request)
    key = {"badge": field(form, "new_badge").strip(), "secret": field(form, "new_secret")}
    body = _as_body(NewPersonKey, form, key)
    first, second = await both(request, form)
    new = NewKey(id=person, **body.model_dump(exclude={"first", "second"}))
    parts.enrolment.refuse_rekey(new)
    made = await parts.workers.derive(lambda: parts.enrolment.make_key(new))
    parts.enrolment.rekey(new, first, second, made)


async def _reset_factor(request: Request, person: str, form: FormData) -> None:
    body = _as_body(ResetFactor, form, {})
    first, second = await both(request, form)
    proven = Proven(body.document, body.checked_by)
    parts_of(request).factors.reset(person, proven, first, second)


async def _deactivate(request: Request, person: str, form: FormData) -> None:
    reason = needed(form, "reason", "reason-needed")
    parts_of(request).enrolment.deactivate(person, await acting(request, form), reason)


async def _unlock(request: Request, person: str, form: FormData) -> None:
    parts_of(request).sessions.lockout.lift(person, await acting(request, form))


async def _end_sessions(request: Request, person: str, form: FormData) -> None:
    who, parts = await acting(request, form), parts_of(request)
    end_sessions(parts.book, parts.sessions, person, who)


def key_of(scope: Scope) -> str:
    """A place as a form names it."""
    return f"{scope.area}/{scope.work_center}"


def _role_at(parts: Parts, role: str, place: str) -> tuple[PersonnelClass, Scope]:
    """What a form names; the class and the place of a withdrawal stand in one field."""
    if not role:
        role, _, place = place.partition(" ")
    places = {key_of(one): one for one in parts.scopes.all()}
    if role not in set(PersonnelClass):
        raise Refusal("not-found", what="class", name=role[:40])
    if place not in places:
        raise Refusal("not-found", what="place", name=place[:80])
    return PersonnelClass(role), places[place]


def _as_body(kind: type[_B], form: FormData, more: dict[str, Any]) -> _B:
    """The form as the API takes it, but for who signs; Refusal naming the field that is wrong."""
    said: dict[str, Any] = {name: field(form, name).strip() for name in ("document", "checked_by")}
    said |= more | {who: {"badge": "-", "secret": "-"} for who in ("first", "second")}
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error


def person_shown(request: Request, person: str, refusal: Refusal | None) -> Response:
    """The person's page, telling a refusal if there is one; Refusal for nobody."""
    parts, language = parts_of(request), language_of(request)
    known = roster(parts)
    try:
        one = known.of(person)
    except Refusal as nobody:
        raise refusal or nobody from nobody
    past = known.history(person)
    note(request, person, len(past))
    session, sign_on = session_of(request), parts.sign_on
    return page(
        request,
        "person.html",
        refusal.status if refusal else 200,
        one=one,
        held=[(grant, key_of(grant.scope)) for grant in grants_of(one.person)],
        history=[_shown(line, language) for line in past[:SHOWN]],
        founding=past[-1].index,
        more=len(past) > SHOWN,
        sessions=parts.sessions.of(person),
        names=people(parts),
        active=[who for who in parts.directory.everyone() if who.active and who.id != person],
        places=[(str(place), key_of(place)) for place in parts.scopes.all()],
        classes=tuple(PersonnelClass),
        linked=parts.identity_links.of(person),
        issuer=sign_on.provider.issuer if sign_on else "",
        factor=parts.factors.now.standing(person),
        own=session is not None and session.person.id == person,
        today=parts.clock().date(),
        refused_at=request.url.path.rpartition("/")[2] if refusal else "",
        done="done" in request.query_params,
        may={action.name: allowed(request, action) for action in _ACTS},
        said=told(refusal, language),
    )


_ACTS = (
    Action.GRANT, Action.LINK, Action.REKEY, Action.RESET_FACTOR, Action.DEACTIVATE, Action.UNLOCK,
    Action.END_SESSIONS, Action.AUDIT,
)  # fmt: skip


def _shown(line: Told, language: str) -> dict[str, Any]:
    """A line of the history in words."""
    changes = [
        (
            field_name(one.name, language),
            shown_value(one.name, one.old, language),
            shown_value(one.name, one.new, language),
        )
        for one in line.changes
    ]
    what = line.what.in_language(language) if line.what else "–"
    return {"line": line, "what": what, "changes": changes}
