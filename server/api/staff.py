"""Routes about people: who is enrolled, who holds which class where, and the places there are."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from forms.terms import Scope
from server.api.answers import answer, public
from server.api.bodies import Act, ReasonedAct
from server.api.bodies_people import (
    ChangeGrant,
    DefineWorkCenter,
    EnrolPerson,
    LinkIdentity,
    NewPersonKey,
)
from server.api.identity import parts_of, session_of
from server.api.people import Name, acting, note, second_of
from server.api.strict import StrictRoute
from server.people.ending import end_sessions
from server.people.enrolment import NewKey, NewPerson
from server.people.grants import Change, WorkCenter
from server.people.identity_links import Link

router = APIRouter(prefix="/api", tags=["people"], route_class=StrictRoute)


@router.get("/people", summary="Everyone enrolled")
async def people(request: Request) -> Response:
    """Names, classes, public keys; never badges or wrapped keys."""
    found = parts_of(request).directory.everyone()
    note(request, "people", len(found))
    return answer([public(one) for one in found])


@router.post("/people", status_code=201, summary="Enrol a person, by two")
async def enrol(request: Request, body: EnrolPerson) -> Response:
    """Administrator and quality sign; somebody's identity document was checked."""
    parts = parts_of(request)
    first = await acting(request, body.first)
    second = await second_of(request, body.second)
    fields = body.model_dump(exclude={"first", "second", "classes", "qualified"})
    new = NewPerson(**fields, classes=tuple(body.classes), qualified=tuple(body.qualified))
    made = await parts.workers.derive(lambda: parts.enrolment.make_key(new))
    return answer(public(parts.enrolment.enrol(new, first, second, made)), 201)


@router.post("/people/{person}/deactivation", summary="End a person's right to act")
async def deactivate(request: Request, person: Name, body: ReasonedAct) -> Response:
    """Their records and signatures stay."""
    who = await acting(request, body)
    parts_of(request).enrolment.deactivate(person, who, body.reason)
    return answer(public(parts_of(request).directory.person(person)))


@router.post("/people/{person}/key", summary="A new key for a person, by two")
async def rekey(request: Request, person: Name, body: NewPersonKey) -> Response:
    """The same person under the same id; what arrives under the old key does not count."""
    parts = parts_of(request)
    first = await acting(request, body.first)
    second = await second_of(request, body.second)
    new = NewKey(id=person, **body.model_dump(exclude={"first", "second"}))
    parts.enrolment.refuse_rekey(new)
    made = await parts.workers.derive(lambda: parts.enrolment.make_key(new))
    return answer(public(parts.enrolment.rekey(new, first, second, made)))


@router.post("/people/{person}/unlocking", summary="Lift the lock of a person's badge")
async def unlock(request: Request, person: Name, body: Act) -> Response:
    """After too many wrong secrets; by somebody else."""
    failures = parts_of(request).sessions.lockout.lift(person, await acting(request, body))
    return answer({"id": person, "failures": failures})


@router.get("/me/sessions", summary="Where I am signed in")
async def my_sessions(request: Request) -> Response:
    """The caller's open sessions, the oldest first."""
    person = session_of(request).person.id
    found = parts_of(request).sessions.of(person)
    note(request, "sessions", len(found))
    return answer(found)


@router.delete("/me/sessions/{name}", summary="End one of my sessions")
async def end_mine(request: Request, name: Name) -> Response:
    """By its name in the list; it may be this one."""
    note(request, f"session {name}", 1)
    ended = parts_of(request).sessions.end(session_of(request).person.id, name)
    return answer({"ended": ended})


@router.post("/people/{person}/sign-out", summary="End a person's sessions")
async def sign_out(request: Request, person: Name, body: Act) -> Response:
    """All of them at once, wherever they are; what was signed stays signed."""
    parts, who = parts_of(request), await acting(request, body)
    return answer({"ended": end_sessions(parts.book, parts.sessions, person, who)})


@router.get("/people/{person}/grants", summary="What a person holds where, and since when")
async def grants(request: Request, person: Name) -> Response:
    """Every change, by whom, with the reason."""
    parts = parts_of(request)
    known = parts.directory.person(person)
    history = parts.grants.history(person)
    note(request, person, len(history))
    return answer({"person": public(known), "history": history})


@router.post("/people/{person}/grants", summary="Give or withdraw a class at a place, by two")
async def change(request: Request, person: Name, body: ChangeGrant) -> Response:
    """Administrator and quality, neither of them the person; ends the person's sessions."""
    first = await acting(request, body.first)
    second = await second_of(request, body.second)
    scope = Scope(area=body.area, work_center=body.work_center)
    asked = Change(person=person, role=body.role, scope=scope, given=body.given, reason=body.reason)
    return answer(public(parts_of(request).grants.change(asked, first, second)))


@router.post("/people/{person}/identity", summary="Bind a plant account to a person, by two")
async def link(request: Request, person: Name, body: LinkIdentity) -> Response:
    """By issuer and subject, or end it; neither of the two is the person."""
    first = await acting(request, body.first)
    second = await second_of(request, body.second)
    asked = Link(person=person, **body.model_dump(exclude={"first", "second"}))
    links = parts_of(request).identity_links
    links.change(asked, first, second)
    return answer({"id": person, "linked": links.of(person)})


@router.post("/work-centers", status_code=201, summary="Say which work units a work center has")
async def define(request: Request, body: DefineWorkCenter) -> Response:
    """A signed statement; rights at a place reach what is made there."""
    center = WorkCenter(
        area=body.area, work_center=body.work_center, work_units=tuple(body.work_units)
    )
    parts_of(request).grants.define(center, await acting(request, body), body.reason)
    return answer(center, 201)
