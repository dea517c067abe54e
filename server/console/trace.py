"""Where a lot went, or what went into it: a picture, and the same as tables, page by page.

A few uses are drawn one by one. Of many, the picture shows how many lots of which item stand at
each depth and which consignees got them; a box opens its own lots or lines below.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from server.console.overview import Look, overview
from server.console.picture import MOST_USES, picture
from server.console.texts import texts
from server.console.web import (
    ConsoleRoute,
    language_of,
    names,
    note,
    page,
    parts_of,
    people,
    told,
)
from server.trace import heard
from server.trace.genealogy import MOST_USES as CUT
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.console.picture import Picture
    from server.parts import Parts
    from server.trace.genealogy import Genealogy, Trace, Use
    from server.trace.graph.summary import Group, Summary
    from server.trace.reach import ShipmentLine

SHOWN = 100
"""Rows of a table on one page."""
Text = Annotated[str, Field(max_length=64)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


class Wanted(BaseModel):
    """What the address of the page asks for."""

    item: Text = ""
    lot: Text = ""
    direction: Text = "used"
    start: Annotated[int, Field(ge=0, le=10**9)] = 0
    depth: Annotated[int, Field(ge=0, le=10**9)] = 0
    """Of the group that is open; 0: none is."""
    of: Text = ""
    """Its item; empty: the group of all others."""
    consignee: Annotated[str, Field(max_length=200)] = ""
    """Whose shipment lines are asked for; empty: everybody's."""

    @property
    def forward(self) -> bool:
        """Where the lot went; else where it came from."""
        return self.direction != "from"

    def link(self, **more: object) -> str:
        """The address of this page with something else open; the same lot."""
        kept = {"item": self.item, "lot": self.lot, "direction": self.direction}
        return f"/console/trace?{urlencode(kept | more)}"


class _Shown(NamedTuple):
    """What the page shows of an answer: counts of all of it, and one page of its rows."""

    picture: Picture | None
    reached: int
    consignees: Counter[str]
    uses_count: int
    uses: Sequence[Use]
    finished: Sequence[tuple[str, str, tuple[str, ...]]]
    lines_count: int
    """Of everybody."""
    lines: Sequence[ShipmentLine]
    groups: Sequence[Group] = ()
    group: Group | None = None
    """The one that is open."""
    group_lots: Sequence[LotId] = ()


@router.get("/console/trace")
async def trace(request: Request, asked: Annotated[Wanted, Query()]) -> Response:
    """The picture, what is opened of it, and the tables."""
    parts, words = parts_of(request), texts(language_of(request))
    lot = LotId(asked.item, asked.lot)
    named = names(parts, language_of(request))
    look = Look(words, named, asked.link, "")
    found, refused = _traced(parts, lot, asked, look) if all(lot) else (None, None)
    note(request, f"{asked.item}/{asked.lot}", found.uses_count if found else 0)
    return page(
        request, "trace.html", refused.status if refused else 200,
        asked=asked, found=found,
        lots=parts.reader.list_lots(), names=named, people=people(parts),
        said=told(refused, language_of(request)), anybody=parts.genealogy.anybody(),
        not_known=parts.genealogy.not_known() if found or refused else None,
        start=asked.start, most=SHOWN, cut=CUT,
    )  # fmt: skip


def _traced(
    parts: Parts, lot: LotId, asked: Wanted, look: Look
) -> tuple[_Shown | None, Refusal | None]:
    """The answer, or why there is none; what is not known yet stands below both."""
    genealogy = parts.genealogy
    try:
        heard.demand(genealogy, parts.store, lot)
    except Refusal as refusal:
        return None, refusal
    summary = genealogy.summary(lot, forward=asked.forward)
    if summary is not None and max(summary.reached, summary.uses()) > MOST_USES:
        return _wide(genealogy, asked, summary, look), None
    ask = genealogy.where_used if asked.forward else genealogy.where_from
    return _narrow(asked, ask(*lot)), None


def _narrow(asked: Wanted, found: Trace) -> _Shown:
    """Every use is drawn."""
    lines = found.shipment_lines
    mine = [one for one in lines if asked.consignee in {"", one.consignee}]
    rows = slice(asked.start, asked.start + SHOWN)
    return _Shown(
        picture(found) if found.uses or lines else None,
        found.reached,
        Counter(one.consignee for one in lines),
        len(found.uses),
        found.uses[rows],
        found.finished[rows],
        len(lines),
        mine[rows],
    )


def _wide(genealogy: Genealogy, asked: Wanted, summary: Summary, look: Look) -> _Shown:
    """The groups are drawn; rows are read for this page alone."""
    wanted = (asked.depth, asked.of)
    places = enumerate(summary.groups)
    opened = next((n for n, one in places if asked.depth and (one.depth, one.item) == wanted), -1)
    look = look._replace(opened=f"to {asked.consignee}" if asked.consignee else f"group {opened}")
    ways = summary.ways() if asked.forward else {}
    other = 0 if opened >= 0 else asked.start
    rest = 0 if asked.consignee else other
    return _Shown(
        overview(summary, ways, look),
        summary.reached,
        summary.shipped.consignees() if asked.forward else Counter(),
        summary.uses(),
        genealogy.uses(summary, rest, SHOWN),
        summary.finished(rest, SHOWN),
        summary.shipped.count if asked.forward else 0,
        summary.shipped.lines(other, SHOWN, asked.consignee) if asked.forward else (),
        summary.groups,
        summary.groups[opened] if opened >= 0 else None,
        summary.lots(opened, asked.start, SHOWN) if opened >= 0 else (),
    )
