"""Stations: enrolment, how much of their log is here, and approval by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request, Response

from forms.rights import Action
from server.console.station import approved
from server.console.web import (
    ConsoleRoute,
    allowed,
    done,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    people,
    told,
)
from server.words import Refusal

if TYPE_CHECKING:
    from server.quality.continuity import Break
    from server.store.protocol import Row

Name = Annotated[str, Path(max_length=200)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/stations")
async def stations_page(request: Request) -> Response:
    """Every station and epoch: enrolment, log size, last record; approvals where due."""
    return stations_listed(request, None)


@router.post("/console/stations/{station}/approvals")
async def approve_station(request: Request, station: Name) -> Response:
    """An approval of an enrolment, by signature: of one person, or of both who stand here."""
    form = await form_of(request)
    try:
        await approved(request, station, form)
    except Refusal as refusal:
        return stations_listed(request, refusal)
    return done("/console/stations")


def stations_listed(request: Request, refusal: Refusal | None) -> Response:
    """The page of stations, telling a refusal if there is one."""
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
    return page(
        request,
        "stations.html",
        refusal.status if refusal else 200,
        rows=rows,
        names=people(parts),
        branches=[_branch(row) for row in parts.forks.all()],
        breaks=[_broken(one) for one in parts.continuity.all()],
        may_decide=allowed(request, Action.DECIDE_BRANCH),
        may_report=allowed(request, Action.REPORT_MARK),
        may_approve=allowed(request, Action.ADMIT_STATION),
        said=told(refusal, language_of(request)),
        checkpoint=parts.book.checkpoint(),
        log=parts.book.origin,
    )


def _branch(row: Row) -> dict[str, object]:
    """A branch with its station's name and epoch, and when it was found, readably."""
    station, epoch = row["origin"].split("/")[-2:]
    at = f"{row['at'][:19]} {row['at'][-6:]}".replace("T", " ")
    return row | {"station": station, "epoch": epoch, "at": at}


def _broken(one: Break) -> dict[str, object]:
    """A break with its station's name and epoch, and the missing indices as a span."""
    station, epoch = one.origin.split("/")[-2:]
    span = f"{one.kept} – {one.claimed - 1}" if one.missing else "–"
    return {"one": one, "station": station, "epoch": epoch, "missing": span}
