"""Routes by which people record that lots left, came back, or became other lots."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from server.api.answers import answer
from server.api.bodies import Act, Body, Code, Digits, Line, ReasonedAct
from server.api.identity import parts_of
from server.api.people import acting
from server.api.strict import StrictRoute
from server.trace.moves import Kind, MovedLine, Moves, Step

router = APIRouter(prefix="/api", tags=["moves"], route_class=StrictRoute)
MOST_LINES = 1_000
MOST_SERIALS = 10_000
Lot = Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]
Unit = Annotated[str, Field(min_length=1, max_length=16)]


class LineBody(Body):
    """A line of a shipment or a return."""

    line: Code
    item: Code
    lot: Lot
    quantity: Digits
    unit: Unit
    serials: Annotated[list[Lot], Field(max_length=MOST_SERIALS, default_factory=list)]


class Shipment(Act):
    """What left for a consignee, or came back from one."""

    id: Code
    consignee: Line
    at: AwareDatetime
    lines: Annotated[list[LineBody], Field(min_length=1, max_length=MOST_LINES)]


class StepBody(Body):
    """So much of a lot became part of another."""

    item: Code
    lot: Lot
    into_item: Code
    into_lot: Lot
    quantity: Digits
    unit: Unit


class Transform(ReasonedAct):
    """A split, a merge, rework, a new label, or what became of a return."""

    kind: Kind
    at: AwareDatetime
    steps: Annotated[list[StepBody], Field(min_length=1, max_length=MOST_LINES)]


@router.post("/shipments", status_code=201, summary="Record a shipment")
async def ship(request: Request, body: Shipment) -> Response:
    """Signed; its lines are in the very next recall."""
    who = await acting(request, body)
    index = _moves(request).ship(body.id, body.consignee, body.at, _lines(body), who)
    return answer({"id": body.id, "index": index}, 201)


@router.post("/returns", status_code=201, summary="Record a return")
async def take_back(request: Request, body: Shipment) -> Response:
    """Signed; what became of it is recorded as a change of lots."""
    who = await acting(request, body)
    index = _moves(request).take_back(body.id, body.consignee, body.at, _lines(body), who)
    return answer({"id": body.id, "index": index}, 201)


@router.post("/lots/changes", status_code=201, summary="Record a split, a merge or rework")
async def transform(request: Request, body: Transform) -> Response:
    """Signed, with a reason."""
    who = await acting(request, body)
    steps = tuple(Step(**one.model_dump()) for one in body.steps)
    index = _moves(request).transform(body.kind, body.at, body.reason, steps, who)
    return answer({"index": index}, 201)


def _moves(request: Request) -> Moves:
    parts = parts_of(request)
    return Moves(parts.book, parts.genealogy.graph)


def _lines(body: Shipment) -> tuple[MovedLine, ...]:
    return tuple(
        MovedLine(**one.model_dump(exclude={"serials"}), serials=tuple(one.serials))
        for one in body.lines
    )
