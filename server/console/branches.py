"""What is wrong with a station's log: two histories to decide on, marks seen on labels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from server.console.stations import stations_listed
from server.console.web import ConsoleRoute, acting, done, field, form_of, parts_of
from server.words import Refusal

Name = Annotated[str, Path(max_length=200)]
Number = Annotated[int, Path(ge=0, le=2**31)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.post("/console/stations/{station}/{epoch}/branches/{branch}/decision")
async def decide(request: Request, station: Name, epoch: Number, branch: Number) -> Response:
    """The decision, signed; a refusal is told on the page of stations."""
    form, parts = await form_of(request), parts_of(request)
    try:
        origin, who = parts.stations.origin(station, epoch), await acting(request, form)
        parts.forks.decide(origin, branch, field(form, "decision"), field(form, "reason"), who)
    except Refusal as refusal:
        return stations_listed(request, refusal)
    return done("/console/stations")


@router.post("/console/stations/{station}/{epoch}/marks")
async def mark(request: Request, station: Name, epoch: Number) -> Response:
    """A log mark that somebody read on a label; a refusal is told on the page of stations."""
    form, parts = await form_of(request), parts_of(request)
    try:
        origin, who = parts.stations.origin(station, epoch), await acting(request, form)
        parts.continuity.mark_seen(origin, field(form, "mark"), field(form, "place", 200), who)
    except Refusal as refusal:
        return stations_listed(request, refusal)
    return done("/console/stations")
