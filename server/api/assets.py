"""Routes about instruments: master data, calibrations, the look-back, deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from server.api.acts import Number
from server.api.answers import answer
from server.api.bodies import Act
from server.api.bodies_assets import AskMetrology, Conclude, DefineAsset, EnterCalibration
from server.api.identity import parts_of
from server.api.people import acting, language, note
from server.api.strict import StrictRoute
from server.trace.look_back import MOST_READINGS

if TYPE_CHECKING:
    from forms.terms import PhysicalAsset
    from server.parts import Parts

router = APIRouter(prefix="/api", tags=["assets"], route_class=StrictRoute)
Name = Annotated[str, Path(max_length=200)]
Start = Annotated[int, Query(ge=0, le=2**53)]
Most = Annotated[int, Query(ge=1, le=MOST_READINGS)]


def standing(parts: Parts, asset: PhysicalAsset, words: str) -> dict[str, Any]:
    """How the asset stands now, as the rule book says it."""
    state = parts.instruments.calibrations.standing(asset)
    return {"key": state.key, "tone": state.tone, "message": state.words(words)}


@router.get("/assets", summary="Instruments, how they stand, and what the site asks of them")
async def assets(request: Request) -> Response:
    """Certificate, due date, capability; how each stands in the rule book's words."""
    parts, words = parts_of(request), language(request)
    found = parts.catalogue.assets()
    note(request, "assets", len(found))
    listed = [{"asset": one, "standing": standing(parts, one, words)} for one in found]
    return answer({"assets": listed, "metrology": parts.instruments.calibrations.metrology()})


@router.post("/assets", status_code=201, summary="Define an instrument, or change it")
async def define(request: Request, body: DefineAsset) -> Response:
    """A signed statement; what it was before stays in the log."""
    asset = body.term()
    parts_of(request).catalogue.define_asset(asset, await acting(request, body))
    return answer(asset, 201)


@router.get("/assets/{asset}/calibrations", summary="Every calibration of an instrument")
async def calibrations(request: Request, asset: Name) -> Response:
    """As found, as left, by which certificate, entered by whom."""
    found = parts_of(request).instruments.calibrations.of(asset)
    note(request, asset, len(found))
    return answer(found)


@router.post(
    "/assets/{asset}/calibrations", status_code=201, summary="Enter a calibration's result"
)
async def calibrate(request: Request, asset: Name, body: EnterCalibration) -> Response:
    """Found out of tolerance it opens a deviation that carries the look-back."""
    who = await acting(request, body)
    entered, deviation = parts_of(request).instruments.calibrated(body.term(asset), who)
    return answer({"entered": entered, "deviation": deviation}, 201)


@router.get("/assets/{asset}/look-back", summary="Every reading since the last good calibration")
async def look_back(
    request: Request, asset: Name, start: Start = 0, most: Most = MOST_READINGS
) -> Response:
    """With the lots touched; ``more_from`` says where to go on. Says what is not known yet."""
    look_backs = parts_of(request).instruments.look_backs
    found = await look_backs.of_in_pieces(asset, None, start, most)
    note(request, asset, len(found.readings))
    return answer(found)


@router.post("/metrology", summary="What the site asks of its instruments")
async def ask(request: Request, body: AskMetrology) -> Response:
    """Quality's decision; stations have it with their next WorkPack."""
    calibrations = parts_of(request).instruments.calibrations
    calibrations.ask(body.term(), await acting(request, body))
    return answer(calibrations.metrology())


@router.get("/deviations", summary="Instruments found out of tolerance")
async def deviations(request: Request) -> Response:
    """Open and closed, oldest first."""
    found = parts_of(request).instruments.deviations.all()
    note(request, "deviations", len(found))
    return answer(found)


@router.get("/deviations/{number}/evidence", summary="The look-back a deviation was opened with")
async def evidence(request: Request, number: Number) -> Response:
    """Its bytes, as the digest in the log names them."""
    data = parts_of(request).instruments.deviations.evidence(number)
    note(request, f"deviation {number}", 1)
    return Response(data, media_type="application/json")


@router.post("/deviations/{number}/holds", status_code=201, summary="Hold every lot touched")
async def hold(request: Request, number: Number, body: Act) -> Response:
    """Lots touched as they are known now; those held already are left."""
    who = await acting(request, body)
    return answer({"holds": parts_of(request).instruments.holds.place(number, who)}, 201)


@router.post("/deviations/{number}/close", summary="Close a deviation, with a conclusion")
async def close(request: Request, number: Number, body: Conclude) -> Response:
    """Quality only; the lots it touched can be decided on again."""
    who = await acting(request, body)
    return answer(parts_of(request).instruments.deviations.close(number, body.conclusion, who))
