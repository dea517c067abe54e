"""The page about oneself: who I am, my secret, my second factor, where I am signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from forms.rights import grants_of
from forms.terms import SITE
from forms.words import VALUES
from server.api.bodies import Components
from server.api.factor import confirmed, picture_of, removed, renewed, whole
from server.api.owing import factor_required, owed_by
from server.console.texts import texts
from server.console.web import (
    ACCOUNT,
    ConsoleRoute,
    acting,
    field,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    session_of,
    told,
)
from server.people.factors import MOST_CODE
from server.words import Refusal

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from forms.terms import Grant
    from server.people.sessions import Session

SPELT = 4
"""Letters of a seed written together."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/account")
async def account(request: Request) -> Response:
    """What this server knows of the person signed in, and what they may change of it."""
    return _account_page(request)


@router.post("/console/account")
async def secret(request: Request) -> Response:
    """A new secret; the other sessions end."""
    form, parts, session = await form_of(request), parts_of(request), _session(request)
    try:
        new = _new_secret(form)
        who = await acting(request, form)
        claim = parts.directory.claim(field(form, "badge").strip(), field(form, "secret"))
        wrapped = await parts.workers.derive(lambda: parts.enrolment.rewrapped(claim, new))
        parts.enrolment.change_secret(who, wrapped)
    except Refusal as refusal:
        return _account_page(request, refusal)
    parts.sessions.end(session.person.id, but=session.token_digest)
    return _account_page(request, done="secret_changed")


@router.post("/console/account/sessions")
async def sessions(request: Request) -> Response:
    """End one of my sessions by its name, or all but this one."""
    form, session = await form_of(request), _session(request)
    name = field(form, "name")
    note(request, f"session {name}".strip(), 1)
    but = "" if name else session.token_digest
    parts_of(request).sessions.end(session.person.id, name, but=but)
    return RedirectResponse(ACCOUNT, 303)


@router.get("/console/account/second-factor")
async def begun(request: Request) -> Response:
    """What was begun in this session, once more; else the page about oneself."""
    try:
        shown = _begun_page(request)
    except Refusal:
        return RedirectResponse(ACCOUNT, 303)
    note(request, "second-factor begun", 1)
    return shown


@router.post("/console/account/second-factor")
async def factor(request: Request) -> Response:
    """Begin to set it up (or anew), put it in force, renew the recovery codes, switch it off.

    Recovery codes are shown this once.
    """
    form = await form_of(request)
    act = field(form, "act")
    if act == "confirm":
        return await _confirm(request, field(form, "code", MOST_CODE))
    try:
        given = _given(form)
        if act == "codes":
            return page(request, "recovery_codes.html", codes=await renewed(request, given))
        if act == "off":
            await removed(request, given)
            return RedirectResponse(ACCOUNT, 303)
        parts_of(request).factors.begin(await whole(request, given), _session(request))
        note(request, "second-factor begun", 1)
    except Refusal as refusal:
        return _account_page(request, refusal)
    return _begun_page(request)


async def _confirm(request: Request, code: str) -> Response:
    try:
        codes = await confirmed(request, code)
    except Refusal as refusal:
        return (
            _begun_page(request, refusal)
            if refusal.code == "code-wrong"
            else _account_page(request, refusal)
        )
    return page(request, "recovery_codes.html", codes=codes)


def _new_secret(form: FormData) -> str:
    """The new secret, written the same twice."""
    new = field(form, "new_secret")
    if new != field(form, "again"):
        raise Refusal("secret-differs")
    return new


def _given(form: FormData) -> Components:
    """Badge, secret and code of the form; empty ones are refused as wrong ones."""
    badge, said = field(form, "badge", 200).strip(), field(form, "secret", 200)
    if not (badge and said):
        raise Refusal("sign-in-failed")
    return Components(badge=badge, secret=said, code=field(form, "code", MOST_CODE))


def _session(request: Request) -> Session:
    session = session_of(request)
    if session is None:
        raise Refusal("sign-in-needed")
    return session


def _begun_page(request: Request, refusal: Refusal | None = None) -> Response:
    """The QR code and the field for the phone's first code."""
    begun = parts_of(request).factors.begun(_session(request))
    pieces = [begun.seed[at : at + SPELT] for at in range(0, len(begun.seed), SPELT)]
    return page(
        request,
        "factor_begun.html",
        refusal.status if refusal else 200,
        said=told(refusal, language_of(request)),
        picture=Markup(picture_of(begun)),  # noqa: S704 - segno's own, of nothing but squares
        spelt=" ".join(pieces),
    )


def _account_page(request: Request, refusal: Refusal | None = None, done: str = "") -> Response:
    """The page, telling a refusal or what was done."""
    parts, session, language = parts_of(request), _session(request), language_of(request)
    person = parts.directory.person(session.person.id)  # as it is now: the secret may be new
    note(request, "account", 1)
    return page(
        request,
        "account.html",
        refusal.status if refusal else 200,
        said=told(refusal, language),
        done=texts(language)[done] if done else "",
        whole=person,
        held=[_held(one, language) for one in grants_of(person)],
        factor=parts.factors.now.standing(person.id),
        required=factor_required(parts.store, person),
        owes=owed_by(parts.store, person, session.how),
        sessions=parts.sessions.of(person.id),
        here=session.token_digest[:12],
    )


def _held(grant: Grant, language: str) -> dict[str, str]:
    """A class in words, and where; empty for the whole site."""
    place = "" if grant.scope == SITE else str(grant.scope)
    return {"role": VALUES[grant.role].in_language(language), "place": place}
