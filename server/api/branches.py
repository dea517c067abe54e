"""Routes about what is wrong with a station's log: histories beside it, breaks, marks seen."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from server.api.answers import answer
from server.api.bodies import DecideBranch, MarkSeen
from server.api.identity import parts_of
from server.api.people import Name, acting, note

router = APIRouter(prefix="/api", tags=["acts"])
Number = Annotated[int, Path(ge=0, le=2**31)]


@router.get("/branches", summary="Histories kept beside the logs")
async def branches(request: Request) -> Response:
    """Forks, what copies wrote, what revoked keys signed; and what quality decided."""
    found = parts_of(request).forks.all()
    note(request, "branches", len(found))
    return answer(found)


@router.get("/stations/{station}/{epoch}/branches/{branch}", summary="A branch's entries")
async def held(request: Request, station: Name, epoch: Number, branch: Number) -> Response:
    """As they were handed over: index, leaf hash, and the bytes in base64."""
    parts = parts_of(request)
    origin = parts.stations.origin(station, epoch)
    rows = parts.forks.entries(origin, branch)
    note(request, f"{origin} branch {branch}", len(rows))
    return answer(
        [
            {
                "index": row["idx"],
                "leaf": row["leaf"],
                "data": base64.b64encode(row["data"]).decode("ascii"),
            }
            for row in rows
        ]
    )


@router.post(
    "/stations/{station}/{epoch}/branches/{branch}/decision", summary="Decide which history is true"
)
async def decide(
    request: Request, station: Name, epoch: Number, branch: Number, body: DecideBranch
) -> Response:
    """By signature; the decision is a leaf of the log."""
    parts, who = parts_of(request), await acting(request, body)
    origin = parts.stations.origin(station, epoch)
    return answer(parts.forks.decide(origin, branch, body.decision, body.reason, who))


@router.get("/breaks", summary="Ended epochs, and what is missing of them")
async def breaks(request: Request) -> Response:
    """Every index known to have existed that is not here; marks seen on labels."""
    found = parts_of(request).continuity.all()
    note(request, "breaks", len(found))
    return answer(found)


@router.post("/stations/{station}/{epoch}/marks", summary="A log mark was read on a label")
async def mark(request: Request, station: Name, epoch: Number, body: MarkSeen) -> Response:
    """``known``, ``missing`` (records up to there are lost so far) or ``contradicts`` (alarm)."""
    parts, who = parts_of(request), await acting(request, body)
    origin = parts.stations.origin(station, epoch)
    found = parts.continuity.mark_seen(origin, body.mark, body.place, who)
    return answer({"finding": found})
