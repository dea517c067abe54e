"""Where a lot went, or what went into it: a picture, and the same as tables, page by page.

A few uses are drawn one by one. Of many, the picture shows how many lots of which item stand at
each depth and which consignees got them; a box opens its own lots or lines below.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
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
    from server.console.picture import Picture
    from server.parts import Parts
    from server.trace.genealogy import Trace
    from server.trace.graph.summary import Summary

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


class _Drawn(NamedTuple):
    picture: Picture
    summary: Summary | None
    opened: int
    """The group whose lots are listed; -1: none."""


@router.get("/console/trace")
async def trace(request: Request, asked: Annotated[Wanted, Query()]) -> Response:
    """The picture, what is opened of it, and the tables."""
    parts, words = parts_of(request), texts(language_of(request))
    lot = LotId(asked.item, asked.lot)
    found, refused = _traced(parts, lot, asked) if all(lot) else (None, None)
    named = names(parts, language_of(request))
    drawn = _drawn(parts, asked, found, Look(words, named, asked.link, "")) if found else None
    note(request, f"{asked.item}/{asked.lot}", len(found.uses) if found else 0)
    return page(
        request, "trace.html", refused.status if refused else 200,
        asked=asked, found=found, drawn=drawn.picture if drawn else None,
        lots=parts.reader.list_lots(), names=named, people=people(parts),
        said=told(refused, language_of(request)), anybody=parts.genealogy.anybody(),
        not_known=parts.genealogy.not_known() if found or refused else None,
        start=asked.start, most=SHOWN, cut=CUT, **_shipped(asked, found), **_opened(asked, drawn),
    )  # fmt: skip


def _traced(parts: Parts, lot: LotId, asked: Wanted) -> tuple[Trace | None, Refusal | None]:
    """The answer, or why there is none; what is not known yet stands below both."""
    genealogy = parts.genealogy
    try:
        heard.demand(genealogy, parts.store, lot)
    except Refusal as refusal:
        return None, refusal
    ask = genealogy.where_used if asked.forward else genealogy.where_from
    return ask(*lot), None


def _drawn(parts: Parts, asked: Wanted, found: Trace, look: Look) -> _Drawn | None:
    """Every use, or the groups of many; None where there is nothing to draw."""
    if not found.uses and not found.shipment_lines:
        return None
    summary = None
    if len(found.uses) > MOST_USES:
        summary = parts.genealogy.summary(LotId(asked.item, asked.lot), forward=asked.forward)
    if summary is None:
        return _Drawn(picture(found), None, -1)
    wanted = [
        place for place, one in enumerate(summary.groups)
        if asked.depth and (one.depth, one.item) == (asked.depth, asked.of)
    ]  # fmt: skip
    opened = wanted[0] if wanted else -1
    look = look._replace(opened=f"to {asked.consignee}" if asked.consignee else f"group {opened}")
    shipped = summary.shipped(found.shipment_lines)
    return _Drawn(overview(summary, shipped, look, forward=asked.forward), summary, opened)


def _shipped(asked: Wanted, found: Trace | None) -> dict[str, Any]:
    """Consignees, the most lines first, and the lines of all or of one."""
    lines = found.shipment_lines if found and asked.forward else ()
    consignees = Counter(line.consignee for line in lines)
    if asked.consignee:
        lines = tuple(line for line in lines if line.consignee == asked.consignee)
    return {"consignees": consignees, "shipment_lines": lines}


def _opened(asked: Wanted, drawn: _Drawn | None) -> dict[str, Any]:
    """The groups as a table, and the lots of the one that is open."""
    if drawn is None or drawn.summary is None:
        return {"groups": [], "group": None, "group_lots": []}
    groups, opened = drawn.summary.groups, drawn.opened
    if opened < 0:
        return {"groups": groups, "group": None, "group_lots": []}
    lots = drawn.summary.lots(opened, asked.start, SHOWN)
    return {"groups": groups, "group": groups[opened], "group_lots": lots}
