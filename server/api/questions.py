"""Questions about where lots went and came from, and their answers; each reading is audited.

The answers are bytes already: no framework encodes them again, and none is needed to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.api.answers import answer
from server.api.identity import parts_of
from server.api.pieces import Pieces
from server.audit.noting import noted
from server.trace import heard
from server.trace.asked import lot_of_serial, when_of
from server.trace.graph.answers import recalled
from server.trace.graph.origins import origins
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from server.api.pieces import Piece
    from server.trace.graph.view import View, When

    Answers = Callable[[View, int, dict[str, object]], list[Piece]]
    Question = Callable[["Request", "Asked"], Response]


class Asked(NamedTuple):
    """A lot, and both times."""

    lot: LotId
    when: When
    said: dict[str, object]
    """The times as they were asked for."""


def asked_of(
    request: Request,
    item: str = "",
    lot: str = "",
    serial: str = "",
    true_at: str = "",
    known_at: str = "",
) -> Asked:
    """A lot, or a serial that only one lot has; and the two times.

    Refusal for a lot or serial nobody knows or several lots have, and for no time.
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


def used_in(request: Request, asked: Asked) -> Response:
    """Forward, through every lot made from it; says what is not known yet."""
    found = parts_of(request).genealogy.where_used(*asked.lot, asked.when)
    noted(request, "/".join(asked.lot), len(found.uses))
    return answer(found)


def made_of(request: Request, asked: Asked) -> Response:
    """Backward, through every lot it was made of; says what is not known yet."""
    found = parts_of(request).genealogy.where_from(*asked.lot, asked.when)
    noted(request, "/".join(asked.lot), len(found.uses))
    return answer(found)


def reached(request: Request, asked: Asked) -> Response:
    """Lots by depth, units, consignees, every shipment line; says what is not known yet."""
    return _walked(request, asked, recalled)


def came_from(request: Request, asked: Asked) -> Response:
    """Lots by depth and the edges between them, with quantity, time and source of each."""
    return _walked(request, asked, lambda *of: [origins(*of)])


def _walked(request: Request, asked: Asked, of: Answers) -> Response:
    genealogy = parts_of(request).genealogy
    view = genealogy.graph.view(asked.when)
    head = {
        **asked.lot._asdict(),
        **asked.said,
        "known": min(asked.when.known_at, genealogy.graph.cursor),
        "not_known": msgspec.to_builtins(genealogy.not_known()),
    }
    body = of(view, view.recent.find(asked.lot), head)
    noted(request, "/".join(asked.lot), 1)
    return Pieces(body)


QUESTIONS: dict[str, Question] = {
    "/api/trace/where-used": used_in,
    "/api/trace/where-from": made_of,
    "/api/trace/recall": reached,
    "/api/trace/origins": came_from,
}
"""By the path under which each is asked."""
