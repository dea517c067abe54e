"""Routes for stations: enrolment, sessions, checkpoints, WorkPacks, files, readiness."""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from server.api.identity import connection_of, in_turn, json_of, parts_of, station_of
from server.people.stations import StationRow
from server.store.attachments import LARGEST
from server.words import Refusal
from sync.attachments import PIECE_LIMIT
from sync.checkpoint import BadNote, cosigned_at, open_note, split_note
from sync.keys import cosignature_id
from sync.protocol import (
    FILE_TYPE,
    JSON_TYPE,
    PACK_TYPE,
    Arrived,
    BadAnswer,
    Continued,
    Enrolment,
    Proof,
    SessionRequest,
    decode,
)
from sync.succession import KIND

router = APIRouter(tags=["stations"])
Size = Annotated[int, Query(ge=0, le=2**53)]
FileSize = Annotated[int, Query(ge=0, le=LARGEST)]
Most = Annotated[int, Query(ge=1, le=PIECE_LIMIT)]
Start = Annotated[int, Query(alias="from", ge=0, le=LARGEST)]


def _trusted(request: Request) -> StationRow:
    """The calling station, unless it is to record no more: then only its records are taken."""
    station = station_of(request)
    if station.status == "revoked":
        raise Refusal("station-revoked", name=station.origin, size=station.valid_to)
    if station.copied:
        raise Refusal("station-copied", name=station.origin)
    return station


@router.post("/enrolments", status_code=202, summary="Ask for enrolment, proving the key is held")
async def enrol(request: Request) -> Response:
    """Two different people, administrator and quality, must approve before anything is taken."""
    try:
        asked = decode(await request.body(), Enrolment)
    except BadAnswer as error:
        raise Refusal("bad-request", why="an enrolment request is expected") from error
    row = parts_of(request).stations.request(asked)
    return Response(f'{{"station":"{row.id}","status":"{row.status}"}}', 202, media_type=JSON_TYPE)


@router.get("/station-sessions/challenge", summary="A nonce to sign")
async def challenge(request: Request, origin: Annotated[str, Query(max_length=200)]) -> Response:
    """Good once and for two minutes."""
    sessions = parts_of(request).station_sessions
    return json_of(
        await in_turn(request, connection_of(request), lambda: sessions.challenge(origin))
    )


@router.post("/station-sessions", summary="Answer the challenge, get a bearer token")
async def open_session(request: Request) -> Response:
    """The signature is over PAE(context, origin, nonce)."""
    try:
        answer = decode(await request.body(), SessionRequest)
    except BadAnswer as error:
        raise Refusal("bad-request", why="a session request is expected") from error
    sessions = parts_of(request).station_sessions
    return json_of(await in_turn(request, connection_of(request), lambda: sessions.open(answer)))


@router.get("/checkpoint", summary="The newest signed checkpoint of the global log")
async def checkpoint(request: Request) -> Response:
    """A C2SP signed note."""
    row = parts_of(request).rescue.keepers.published(station_of(request).origin)
    if row is None:
        raise Refusal("not-found", what="checkpoint", name="")
    return Response(row["note"], media_type="text/plain")


@router.get("/checkpoint/consistency", summary="Proof between two sizes of the global log")
async def consistency(request: Request, first: Size, second: Size) -> Response:
    """RFC 9162 consistency proof."""
    hashes = parts_of(request).book.tree.consistency(first, second)
    return json_of(Proof.of(first, second, hashes))


@router.get("/checkpoint/inclusion", summary="Proof of leaves in a row of the global log")
async def inclusion(request: Request, start: Size, stop: Size, size: Size) -> Response:
    """Leaves ``start`` to ``stop`` (not included) stand in the log of ``size``."""
    hashes = parts_of(request).book.tree.range_proof(start, stop, size)
    return json_of(Proof.of(start, stop, hashes))


@router.get("/checkpoint/continued", summary="Why the log bears a later epoch in its name")
async def continued(request: Request) -> Response:
    """The statement that two persons signed, and its place in the log."""
    parts = parts_of(request)
    index = parts.rescue.going_on.stated_at()
    leaf = parts.store.one("leaves", idx=index) if index is not None else None
    if index is None or leaf is None:
        raise Refusal("not-found", what="statement", name=KIND)
    return json_of(Continued(index, base64.b64encode(leaf["data"]).decode("ascii")))


@router.post("/cosignatures", status_code=204, summary="A checkpoint this station cosigned")
async def cosign(request: Request) -> Response:
    """Kept when the checkpoint is ours and the cosignature is this station's."""
    parts, station = parts_of(request), _trusted(request)
    try:
        note = (await request.body()).decode()
        opened = open_note(note, parts.verifier, parts.book.origin)
        verifier = parts.stations.verifier(station)
        cosigned_at(note, verifier)
        wanted = (station.origin, cosignature_id(verifier))
        line = next(one for one in split_note(note)[1] if one[:2] == wanted)
    except (BadNote, UnicodeDecodeError) as error:
        raise Refusal("bad-request", why=f"not a cosigned checkpoint: {error}") from error
    blob = base64.b64encode(line.key_id + line.signature).decode("ascii")
    parts.rescue.keepers.cosigned(station.origin, opened.size)
    parts.book.keep_cosignature(opened, station.origin, f"— {line.name} {blob}")
    return Response(status_code=204)


@router.get("/work-pack", summary="The signed WorkPack in force")
async def work_pack(request: Request, have: Annotated[str, Query(max_length=64)] = "") -> Response:
    """304 when the station already has it."""
    await parts_of(request).behind.caught_up()
    row = parts_of(request).packs.current(_trusted(request))
    if row["sha256"] == have:
        return Response(status_code=304)
    return Response(row["signed"], media_type=PACK_TYPE)


@router.get("/jobs/{job}/readiness", summary="What stands against release, by all records held")
async def readiness(request: Request, job: Annotated[str, Path(max_length=200)]) -> Response:
    """Codes and facts, no words; with which records it was judged on. Audited."""
    parts, station = parts_of(request), _trusted(request)
    await parts.behind.caught_up()
    found = parts.quality.readiness(job)
    parts.trail.note(station.origin, "GET /jobs/{job}/readiness", job, found.records)
    body = {
        "job": found.job,
        "ready": found.ready,
        "reasons": [(one.code, dict(one.params)) for one in found.reasons],
        "records": found.records,
        "records_root": found.records_root,
    }
    return Response(msgspec.json.encode(body), media_type=JSON_TYPE)


@router.put("/attachments/{sha256}", summary="Hand over a part of an attachment")
async def put_piece(request: Request, sha256: str, from_: Start, size: FileSize) -> Response:
    """How much of it is there: a part that begins elsewhere is not taken; again is harmless."""
    parts, origin = parts_of(request), station_of(request).origin
    have = parts.attachments.put_piece(sha256, size, from_, await request.body(), origin)
    return json_of(Arrived(have))


@router.get("/attachments/{sha256}", summary="A part of an attachment back")
async def piece(request: Request, sha256: str, from_: Start, most: Most) -> Response:
    """To the station that handed it over, in whatever epoch. Audited."""
    parts, station = parts_of(request), _trusted(request)
    data = parts.attachments.get(sha256)
    row = parts.store.one("attachments", sha256=sha256)
    whose = row["origin"] if row else ""
    if whose != station.origin and parts.stations.before(station, whose) is None:
        raise Refusal("not-found", what="attachment", name=sha256[:12])
    if from_ == 0:
        parts.trail.note(station.origin, "GET /attachments/{sha256}", sha256, 1)
    return Response(data[from_ : from_ + most], media_type=FILE_TYPE)
