"""Routes about holds: what is held, the rules, and work that did not know of a hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from forms.hold_rules import HoldEvent, HoldRule
from forms.rights import Action
from server.api.acts import Number
from server.api.answers import answer
from server.api.bodies import Act, Body, Code, Line, ReasonedAct
from server.api.bodies_assets import Conclude
from server.api.identity import must_reach, parts_of
from server.api.people import Name, acting, note
from server.api.strict import StrictRoute

router = APIRouter(prefix="/api", tags=["holds"], route_class=StrictRoute)


class ClearLot(ReasonedAct):
    """One lot that a hold reaches is let go."""

    item: Code
    lot: Line


class RuleBody(Body):
    """An event that holds lots by itself."""

    event: HoldEvent
    downstream: bool = False


class SetHoldRules(Act):
    """The rules from here on."""

    rules: Annotated[list[RuleBody], Field(max_length=20)]


@router.get("/holds", summary="Holds, newest first")
async def holds(request: Request) -> Response:
    """``lifted`` is the log index that ended one; ``reaches``: lots held with it downstream."""
    found = parts_of(request).holds.all()
    note(request, "holds", len(found))
    return answer(found)


@router.post("/holds/{ref}/clear", summary="Let one lot go that a hold reaches")
async def clear(request: Request, ref: Name, body: ClearLot) -> Response:
    """Quality only, with a reason; the hold stays on all others."""
    must_reach(request, Action.LIFT, parts_of(request).scopes.of_lot(body.item, body.lot))
    who = await acting(request, body)
    parts_of(request).holds.clear(ref, body.item, body.lot, body.reason, who)
    return answer({"cleared": f"{body.item}/{body.lot}"})


@router.get("/hold-rules", summary="Which events hold lots by themselves")
async def rules(request: Request) -> Response:
    """Quality's rules in force."""
    found = parts_of(request).holds.rules()
    note(request, "hold-rules", len(found.rules))
    return answer(found)


@router.post("/hold-rules", summary="Set which events hold lots by themselves")
async def set_rules(request: Request, body: SetHoldRules) -> Response:
    """Quality's decision; what was held before stays held."""
    given = [HoldRule(event=one.event, downstream=one.downstream) for one in body.rules]
    parts_of(request).holds.set_rules(given, await acting(request, body))
    return answer(parts_of(request).holds.rules())


@router.get("/late-uses", summary="Work on lots while they were on hold")
async def late_uses(request: Request) -> Response:
    """Deviations, newest first, with the units touched."""
    found = parts_of(request).late_uses.all()
    note(request, "late-uses", len(found))
    return answer(found)


@router.post("/late-uses/{number}/close", summary="Close such a deviation, with a conclusion")
async def close(request: Request, number: Number, body: Conclude) -> Response:
    """Quality only; the lot can be decided on again."""
    who = await acting(request, body)
    return answer(parts_of(request).late_uses.close(number, body.conclusion, who))
