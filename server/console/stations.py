"""Stations: enrolment, how much of their log is here, and approval by two people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from forms.terms import PersonnelClass
from server.console.web import (
    ConsoleRoute,
    acting,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    session_of,
    told,
)
from server.words import Refusal

Name = Annotated[str, Path(max_length=200)]
APPROVERS = frozenset({PersonnelClass.QUALITY, PersonnelClass.ADMINISTRATOR})

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/stations")
async def stations_page(request: Request) -> Response:
    """Every station and epoch: enrolment, log size, last record; approvals where due."""
    return _stations_page(request, None)


@router.post("/console/stations/{station}/approvals")
async def approve_station(request: Request, station: Name) -> Response:
    """One person's approval of an enrolment, by signature."""
    form = await form_of(request)
    try:
        parts_of(request).stations.approve(station, await acting(request, form))
    except Refusal as refusal:
        return _stations_page(request, refusal)
    return RedirectResponse("/console/stations", 303)


def _stations_page(request: Request, refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    rows = []
    for one in parts.stations.all():
        head = parts.store.newest("heads", origin=one.origin)
        rows.append({
            "one": one,
            "size": head["size"] if head else 0,
            "seen": f"{head['received_at'][:19]} {head['received_at'][-6:]}".replace("T", " ")
            if head else "–",
        })  # fmt: skip
    note(request, "stations", len(rows))
    session = session_of(request)
    return page(
        request,
        "stations.html",
        refusal.status if refusal else 200,
        rows=rows,
        names={one.id: one.name for one in parts.directory.everyone()},
        may_approve=session is not None and bool(set(session.person.classes) & APPROVERS),
        said=told(refusal, language_of(request)),
        checkpoint=parts.book.checkpoint(),
        log=parts.book.origin,
    )
