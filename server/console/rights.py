"""The table of rights as a picture: every action by every class, as ``forms.rights`` has it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from forms.rights import BY_TWO, RIGHTS
from forms.terms import PersonnelClass
from server.console.web import ConsoleRoute, note, page, session_of

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/rights")
async def rights_page(request: Request) -> Response:
    """Who may do what; the viewer's own classes are marked."""
    note(request, "rights", len(RIGHTS))
    session = session_of(request)
    return page(
        request,
        "rights.html",
        classes=tuple(PersonnelClass),
        rows=[(str(action), allowed, action in BY_TWO) for action, allowed in RIGHTS.items()],
        mine=session.person.classes if session else (),
    )
