"""Routes by which stations keep the server's log, and give it back after a restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from server.api.identity import parts_of, station_of
from server.words import Refusal
from sync.tail import TAIL_TYPE, pack_tail

router = APIRouter(tags=["stations"])
Size = Annotated[int, Query(ge=0, le=2**53)]


@router.post("/checkpoint/seen", status_code=204, summary="Show a checkpoint this server signed")
async def seen(request: Request) -> Response:
    """Newer than what the server holds: then it was put back, and signs nothing until it is fed."""
    try:
        note = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise Refusal("bad-request", why="not a note") from error
    parts_of(request).rescue.target.present(note)
    return Response(status_code=204)


@router.get("/tail", summary="The log from a leaf on, sealed, for a keeper")
async def tail(request: Request, start: Size, stop: Size) -> Response:
    """Leaf hashes and a box that only the server opens; at most 1,000 leaves."""
    parts = parts_of(request)
    if not parts.rescue.keepers.keeps(station_of(request).origin):
        raise Refusal("not-found", what="tail", name="this station is no keeper")
    if not start < stop <= parts.book.size:
        raise Refusal("bad-request", why=f"no leaves {start} to {stop}")
    found = parts.rescue.tails.cut(start, stop)
    return Response(pack_tail(found.hashes, found.box), media_type=TAIL_TYPE)


@router.post("/tail", status_code=204, summary="Give a sealed tail back")
async def give_tail(request: Request) -> Response:
    """Left aside unless the server is in recovery and it is the next one."""
    parts_of(request).rescue.refill.give(await request.body())
    return Response(status_code=204)
