"""Routes about histories beside the logs: read them, decide on them."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from server.api.bodies import DecideBranch
from server.api.identity import parts_of
from server.api.people import Name, acting, answer, note

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
