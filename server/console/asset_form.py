"""The form by which an instrument is made known, or changed: signed, as over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from forms.units import UNITS
from server.api.bodies_assets import DefineAsset
from server.console.certificates import chosen
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    note,
    page,
    parts_of,
    told,
    unreadable,
)
from server.quality.certificate_file import handed
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from forms.terms import PhysicalAsset
    from server.parts import Parts

Id = Annotated[str, Query(max_length=200)]
_SIZES = ("low", "high", "resolution", "uncertainty", "tolerance")
_DAYS = ("calibration_due", "calibrated_on")
_TEXTS = (
    "id", "equipment_class", "serial_number", "make", "model", "place", "certificate",
    "laboratory", "status", "reason",
)  # fmt: skip
_FIELDS = (*_TEXTS, *_DAYS, "unit", *_SIZES, "no_calibration", "known")
_MOST_FIELDS = len(_FIELDS) + 8
_EMPTY = dict.fromkeys(_FIELDS, "") | {"status": "in_service"}

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/asset-form")
async def form_page(request: Request, asset: Id = "") -> Response:
    """Empty, or as the instrument stands."""
    typed = _EMPTY if not asset else _as_typed(parts_of(request).catalogue.asset(asset))
    return _page(request, typed, None)


@router.post("/console/asset-form")
async def define(request: Request) -> Response:
    """The instrument as it is from now on, by signature; a refusal keeps what was typed."""
    form = await form_of(request, _MOST_FIELDS, files=1)
    typed = {name: field(form, name).strip() for name in _FIELDS}
    try:
        asset = await _defined(request, form, typed)
    except Refusal as refusal:
        return _page(request, typed, refusal)
    return done(f"/console/assets/{asset.id}")


async def _defined(request: Request, form: FormData, typed: Mapping[str, str]) -> PhysicalAsset:
    parts = parts_of(request)
    there = parts.store.one("assets", id=typed["id"]) is not None
    if there and not typed["known"]:  # begun empty: a slip of the pen would be another's change
        raise Refusal("exists", what="asset", name=typed["id"])
    body = _body(form, typed, _file_of(parts, typed) if there else "")
    who = await acting(request, form)
    with handed(parts.attachments, await chosen(form)) as file, parts.book.unit():
        named = file.digest or body.certificate_file
        asset = body.model_copy(update={"certificate_file": named}).term()
        file.keep()
        parts.catalogue.define_asset(asset, who)
    return asset


def _file_of(parts: Parts, typed: Mapping[str, str]) -> str:
    """The file kept of the certificate named; it is not that of another certificate."""
    before = parts.catalogue.asset(typed["id"])
    return before.certificate_file if before.certificate == typed["certificate"] else ""


def _body(form: FormData, typed: Mapping[str, str], file: str) -> DefineAsset:
    """The form as the API takes it; Refusal naming the field that does not fit."""
    said: dict[str, Any] = {name: typed[name] for name in _TEXTS}
    said |= {name: typed[name] or None for name in _DAYS}
    if typed["no_calibration"]:
        said["calibration_due"] = None
    elif not typed["calibration_due"]:
        raise Refusal("due-needed")
    sizes = {name: typed[name] for name in _SIZES if typed[name]}
    said["capability"] = sizes | {"unit": typed["unit"]} if sizes else None
    said |= {name: field(form, name).strip() for name in ("badge", "secret")}
    try:
        return DefineAsset.model_validate(said | {"certificate_file": file})
    except ValidationError as error:
        raise unreadable(error) from error


def _as_typed(asset: PhysicalAsset) -> dict[str, str]:
    typed = {name: str(getattr(asset, name, "") or "") for name in (*_TEXTS, *_DAYS)}
    typed |= {"status": asset.status.value, "reason": asset.quarantine, "known": "yes"}
    typed["no_calibration"] = "" if asset.calibration_due else "yes"
    known = asset.capability
    for name in ("unit", *_SIZES):
        value = getattr(known, name) if known else None
        typed[name] = "" if value is None else str(value)
    return typed


def _page(request: Request, typed: Mapping[str, str], refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    classes = sorted({one.equipment_class for one in parts.catalogue.assets()})
    note(request, typed["id"] or "asset form", 1)
    return page(
        request,
        "asset_form.html",
        refusal.status if refusal else 200,
        form=typed,
        known=bool(typed["known"]),
        classes=classes,
        units=tuple(UNITS),
        may_sign=allowed(request, Action.DEFINE_ASSET),
        said=told(refusal, language_of(request)),
    )
