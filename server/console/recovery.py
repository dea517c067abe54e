"""The form by which two persons decide to go on without what nobody gave back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.console.status import status_shown
from server.console.web import ConsoleRoute, acting, done, field, form_of, parts_of
from server.words import Refusal

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.post("/console/status/decision")
async def go_on(request: Request) -> Response:
    """One person's signature; with the second the log goes on."""
    form = await form_of(request)
    parts = parts_of(request)
    try:
        who = await acting(request, form)
        parts.rescue.going_on.decide(field(form, "reason"), who, parts.directory)
    except Refusal as refusal:
        return status_shown(request, refusal)
    return done("/console/status")
