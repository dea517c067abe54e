"""Acts of two persons on one form: who is signed in, and somebody else beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.console.web import acting, field, parts_of

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.datastructures import FormData

    from server.people.directory import Acting


async def both(request: Request, form: FormData) -> tuple[Acting, Acting]:
    """The person signed in and the second one, each with the key unlocked; Refusal."""
    first = await acting(request, form)
    parts = parts_of(request)
    badge, secret = field(form, "second_badge").strip(), field(form, "second_secret")
    return first, await parts.sessions.check_aside(badge, secret, parts.workers)
