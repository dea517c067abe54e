"""Routes for a person's own second factor, and for two who reset the one that another lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from fastapi import APIRouter, Request, Response

from server.api.answers import answer
from server.api.bodies import Components
from server.api.bodies_people import Confirm, ResetFactor
from server.api.identity import parts_of, session_of
from server.api.owing import factor_required
from server.api.people import Name, acting, note, second_of
from server.api.strict import StrictRoute
from server.people.factor_changes import Begun, Proven
from server.words import Refusal

if TYPE_CHECKING:
    from server.people.directory import Acting

router = APIRouter(prefix="/api", tags=["people"], route_class=StrictRoute)


async def whole(request: Request, given: Components) -> Acting:
    """The signed-in person with everything to show: the code, too, of who has a second factor."""
    parts, here = parts_of(request), session_of(request).person
    found, _how = await parts.sessions.prove(given.badge, given.secret, given.code, parts.workers)
    if found.person.id != here.id:
        raise Refusal("sign-in-failed")
    return found.at(here)


def picture_of(begun: Begun) -> str:
    """The QR code as an SVG element: the policy of the pages allows no image from elsewhere."""
    made = segno.make(begun.address, error="m", micro=False)
    return str(made.svg_inline(scale=5, border=4, dark="#000", light="#fff"))


@router.get("/me/second-factor", summary="My second factor")
async def mine(request: Request) -> Response:
    """Whether it is on, whether the site requires it, how many recovery codes are left."""
    parts, person = parts_of(request), session_of(request).whole
    found = parts.factors.now.standing(person.id)
    note(request, "second-factor", 1)
    required = factor_required(parts.store, person)
    return answer(
        {
            "on": found.on,
            "since": found.since,
            "required": required,
            "recovery_codes_left": found.left,
            "recovery_codes_used": found.uses,
        }
    )


@router.post("/me/second-factor", status_code=201, summary="Begin to set a second factor up")
async def begin(request: Request, body: Components) -> Response:
    """The seed for the phone, in base32 and as the address of a QR code; not in force yet.

    Who has a factor already shows its code, too. Good for ten minutes, in this session.
    """
    begun = parts_of(request).factors.begin(await whole(request, body), session_of(request))
    note(request, "second-factor begun", 1)
    return answer({"seed": begun.seed, "address": begun.address, "qr": picture_of(begun)}, 201)


@router.post("/me/second-factor/confirmation", summary="Put the second factor in force")
async def confirm(request: Request, body: Confirm) -> Response:
    """With a right code. Answers the ten recovery codes, once; other sessions of mine end."""
    return answer({"recovery_codes": await confirmed(request, body.code)})


@router.post("/me/second-factor/recovery-codes", summary="New recovery codes")
async def renew(request: Request, body: Components) -> Response:
    """Those before are worth nothing from then on."""
    return answer({"recovery_codes": await renewed(request, body)})


@router.post("/me/second-factor/removal", status_code=204, summary="Switch my second factor off")
async def remove(request: Request, body: Components) -> Response:
    """Not where the site requires one."""
    await removed(request, body)
    return Response(status_code=204)


@router.post("/people/{person}/second-factor-reset", summary="Reset a lost second factor, by two")
async def reset(request: Request, person: Name, body: ResetFactor) -> Response:
    """Administrator and quality, neither of them the person, whose sessions end."""
    first = await acting(request, body.first)
    second = await second_of(request, body.second)
    proven = Proven(body.document, body.checked_by)
    parts_of(request).factors.reset(person, proven, first, second)
    return answer({"id": person, "on": False})


async def confirmed(request: Request, code: str) -> tuple[str, ...]:
    """Put in force what was begun in this session; the recovery codes to show once."""
    parts, session = parts_of(request), session_of(request)
    step = parts.factors.step_of(session, code)
    made = await parts.workers.derive(parts.factors.make_codes)
    return parts.factors.confirm(session, step, made)


async def renewed(request: Request, given: Components) -> tuple[str, ...]:
    """Fresh recovery codes to show once."""
    parts, who = parts_of(request), await whole(request, given)
    made = await parts.workers.derive(parts.factors.make_codes)
    return parts.factors.renew(who, made)


async def removed(request: Request, given: Components) -> None:
    """Switch it off; Refusal ``factor-required`` where the site asks for it."""
    parts, who = parts_of(request), await whole(request, given)
    if factor_required(parts.store, session_of(request).whole):
        raise Refusal("factor-required")
    parts.factors.remove(who)
