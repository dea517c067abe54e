"""Routes by which two persons decide to go on without what nobody gave back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.api.answers import answer
from server.api.bodies import GoOn
from server.api.identity import parts_of
from server.api.people import acting, note
from server.api.strict import StrictRoute

router = APIRouter(prefix="/api", tags=["acts"], route_class=StrictRoute)


@router.get("/recovery", summary="What a server put back from a backup lacks")
async def look(request: Request) -> Response:
    """What would be decided on, and who signed already. In recovery no reading is recorded."""
    found = parts_of(request).rescue.going_on.look()
    if not found.recovery:
        note(request, "recovery", 1)
    return answer(found)


@router.post("/recovery/decision", summary="Go on without what nobody gave back")
async def decide(request: Request, body: GoOn) -> Response:
    """Administrator and quality, two persons, once every station was asked."""
    parts, who = parts_of(request), await acting(request, body)
    return answer(parts.rescue.going_on.decide(body.reason, who, parts.directory))
