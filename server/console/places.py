"""Places of the equipment hierarchy: areas, work centers, the work units in each; defining one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from server.api.bodies_people import DefineWorkCenter
from server.audit.history import history_of
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    needed,
    note,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.people.grants import DEFINED, WorkCenter
from server.words import Refusal

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from forms.terms import Scope
    from server.parts import Parts

MOST_FIELDS = 600
"""Of the form: a box for each work unit."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/places")
async def places_page(request: Request) -> Response:
    """Every work center with its work units, stations and people; who said so."""
    return _page(request, None)


@router.post("/console/places")
async def define(request: Request) -> Response:
    """Say which work units a work center has, by signature."""
    form = await form_of(request, MOST_FIELDS)
    try:
        body = _body(form)
        center = WorkCenter(
            area=body.area, work_center=body.work_center, work_units=tuple(body.work_units)
        )
        parts_of(request).grants.define(center, await acting(request, form), body.reason)
    except Refusal as refusal:
        return _page(request, refusal)
    return done("/console/places")


def _body(form: FormData) -> DefineWorkCenter:
    said: dict[str, Any] = {
        name: field(form, name, 100).strip() for name in ("area", "work_center")
    }
    said |= {"work_units": [str(one)[:64] for one in form.getlist("work_units")]}
    said |= {"badge": "-", "secret": "-", "reason": needed(form, "reason", "reason-needed")}
    try:
        return DefineWorkCenter.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error


def _page(request: Request, refusal: Refusal | None) -> Response:
    parts, language = parts_of(request), language_of(request)
    centers = parts.scopes.centers()
    note(request, "places", len(centers))
    known = parts.scopes.unit_names()
    return page(
        request,
        "places.html",
        refusal.status if refusal else 200,
        rows=[
            {
                "place": place,
                "units": units,
                "stations": _stations(parts, place),
                "people": [
                    one for one in parts.directory.everyone()
                    if any(grant.scope == place for grant in one.grants)
                ],
            }
            for place, units in centers.items()
        ],
        titles={unit: said.get(language, said.get("en", "")) for unit, said in known.items()},
        history=history_of(parts.store, DEFINED),
        names=people(parts),
        may_define=allowed(request, Action.DEFINE_PLACE),
        said=told(refusal, language),
    )  # fmt: skip


def _stations(parts: Parts, place: Scope) -> list[str]:
    found = {one.id for one in parts.stations.all() if one.status == "enrolled"}
    return sorted(one for one in found if parts.scopes.of_station(one) == place)
