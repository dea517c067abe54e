"""Routes of frozen evidence sets: freezing, listing, handing out. Each is audited or signed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from server.api.acts import Number
from server.api.answers import answer
from server.api.bodies import Act, Line, Reason
from server.api.identity import parts_of
from server.api.people import acting, note
from server.api.strict import StrictRoute
from server.evidence.freeze import Scope
from server.evidence.freeze_pack import freeze_pack, packed

router = APIRouter(prefix="/api", tags=["evidence"], route_class=StrictRoute)
Pair = Annotated[list[Line], Field(min_length=2, max_length=2)]


class Freeze(Act):
    """What is to be frozen, and for what; deviations freeze theirs by themselves."""

    cause: Literal["deviation", "recall", "change"]
    about: Line
    lots: list[Pair] = Field(default=[], max_length=1000)
    jobs: list[Line] = Field(default=[], max_length=1000)
    why: Reason = ""

    def scope(self) -> Scope:
        """As the freezer takes it."""
        lots = tuple((item, lot) for item, lot in self.lots)
        return Scope(
            cause=self.cause, about=self.about, lots=lots, jobs=tuple(self.jobs), why=self.why
        )


@router.get("/evidence-sets", summary="Frozen evidence sets")
async def sets(request: Request) -> Response:
    """Oldest first: for what, which revision, how much, signed by whom."""
    found = parts_of(request).oversight.freezer.all()
    note(request, "evidence-sets", len(found))
    return answer(found)


@router.post("/evidence-sets", status_code=201, summary="Freeze an evidence set, by signature")
async def freeze(request: Request, body: Freeze) -> Response:
    """What is known now of these lots and job orders; a newer one is a new revision."""
    who = await acting(request, body)
    return answer(parts_of(request).oversight.freezer.ask(body.scope(), who), 201)


@router.get("/evidence-sets/{number}", summary="A frozen evidence set's document")
async def one(request: Request, number: Number) -> Response:
    """Its bytes, as the digest in the log names them."""
    data = parts_of(request).oversight.freezer.document(number)
    note(request, f"evidence set {number}", 1)
    return Response(data, media_type="application/json")


@router.get("/evidence-sets/{number}/evidence.zip", summary="A frozen set as an evidence pack")
async def pack(request: Request, number: Number) -> Response:
    """What ``lotbook-verify`` checks with public keys alone."""
    return await pack_of(request, number)


async def pack_of(request: Request, number: int) -> Response:
    """The pack of a set, after the leaf that says who took it."""
    parts = parts_of(request)
    found = freeze_pack(parts, parts.oversight.freezer, number)
    note(request, f"evidence set {number}", sum(len(one.entries) for one in found.origins))
    data = await parts.workers.render(lambda: packed(found, parts.signer))
    headers = {"content-disposition": f'attachment; filename="evidence-set-{number}.zip"'}
    return Response(data, 200, headers, media_type="application/zip")
