"""A material lot: its facts, quality's decisions on it, its holds.

A lot's code may hold any printable sign, so it travels in the query, not in the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from forms.rights import Action
from forms.terms import LotStatus
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    names,
    needed,
    note,
    page,
    parts_of,
    told,
)
from server.words import Refusal

if TYPE_CHECKING:
    from server.parts import Parts
    from server.people.directory import Acting

Text = Annotated[str, Query(max_length=64)]
STEPS: dict[LotStatus, tuple[LotStatus, ...]] = {
    LotStatus.QUARANTINE: (LotStatus.RELEASED, LotStatus.REJECTED),
    LotStatus.RELEASED: (LotStatus.QUARANTINE, LotStatus.REJECTED),
    LotStatus.HOLD: (LotStatus.RELEASED, LotStatus.REJECTED),
    LotStatus.REJECTED: (),
}
"""From which status of a received lot quality may lead it where; a rejection is final."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/lot")
async def lot_page(request: Request, item: Text, lot: Text) -> Response:
    """The lot, its holds, and what may be done with it."""
    return _lot_page(request, item, lot, None)


@router.post("/console/lot")
async def decide_on_lot(request: Request, item: Text, lot: Text) -> Response:
    """A status, a hold or the end of one, by signature; a refusal is told on the same page."""
    form = await form_of(request)
    try:
        reason = needed(form, "reason", "reason-needed")
        _do(parts_of(request), item, lot, field(form, "act"), reason, await acting(request, form))
    except Refusal as refusal:
        return _lot_page(request, item, lot, refusal)
    return done(f"/console/lot?{urlencode({'item': item, 'lot': lot})}")


def _do(parts: Parts, item: str, lot: str, wanted: str, reason: str, who: Acting) -> None:
    if wanted == "hold":
        parts.holds.place(item, lot, reason, who)
    elif wanted == "hold-downstream":
        parts.holds.place(item, lot, reason, who, downstream=True)
    elif wanted.startswith("clear "):
        parts.holds.clear(wanted.removeprefix("clear "), item, lot, reason, who)
    elif wanted.startswith("lift "):
        ref = wanted.removeprefix("lift ")
        if parts.store.one("holds", item=item, lot=lot, ref=ref) is None:
            raise Refusal("not-found", what="hold", name=ref[:16])
        parts.holds.lift(ref, reason, who)
    elif wanted in {one.value for one in STEPS[parts.catalogue.own_status(item, lot)]}:
        parts.holds.set_status(item, lot, LotStatus(wanted), who, reason)
    else:
        state = parts.catalogue.own_status(item, lot).value
        raise Refusal("wrong-state", what="lot", name=f"{item}/{lot}", state=state)


def _lot_page(request: Request, item: str, lot: str, refusal: Refusal | None) -> Response:
    parts, words = parts_of(request), language_of(request)
    if parts.store.one("lots", item=item, lot=lot) is None:
        return _named_page(request, item, lot, refusal)
    found = parts.catalogue.lot(item, lot)
    own = parts.catalogue.own_status(item, lot)
    holds = parts.store.rows("holds", item=item, lot=lot)
    note(request, f"{item}/{lot}", 1 + len(holds))
    received = parts.catalogue.received(item, lot)
    jobs = [one for one in parts.reader.list_jobs() if (one.item, one.lot) == (item, lot)]
    return page(
        request,
        "lot.html",
        refusal.status if refusal else 200,
        one=found,
        own=own,
        names=names(parts, words),
        holds=holds,
        inherited=[one for one in parts.holding.over(item, lot) if one.inherited],
        received=received,
        jobs=jobs,
        steps=STEPS[own] if received else (),
        quality=allowed(request, Action.SET_STATUS),
        may_hold=allowed(request, Action.DECIDE_LOT),
        expired=found.expiry is not None and found.expiry < parts.clock().date(),
        said=told(refusal, words),
    )


def _named_page(request: Request, item: str, lot: str, refusal: Refusal | None) -> Response:
    """A lot that is only named: of imported history, or before its first unit. It can be held."""
    parts, words = parts_of(request), language_of(request)
    if not parts.catalogue.heard_of(item, lot):
        raise refusal or Refusal("not-found", what="lot", name=f"{item}/{lot}")
    holds = parts.store.rows("holds", item=item, lot=lot)
    note(request, f"{item}/{lot}", 1 + len(holds))
    over = parts.holding.over(item, lot)
    return page(
        request,
        "named_lot.html",
        refusal.status if refusal else 200,
        item=item,
        lot=lot,
        name=names(parts, words).get(item, ""),
        on_hold=over[0].reason if over else "",
        holds=holds,
        inherited=[one for one in over if one.inherited],
        quality=allowed(request, Action.SET_STATUS),
        may_hold=allowed(request, Action.DECIDE_LOT),
        said=told(refusal, words),
    )
