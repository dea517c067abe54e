"""How the server is: recovery, its disk, its log, its witnesses, the alarms that are open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from forms.rights import Action
from server.alarms.disk_words import told as told_disk
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    form_of,
    language_of,
    needed,
    note,
    page,
    parts_of,
    people,
    told,
)
from server.sayings_alarms import ALARMS
from server.scrub.told import told as told_scrub
from server.scrub.told import words as scrub_words
from server.words import Refusal

if TYPE_CHECKING:
    from server.parts import Parts
    from server.store.protocol import Row
    from server.witnesses.outsiders import Outsider

Number = Annotated[int, Path(ge=0, le=2**53)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/status")
async def status_page(request: Request) -> Response:
    """Recovery, log, witnesses, open alarms."""
    return status_shown(request, None)


@router.post("/console/alarms/{alarm}/close")
async def close(request: Request, alarm: Number) -> Response:
    """Close an alarm, by signature with a reason; a refusal is told on the same page."""
    form, parts = await form_of(request), parts_of(request)
    try:
        reason = needed(form, "reason", "reason-needed")
        parts.alarms.close(alarm, reason, await acting(request, form))
    except Refusal as refusal:
        return status_shown(request, refusal)
    return done("/console/status")


def status_shown(request: Request, refusal: Refusal | None) -> Response:
    """The page, telling a refusal if there is one."""
    parts = parts_of(request)
    alarms = parts.alarms.all(only_open=True)
    if not parts.book.recovery:  # in recovery nothing is signed, so that reading this is not either
        with parts.disk.sparing():  # it shows no record, and is looked at when the disk refuses
            note(request, "status", len(alarms))
    return page(
        request,
        "status.html",
        refusal.status if refusal else 200,
        said=told(refusal, language_of(request)),
        decision=parts.rescue.going_on.look(),
        may_decide=allowed(request, Action.GO_ON),
        names=people(parts),
        recovery=parts.book.recovery,
        target=parts.rescue.target.checkpoint(),
        held=parts.rescue.refill.held,
        missing=parts.rescue.refill.missing() if parts.book.recovery else [],
        parted=parts.rescue.refill.parted,
        log=parts.book.origin,
        awaited=parts.store.count("awaited"),
        size=parts.book.size,
        checkpoint=parts.book.checkpoint(),
        outsiders=[_outsider(parts, one) for one in parts.submitter.outsiders],
        stations=[_station(parts, one.origin) for one in parts.stations.all()],
        alarms=[_alarm(parts, one, language_of(request)) for one in alarms],
        may_close=allowed(request, Action.CLOSE_ALARM),
        fleet=parts.store.fleet(),
        disk=told_disk(parts.disk.standing(), language_of(request)),
        scrub=_scrub(parts, language_of(request)),
    )


def _scrub(parts: Parts, language: str) -> dict[str, str]:
    """How reading everything again is."""
    found = told_scrub(parts)
    state = "failed" if found.alarms else "passed" if found.standing else "refused"
    return {"state": state, "message": scrub_words(found.standing).in_language(language)}


def _outsider(parts: Parts, outsider: Outsider) -> dict[str, Any]:
    """A witness: last cosigned size, its age, what is wrong."""
    state = parts.submitter.state(outsider.name)
    at = state["cosigned_at"] if state else ""
    return {
        "name": outsider.name,
        "size": state["size"] if state else 0,
        "age": _age(parts, at),
        "trouble": state["trouble"] if state else "unreached",
        "why": state["why"] if state else "",
    }


def _alarm(parts: Parts, row: Row, language: str) -> dict[str, Any]:
    """An alarm with what it means and what to do about it; of a badge, whose it is."""
    saying, whose = ALARMS[row["code"]], None
    if row["code"] == "badge-locked":
        everyone = parts.directory.everyone()
        whose = next((one for one in everyone if one.badge_digest.startswith(row["about"])), None)
    return row | {
        "what": saying.what.in_language(language),
        "todo": saying.todo.in_language(language),
        "by_quality": saying.by_quality,
        "whose": whose,
    }


def _station(parts: Parts, origin: str) -> dict[str, Any]:
    """A station as a witness: the newest checkpoint it cosigned."""
    newest = parts.store.newest("cosignatures", name=origin)
    at = newest["received_at"] if newest else ""
    return {"name": origin, "size": newest["size"] if newest else 0, "age": _age(parts, at)}


def _age(parts: Parts, at: str) -> int | None:
    """Whole seconds since then; None for never."""
    if not at:
        return None
    return max(0, int((parts.clock() - datetime.fromisoformat(at)).total_seconds()))
