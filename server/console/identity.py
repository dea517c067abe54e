"""Signing in by the plant's identity provider, and binding its word for somebody to a person.

The session it opens reads and asks. Whatever is signed takes badge and secret, as always: the
person's key is opened by nothing else. Whoever is refused is told one and the same thing; why
stands in the audit trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from server.api.identity import client_of
from server.audit.noting import place_of
from server.console.person import person_shown
from server.console.two import both
from server.console.web import (
    ConsoleRoute,
    field,
    form_of,
    language_of,
    needed,
    opened,
    page,
    parts_of,
    told,
)
from server.people.factors import MOST_CODE
from server.people.id_token import NotProved
from server.people.identity_links import Link
from server.people.sign_on import Back
from server.people.tries import TRY_FOR, person_of, waiting
from server.words import Refusal

if TYPE_CHECKING:
    from forms.terms import Person
    from server.parts import Parts
    from server.people.factors import How
    from server.people.id_token import Claims, Why
    from server.people.sign_on import SignOn

Name = Annotated[str, Path(max_length=200)]
Given = Annotated[str, Query(max_length=2_000)]
TRY_COOKIE = "lotbook_identity"
WAY = "/console/sign-in/identity"

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/sign-in/identity")
async def begin(request: Request) -> Response:
    """To the provider; the browser keeps what only it can bring back."""
    parts = parts_of(request)
    client = client_of(request)
    parts.gate.attempt(client)
    url, token = await _sign_on(parts).begin(client)
    return _trying(request, RedirectResponse(url, 303), token)


@router.get("/console/sign-in/identity/callback")
async def callback(
    request: Request, state: Given = "", code: Given = "", iss: Given = "", error: Given = ""
) -> Response:
    """Back from the provider: a session, the question for a code, or one and the same refusal."""
    parts = parts_of(request)
    parts.gate.attempt(client_of(request))
    sign_on = _sign_on(parts)
    if error and not code:
        return _refused(request, NotProved("provider-said-no"))
    try:
        back = Back(request.cookies.get(TRY_COOKIE, ""), state, code, iss)
        claims = await sign_on.finish(back)
        person = parts.identity_links.admitted(
            sign_on.provider.issuer, claims, parts.sessions.lockout
        )
    except NotProved as failed:
        return _refused(request, failed)
    how = _how(parts, sign_on, person, claims)
    if how is None:
        answer = page(request, "identity_code.html", said=None)
        return _trying(request, answer, sign_on.tries.once(waiting(person.id)))
    return _entered(request, person, how)


@router.post("/console/sign-in/identity/code")
async def second_factor(request: Request) -> Response:
    """The code of the person's own second factor, where the provider asked for none: one try."""
    form, parts = await form_of(request), parts_of(request)
    parts.gate.attempt(client_of(request))
    name = person_of(_sign_on(parts).tries.used(request.cookies.get(TRY_COOKIE, "")))
    if not name:
        return _refused(request, NotProved("wrong-state"))
    try:
        how = await _by_code(parts, name, field(form, "code", MOST_CODE))
    except NotProved as failed:
        return _refused(request, failed)
    return _entered(request, parts.directory.person(name), how)


@router.post("/console/people/{person}/identity")
async def link(request: Request, person: Name) -> Response:
    """Bind the provider's word to a person, or end it, by two; told on the person's page."""
    form, parts = await form_of(request), parts_of(request)
    try:
        given = field(form, "act") != "end"
        asked = Link(
            person=person,
            issuer=field(form, "issuer").strip() or _sign_on(parts).provider.issuer,
            subject=needed(form, "subject", "reason-needed"),
            reason=needed(form, "reason", "reason-needed"),
            given=given,
        )
        parts.identity_links.change(asked, *await both(request, form))
    except Refusal as refusal:
        return person_shown(request, person, refusal)
    return RedirectResponse(f"/console/people/{person}?done=1", 303)


def _sign_on(parts: Parts) -> SignOn:
    if parts.sign_on is None:
        raise Refusal("not-found", what="identity provider", name="-")
    return parts.sign_on


def _how(parts: Parts, sign_on: SignOn, person: Person, claims: Claims) -> How | None:
    """By what the person came; None where our own second factor is to be shown first.

    Who must have one and came with none may do nothing but set it up: ``server.api.owing``.
    """
    if sign_on.strong(claims):
        return "oidc"
    if parts.factors.now.standing(person.id).on:
        return None
    return "oidc_alone"


async def _by_code(parts: Parts, person: str, code: str) -> How:
    """By which code of the person's own; NotProved for a wrong one, or after too many."""
    whys: dict[str, Why] = {
        "sign-in-failed": "code-wrong", "locked": "locked", "too-many": "locked",
    }  # fmt: skip
    try:
        return await parts.sessions.prove_code(person, code, parts.workers)
    except Refusal as refusal:
        if refusal.code not in whys:
            raise
        raise NotProved(whys[refusal.code], person=person) from refusal


def _entered(request: Request, person: Person, how: How) -> Response:
    """The session, and a page that leads on: a redirect would come without the strict cookie."""
    parts = parts_of(request)
    token = parts.sessions.open(person.id, how)
    if news := parts.factors.now.news(person.id, how):  # told now, and once
        answer = page(request, "signed_in.html", uses=news)
    else:
        answer = page(request, "identity_in.html", who=person)
    answer.delete_cookie(TRY_COOKIE, path=WAY)
    return opened(request, token, person, answer)


def _trying(request: Request, answer: Response, token: str) -> Response:
    """With the cookie of a try, which the browser brings along when it comes from elsewhere."""
    answer.set_cookie(
        TRY_COOKIE, token, httponly=True, samesite="lax", path=WAY,
        secure=request.url.scheme == "https", max_age=int(TRY_FOR.total_seconds()),
    )  # fmt: skip
    return answer


def _refused(request: Request, failed: NotProved) -> Response:
    """One answer for every reason; the reason goes to the audit trail."""
    parts, result = parts_of(request), f"identity-refused {failed.why}"
    request.state.refused = result
    if (failed.subject or failed.person) and not parts.book.recovery:
        route = f"{request.method} {request.scope['route'].path}"
        place = place_of(request.client)
        about = f"subject {failed.subject}" if failed.subject else ""
        parts.trail.note(failed.person, route, about, 0, place=place, result=result)
        request.state.noted = True
    said = told(Refusal("identity-refused"), language_of(request))
    answer = page(request, "sign_in.html", Refusal("identity-refused").status, said=said)
    answer.delete_cookie(TRY_COOKIE, path=WAY)
    return answer
