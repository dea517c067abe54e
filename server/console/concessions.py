"""Accepting a record that failed its signature check: two persons, each reads and signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from forms.rights import Action
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
)
from server.evidence.rows import all_rows
from server.quality.concessions import Asked
from server.words import Refusal

if TYPE_CHECKING:
    from forms.job_state import Nonconformity

Name = Annotated[str, Path(max_length=200)]
Text = Annotated[str, Query(max_length=500)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/jobs/{job}/concession")
async def concession_page(
    request: Request, job: Name, record: Text = "", reason: Text = ""
) -> Response:
    """The text that will be signed, to the letter, with its digest; asks for the signature."""
    return _confirm_page(request, job, Asked(record=record, reason=reason), None)


@router.post("/console/jobs/{job}/concession")
async def concede(request: Request, job: Name) -> Response:
    """The signature over the text that was shown; a refusal is told on the same page."""
    form = await form_of(request)
    asked = Asked(
        record=field(form, "record", 64),
        reason=field(form, "reason"),
        read=field(form, "text_digest").strip(),
    )
    try:
        needed(form, "text_digest", "text-changed")
        who = await acting(request, form)
        parts_of(request).quality.concede(job, asked, who, language_of(request))
    except Refusal as refusal:
        return _confirm_page(request, job, asked, refusal)
    return done(f"/console/jobs/{job}/release")


def _confirm_page(request: Request, job: str, asked: Asked, refusal: Refusal | None) -> Response:
    """The confirm page, or the refusal that there is nothing to sign."""
    parts, words = parts_of(request), language_of(request)
    try:
        text, digest = parts.quality.concession_text(job, asked, words)
    except Refusal as nothing:
        raise refusal or nothing from nothing
    note(request, job, 1)
    return page(
        request,
        "concession.html",
        refusal.status if refusal else 200,
        job=job,
        asked=asked,
        one=next(one for one in unsound(request, job) if one["ref"] == asked.record),
        text=text,
        digest=digest,
        said=told(refusal, words),
    )


def unsound(request: Request, job: str) -> list[dict[str, Any]]:
    """The records that may be accepted so, as a page shows them, with who signed already."""
    parts, words = parts_of(request), language_of(request)
    waiting = parts.quality.unsound(job)
    if not waiting:
        return []
    shown = all_rows(parts.reader.batch(job), words)
    names = people(parts)
    return [{"row": shown[ref], "ref": ref, **_first(known, names)} for ref, known in waiting]


def may_concede(request: Request) -> bool:
    """Whether the person at the console may be one of the two."""
    return allowed(request, Action.CONCEDE)


def _first(known: Nonconformity | None, names: dict[str, str]) -> dict[str, str]:
    """Who signed first, and why; empty where nobody did."""
    if known is None or known.decided is None:
        return {"first": "", "reason": ""}
    return {"first": names.get(known.signed_by, known.signed_by), "reason": known.decided.reason}
