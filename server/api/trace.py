"""Routes about where lots went and came from; each reading is audited.

The answers are bytes already: no framework encodes them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from server.api.identity import parts_of
from server.api.people import answer, note
from server.api.pieces import Pieces
from server.api.strict import StrictRoute
from server.trace import heard
from server.trace.asked import lot_of_serial, when_of
from server.trace.graph.answers import recalled
from server.trace.graph.origins import origins
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.api.pieces import Piece
    from server.trace.graph.view import View, When

    Answers = Callable[[View, int, dict[str, object]], list[Piece]]

router = APIRouter(prefix="/api/trace", tags=["trace"], route_class=StrictRoute)
Text = Annotated[str, Query(max_length=64)]


class Asked(NamedTuple):
    """A lot, and both times."""

    lot: LotId
    when: When
    said: dict[str, object]
    """The times as they were asked for."""


async def asked_for(
    request: Request,
    item: Text = "",
    lot: Text = "",
    serial: Text = "",
    true_at: Text = "",
    known_at: Text = "",
) -> Asked:
    """A lot, or a serial that only one lot has; and the two times.

    Refusal for a lot or serial nobody knows or several lots have, and for no time. Never without
    ``async``: FastAPI would ask in another thread, where nobody may ask the store.
    """
    parts = parts_of(request)
    graph = parts.genealogy.graph
    view = graph.view()
    if bool(item and lot) == bool(serial):
        raise Refusal("bad-request", why="either item and lot, or serial")
    named = lot_of_serial(view, serial) if serial else LotId(item, lot)
    heard.demand(parts.genealogy, parts.store, named)
    when = when_of(parts.store, graph.cursor, true_at, known_at)
    return Asked(named, when, {"true_at": true_at, "known_at": known_at})


Query_ = Annotated[Asked, Depends(asked_for)]


@router.get("/where-used", summary="Where did this lot go")
async def where_used(request: Request, asked: Query_) -> Response:
    """Forward, through every lot made from it; says what is not known yet."""
    found = parts_of(request).genealogy.where_used(*asked.lot, asked.when)
    note(request, "/".join(asked.lot), len(found.uses))
    return answer(found)


@router.get("/where-from", summary="What went into this lot")
async def where_from(request: Request, asked: Query_) -> Response:
    """Backward, through every lot it was made of; says what is not known yet."""
    found = parts_of(request).genealogy.where_from(*asked.lot, asked.when)
    note(request, "/".join(asked.lot), len(found.uses))
    return answer(found)


@router.get("/recall", summary="Everything that a recall of this lot would reach")
async def reach(request: Request, asked: Query_) -> Response:
    """Lots by depth, units, consignees, every shipment line; says what is not known yet."""
    return _traced(request, asked, recalled)


@router.get("/origins", summary="Every lot and edge that this lot or unit came from")
async def back(request: Request, asked: Query_) -> Response:
    """Lots by depth and the edges between them, with quantity, time and source of each."""
    return _traced(request, asked, lambda *of: [origins(*of)])


def _traced(request: Request, asked: Asked, of: Answers) -> Response:
    genealogy = parts_of(request).genealogy
    view = genealogy.graph.view(asked.when)
    head = {
        **asked.lot._asdict(),
        **asked.said,
        "known": min(asked.when.known_at, genealogy.graph.cursor),
        "not_known": msgspec.to_builtins(genealogy.not_known()),
    }
    body = of(view, view.recent.find(asked.lot), head)
    note(request, "/".join(asked.lot), 1)
    return Pieces(body)
