"""Routes by which a station hands over its log, asks for it back, and hands over evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from server.api.identity import in_turn, json_of, parts_of, station_of
from server.people.stations import StationRow
from server.words import Refusal
from sync.faults import Fault
from sync.key_history import rotations_in
from sync.keys import Verifier
from sync.protocol import (
    ENTRIES_TYPE,
    BadFrame,
    Fork,
    Gap,
    Head,
    Message,
    PushBody,
    pack_entries,
    unpack_push,
)

if TYPE_CHECKING:
    from server.parts import Parts

router = APIRouter(tags=["stations"])
Size = Annotated[int, Query(ge=0, le=2**53)]
From = Annotated[int, Query(alias="from", ge=0, le=2**53)]


def _own(request: Request, origin: str) -> StationRow:
    """A station reads and writes its own log only."""
    station = station_of(request)
    if station.origin != origin:
        raise Refusal("not-found", what="log", name=origin[:80])
    return station


def _readable(request: Request, origin: str) -> StationRow:
    """A station reads its own log back, and those of its earlier epochs."""
    station = station_of(request)
    before = parts_of(request).stations.before(station, origin)
    return before if before is not None and not station.copied else _own(request, origin)


def _unpacked(data: bytes) -> PushBody:
    try:
        return unpack_push(data)
    except BadFrame as error:
        raise Refusal("push-unsound", why=str(error)) from error


@router.get("/logs/{origin:path}/head", summary="What the server keeps of this log")
async def head(request: Request, origin: str, saved: Size = 0) -> Response:
    """Size, root, newest receipt, standing; ``saved``: how many entries the station has."""
    station, parts = _readable(request, origin), parts_of(request)
    called = saved if station.origin == station_of(request).origin else None
    try:
        kept = await in_turn(request, f"head {origin}", lambda: _head(parts, station, called))
    except Fault as fault:  # a head needs no write; when the station called is a note beside it
        parts.disk.spare(fault)
        kept = _head(parts, station, None)
    return json_of(kept)


def _head(parts: Parts, station: StationRow, called: int | None) -> Head:
    """The head; ``called``: how many entries the station that asks for its own says to have."""
    if called is not None:
        parts.ingest.seen(station.origin, called)
    kept = msgspec.structs.replace(
        parts.ingest.head(station.origin),
        standing=parts.stations.standing(station),
        limit=station.valid_to,
        files=parts.attachments.asked_of(station.origin),
    )
    return parts.rescue.of_head(kept, station.origin)


@router.get("/logs/{origin:path}/root", summary="The root over the log's first entries")
async def root(request: Request, origin: str, size: Size) -> Response:
    """So that a station finds where its log and the server's part."""
    _own(request, origin)
    kept, parts = parts_of(request).ingest.root(origin, size), parts_of(request)
    return json_of(Head(size=size, root=kept, server_time=parts.clock()))


@router.get("/logs/{origin:path}/entries", summary="The station's own entries back")
async def pull(request: Request, origin: str, start: Size, stop: Size) -> Response:
    """Verbatim bytes, bounded; may be fewer than asked."""
    _readable(request, origin)
    entries = parts_of(request).ingest.pull(origin, start, stop)
    return Response(pack_entries(entries), media_type=ENTRIES_TYPE)


@router.post("/logs/{origin:path}/entries", summary="Hand over entries and the signed head")
async def push(request: Request, origin: str, from_: From, saved: Size = 0) -> Response:
    """200 with a receipt; 409 with what the server has (gap) or where the branches part (fork).

    403 above the cut-off of a revoked key and for a copy: kept as evidence, never in the log.
    """
    data, parts = await request.body(), parts_of(request)
    station = station_of(request)
    body = opened(station.origin, origin, data)
    admit(parts, origin, from_, body)
    answer, status = taken(parts, station, from_, saved, body)
    return json_of(answer, status)


def opened(own: str, origin: str, data: bytes) -> PushBody:
    """What a push to the log ``origin`` carries; Refusal if that is not one's own, or none."""
    if own != origin:
        raise Refusal("not-found", what="log", name=origin[:80])
    return _unpacked(data)


def admit(parts: Parts, origin: str, from_: int, body: PushBody) -> None:
    """Refusal ``disk-reserve`` for entries that are new, while the disk is full.

    A receipt for what is kept already is given again.
    """
    if from_ + len(body.entries) > parts.book.trees.of(origin).size():
        parts.disk.admit()


def taken(
    parts: Parts, station: StationRow, from_: int, saved: int, body: PushBody
) -> tuple[Message, int]:
    """Take a push in: the answer and its status; Refusal if it is not taken."""
    verifier, limit = _signer(parts, station, from_, body), station.valid_to
    origin = station.origin
    beyond = limit is not None and from_ + len(body.entries) > limit
    if beyond or station.copied:
        parts.ingest.branches.take(verifier, from_, body.entries, body.head, _cause(station))
    if station.copied:
        raise Refusal("station-copied", name=origin)
    answer = parts.ingest.push(verifier, from_, body.entries, body.head, limit, saved)
    if any(rotations_in(body.entries[-1:])):
        parts.book.catch_up()  # what comes next is signed by another key
    parts.behind.soon()
    return answer, 409 if isinstance(answer, (Gap, Fork)) else 200


@router.post("/logs/{origin:path}/evidence", summary="Hand over a history that is not the log's")
async def evidence(request: Request, origin: str, from_: From) -> Response:
    """200 with how far the branch is held; 409 with where to begin."""
    station, body, parts = _own(request, origin), _unpacked(await request.body()), parts_of(request)
    verifier = _signer(parts, station, from_, body)
    answer = parts.ingest.branches.take(verifier, from_, body.entries, body.head, _cause(station))
    return json_of(answer, 409 if isinstance(answer, Gap) else 200)


def _signer(parts: Parts, station: StationRow, from_: int, body: PushBody) -> Verifier:
    """The key that signs a head of this size. Refusal if a batch goes on beyond a rotation."""
    history = parts.stations.history(station)
    for at, envelope in rotations_in(body.entries[:-1]):
        if envelope.index == from_ + at and history.follows(envelope):
            raise Refusal("push-unsound", why="rotation-inside")
    return history.of_head(from_ + len(body.entries))


def _cause(station: StationRow) -> str:
    """Why the station's records cannot stand in the log."""
    if station.copied:
        return "copied"
    return "revoked" if station.status == "revoked" else "forked"


@router.get("/logs/{origin:path}/receipts/{index}", summary="The receipt for an entry, again")
async def receipt(
    request: Request, origin: str, index: Annotated[int, Path(ge=0, le=2**53)]
) -> Response:
    """The note that was answered when the entry came."""
    _own(request, origin)
    note = parts_of(request).ingest.receipt(origin, index)
    return Response(note, media_type="text/plain")
