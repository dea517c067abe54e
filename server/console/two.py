"""Acts of two persons on one form: who is signed in, and somebody else beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.api.bodies import Components
from server.api.people import second_of
from server.console.web import acting, field
from server.people.factors import MOST_CODE
from server.words import Refusal

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.datastructures import FormData

    from server.people.directory import Acting


async def both(request: Request, form: FormData) -> tuple[Acting, Acting]:
    """The person signed in and the second one, each with the key unlocked; Refusal."""
    first = await acting(request, form)
    return first, await beside(request, form)


async def beside(request: Request, form: FormData) -> Acting:
    """The second person alone, with everything to show: the code, too, of who has one. Refusal."""
    badge, secret = field(form, "second_badge", 200).strip(), field(form, "second_secret", 200)
    if not (badge and secret):
        raise Refusal("sign-in-failed")
    code = field(form, "second_code", MOST_CODE)
    return await second_of(request, Components(badge=badge, secret=secret, code=code))
