"""One station: its epochs and keys, and what people may say of it: revoked, a mark on a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request, Response

from forms.rights import Action
from server.console.two import beside
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    allowed_at_site,
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
)
from server.people.witnessed import witnessed_size
from server.words import Refusal

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from server.parts import Parts
    from server.people.directory import Acting
    from server.people.stations import StationRow

Name = Annotated[str, Path(max_length=200)]
MOST_DIGITS = 15

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/stations/{station}")
async def station_page(request: Request, station: Name) -> Response:
    """Every epoch of it, and the forms for what the viewer may do."""
    return station_shown(request, station, None)


@router.post("/console/stations/{station}/revocation")
async def revoke(request: Request, station: Name) -> Response:
    """Trust its records up to a number only, by signature."""
    form = await form_of(request)
    try:
        reason, valid_to = needed(form, "reason", "reason-needed"), _valid_to(form)
        who = await acting(request, form)
        parts_of(request).stations.revoke(station, valid_to, reason, who)
    except Refusal as refusal:
        return station_shown(request, station, refusal)
    return done(f"/console/stations/{station}")


async def approved(request: Request, station: str, form: FormData) -> None:
    """The approval of who is signed in, and of a second one who stands beside, if there is one."""
    people_here = [await acting(request, form)]
    if field(form, "second_badge").strip():
        people_here.append(await beside(request, form))
    _approve(parts_of(request), station, people_here)


def _approve(parts: Parts, station: str, approving: list[Acting]) -> None:
    """Both or none."""
    with parts.book.unit():
        for who in approving:
            parts.stations.approve(station, who)


def _valid_to(form: FormData) -> int | None:
    """The number typed; None for none, Refusal for what is no number."""
    text = field(form, "valid_to", 40).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refusal("bad-request", why=f"a record's number has digits alone: {text[:20]}")
    return int(text)


def station_shown(request: Request, station: str, refusal: Refusal | None) -> Response:
    """The station's page; Refusal if there is no such station."""
    parts = parts_of(request)
    epochs = [one for one in parts.stations.all() if one.id == station]
    if not epochs:
        raise refusal or Refusal("not-found", what="station", name=station)
    note(request, station, len(epochs))
    return page(
        request,
        "station.html",
        refusal.status if refusal else 200,
        one=epochs[-1],
        epochs=[_epoch(parts, one) for one in epochs[::-1]],
        witnessed=witnessed_size(parts.store, epochs[-1].origin),
        place=str(parts.scopes.of_station(station)),
        names=people(parts),
        may_revoke=allowed_at_site(request, Action.REVOKE_STATION),
        may_report=allowed(request, Action.REPORT_MARK),
        said=told(refusal, language_of(request)),
    )


def _epoch(parts: Parts, one: StationRow) -> dict[str, object]:
    head = parts.store.newest("heads", origin=one.origin)
    marks = parts.store.rows("label_marks", origin=one.origin)
    return {"one": one, "size": head["size"] if head else 0, "marks": marks}
