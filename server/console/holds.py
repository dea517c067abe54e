"""Holds in the console: what is held, work that did not know of it, and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from forms.hold_rules import EVENTS, HoldRule
from forms.rights import Action
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    concluded,
    done,
    field,
    form_of,
    language_of,
    names,
    note,
    numbered,
    page,
    parts_of,
    people,
    told,
)
from server.words import Refusal

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from server.parts import Parts
    from server.people.directory import Acting

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/holds")
async def holds_page(request: Request) -> Response:
    """Everything on hold, open deviations first."""
    return _page(request, None)


@router.post("/console/holds")
async def decide(request: Request) -> Response:
    """Close a deviation, or set the rules, by signature."""
    form = await form_of(request)
    try:
        _do(parts_of(request), form, await acting(request, form))
    except Refusal as refusal:
        return _page(request, refusal)
    return done("/console/holds")


def _do(parts: Parts, form: FormData, who: Acting) -> None:
    if field(form, "act") == "rules":
        given = {event: field(form, event) for event in EVENTS}
        rules = [
            HoldRule(event=event, downstream=given[event] == "downstream")
            for event in EVENTS
            if given[event] in {"alone", "downstream"}
        ]
        parts.holds.set_rules(rules, who)
        return
    number = numbered(form, "deviation")
    parts.late_uses.close(number, concluded(form), who)


def _page(request: Request, refusal: Refusal | None) -> Response:
    parts, words = parts_of(request), language_of(request)
    open_holds, late = parts.holds.open(), parts.late_uses.all()
    note(request, "holds", len(open_holds) + len(late))
    return page(
        request,
        "holds.html",
        refusal.status if refusal else 200,
        holds=open_holds,
        late=sorted(late, key=lambda one: (bool(one.closed_at), -one.number)),
        events=EVENTS,
        rules={one.event: one.downstream for one in parts.holds.rules().rules},
        items=names(parts, words),
        names=people(parts),
        quality=allowed(request, Action.CLOSE_DEVIATION),
        said=told(refusal, words),
    )
