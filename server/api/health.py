"""Whether the server is well, for whoever watches it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from server.alarms.disk_words import told
from server.api.bodies import Problem
from server.api.guard import language_of

router = APIRouter(tags=["health"])
AWAY = "The server cannot do this now; `Retry-After` says when to ask again."


@router.get(
    "/healthz",
    summary="Is the server well",
    responses={503: {"description": AWAY, "model": Problem}},
)
async def healthz(request: Request, response: Response) -> dict[str, Any]:
    """200 while it can take records; says *recovery* when it signs nothing, and how its disk is.

    507 while the disk takes none. ``genealogy``: *ready*, or the percent of it that is built.
    """
    parts = request.app.state.parts
    book, disk, building = parts.book, parts.disk.standing(), parts.genealogy.graph.building
    if disk.state in {"full", "refusing"}:
        response.status_code = 507
    status = "ok" if disk.state == "well" else f"disk-{disk.state}"
    return {
        "status": "recovery" if book.recovery else status,
        "size": book.size,
        "disk": told(disk, language_of(request.headers.get("accept-language", ""))),
        "genealogy": "ready" if building is None else f"building, {building} %",
    }
