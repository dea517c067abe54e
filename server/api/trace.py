"""Routes about where lots went and came from: the framework's form of :mod:`.questions`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from server.api.questions import Asked, asked_of, came_from, made_of, reached, used_in
from server.api.strict import StrictRoute

router = APIRouter(prefix="/api/trace", tags=["trace"], route_class=StrictRoute)
Text = Annotated[str, Query(max_length=64)]


async def asked_for(
    request: Request,
    item: Text = "",
    lot: Text = "",
    serial: Text = "",
    true_at: Text = "",
    known_at: Text = "",
) -> Asked:
    """What is asked for; Refusal.

    Never without ``async``: FastAPI would ask in another thread, where nobody may ask the store.
    """
    return asked_of(request, item, lot, serial, true_at, known_at)


Query_ = Annotated[Asked, Depends(asked_for)]


@router.get("/where-used", summary="Where did this lot go")
async def where_used(request: Request, asked: Query_) -> Response:
    """Forward, through every lot made from it; says what is not known yet."""
    return used_in(request, asked)


@router.get("/where-from", summary="What went into this lot")
async def where_from(request: Request, asked: Query_) -> Response:
    """Backward, through every lot it was made of; says what is not known yet."""
    return made_of(request, asked)


@router.get("/recall", summary="Everything that a recall of this lot would reach")
async def reach(request: Request, asked: Query_) -> Response:
    """Lots by depth, units, consignees, every shipment line; says what is not known yet."""
    return reached(request, asked)


@router.get("/origins", summary="Every lot and edge that this lot or unit came from")
async def back(request: Request, asked: Query_) -> Response:
    """Each lot once: the one asked for, then nearest first; ``levels``: how many at each depth.

    ``number`` names a lot within the answer. ``made_of``, a row for each edge: the number of what
    went in, quantity, when, the leaf of the log that brought it, unit, and the record or statement
    that says so. Imported history has no such record (null), and without a unit neither of the two.
    """
    return came_from(request, asked)
