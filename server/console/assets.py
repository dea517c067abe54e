"""Instruments: how they stand, what was found when they were calibrated, and what rests on it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from forms.units import UNITS
from server.api.bodies_assets import EnterCalibration
from server.console.certificates import chosen
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    concluded,
    done,
    field,
    form_of,
    language_of,
    names,
    note,
    numbered,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.quality.certificate_file import handed
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from forms.terms import PhysicalAsset
    from server.people.directory import Acting
    from server.trace.instruments import Instruments

Name = Annotated[str, Path(max_length=200)]
SHOWN = 500
"""Readings on a page, at most."""
_FIELDS = (
    "performed", "laboratory", "certificate", "as_found", "as_left", "unit", "due", "points",
)  # fmt: skip
_NO_FORM = dict.fromkeys(_FIELDS, "")

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/assets")
async def assets_page(request: Request) -> Response:
    """Every instrument, what is due first before the others."""
    parts = parts_of(request)
    found = sorted(
        parts.catalogue.assets(), key=lambda one: (str(one.calibration_due or "9"), one.id)
    )
    open_ones = [one for one in parts.instruments.deviations.all() if one.open]
    note(request, "assets", len(found))
    rows = [
        _standing(request, one)
        | {"deviations": [each.number for each in open_ones if each.asset == one.id]}
        for one in found
    ]
    metrology = parts.instruments.calibrations.metrology()
    may = allowed(request, Action.DEFINE_ASSET)
    return page(request, "assets.html", rows=rows, metrology=metrology, may_define=may)


@router.get("/console/assets/{asset}")
async def asset_page(request: Request, asset: Name) -> Response:
    """One instrument with its calibrations, and the form for the next."""
    return _asset_page(request, asset, None, _NO_FORM)


@router.post("/console/assets/{asset}")
async def enter(request: Request, asset: Name) -> Response:
    """A calibration's result, by signature; a refusal is told with what was typed."""
    form = await form_of(request, files=1)
    typed = {name: field(form, name, 4000) for name in _FIELDS}
    parts = parts_of(request)
    try:
        body = _body(form, typed)
        who = await acting(request, form)
        with handed(parts.attachments, await chosen(form)) as file:
            entered = body.model_copy(update={"certificate_file": file.digest})
            _, opened = parts.instruments.calibrated(entered.term(asset), who, file.keep)
    except Refusal as refusal:
        return _asset_page(request, asset, refusal, typed)
    return done(f"/console/assets/{asset}{'/look-back' if opened else ''}")


@router.get("/console/assets/{asset}/look-back")
async def look_back_page(request: Request, asset: Name) -> Response:
    """What the instrument said since its last good calibration, and the lots that rest on it."""
    return await _look_back_page(request, asset, None)


@router.post("/console/assets/{asset}/look-back")
async def decide(request: Request, asset: Name) -> Response:
    """Hold the lots touched, or close the deviation, by signature."""
    form = await form_of(request)
    try:
        _do(parts_of(request).instruments, form, await acting(request, form))
    except Refusal as refusal:
        return await _look_back_page(request, asset, refusal)
    return done(f"/console/assets/{asset}/look-back")


def _do(instruments: Instruments, form: FormData, who: Acting) -> None:
    number = numbered(form, "deviation")
    if field(form, "act") == "hold":
        who.must(Action.HOLD_TOUCHED)
        instruments.holds.place(number, who)
    else:
        conclusion = concluded(form)
        instruments.deviations.close(number, conclusion, who)


def _body(form: FormData, typed: Mapping[str, str]) -> EnterCalibration:
    """The form as the API takes it; Refusal naming the field that does not fit."""
    said: dict[str, Any] = {name: value.strip() for name, value in typed.items()}
    said |= {"points": _points(said["points"])}
    said |= {name: field(form, name).strip() for name in ("badge", "secret")}
    try:
        return EnterCalibration.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error


def _points(text: str) -> list[dict[str, str]]:
    points = []
    for line in filter(None, (line.split() for line in text.splitlines())):
        if len(line) != 4 or not all(_number(word) for word in line if word != "-"):  # noqa: PLR2004
            raise Refusal("point-unreadable", line=" ".join(line)[:60])
        nominal, found, left, tolerance = line
        point = {"nominal": nominal, "found": found, "tolerance": tolerance}
        points.append(point if left == "-" else point | {"left": left})
    return points


def _number(word: str) -> bool:
    try:
        return Decimal(word).is_finite()
    except InvalidOperation:
        return False


def _standing(request: Request, asset: PhysicalAsset) -> dict[str, Any]:
    """The asset and how it stands now, in the rule book's words."""
    words = language_of(request)
    state = parts_of(request).instruments.calibrations.standing(asset)
    return {"asset": asset, "state": state, "name": state.name(words), "words": state.words(words)}


def _asset_page(
    request: Request, asset: str, refusal: Refusal | None, form: Mapping[str, str]
) -> Response:
    parts = parts_of(request)
    one = parts.catalogue.asset(asset)
    entered = parts.instruments.calibrations.of(asset)
    note(request, asset, len(entered))
    standing = _standing(request, one)
    named = {one.certificate_file, *(each.calibration.certificate_file for each in entered)}
    return page(
        request,
        "asset.html",
        refusal.status if refusal else 200,
        one=one,
        state=standing["state"],
        name=standing["name"],
        words=standing["words"],
        entered=entered[::-1],
        files={digest for digest in named if digest and parts.attachments.has(digest)},
        form=form,
        units=tuple(UNITS),
        usual_unit=one.capability.unit if one.capability else "",
        names=people(parts),
        may_enter=allowed(request, Action.CALIBRATE),
        may_define=allowed(request, Action.DEFINE_ASSET),
        said=told(refusal, language_of(request)),
    )


async def _look_back_page(request: Request, asset: str, refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    deviations = [one for one in parts.instruments.deviations.all() if one.asset == asset]
    asked, look_backs = [one for one in deviations if one.open][:1], parts.instruments.look_backs
    # what is decided on is the deviation's own time, whatever was calibrated since
    window = asked[0].window if asked else None
    found = await look_backs.of_in_pieces(asset, window, most=SHOWN)
    note(request, asset, len(found.readings))
    return page(
        request,
        "look_back.html",
        refusal.status if refusal else 200,
        found=found,
        deviations=deviations,
        asked=asked,
        held={(o.item, o.lot) for o in found.lots if parts.catalogue.held(o.item, o.lot)},
        anybody=parts.genealogy.anybody(),
        items=names(parts, language_of(request)),
        names=people(parts),
        may_hold=allowed(request, Action.HOLD_TOUCHED),
        quality=allowed(request, Action.CLOSE_DEVIATION),
        said=told(refusal, language_of(request)),
    )
