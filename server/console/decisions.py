"""Deciding on a lot: readiness with every reason, the text that will be signed, the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from forms.rights import Action
from forms.words import VALUES
from server.console.concessions import may_concede, unsound
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
    session_of,
    told,
)
from server.evidence.view import view
from server.words import Refusal

if TYPE_CHECKING:
    from server.quality.readiness import Readiness

Name = Annotated[str, Path(max_length=200)]
Text = Annotated[str, Query(max_length=500)]

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/jobs/{job}/release")
async def release_page(request: Request, job: Name) -> Response:
    """Readiness with every reason, and the way to the decision."""
    return _readiness_page(request, job, None)


@router.get("/console/jobs/{job}/release/confirm")
async def confirm_page(
    request: Request, job: Name, decision: Text = "", reason: Text = ""
) -> Response:
    """The text that will be signed, to the letter, with its digest; asks for the signature."""
    try:
        return _confirm_page(request, job, decision, reason, None)
    except Refusal as refusal:
        return _readiness_page(request, job, refusal)


@router.post("/console/jobs/{job}/release")
async def release(request: Request, job: Name) -> Response:
    """The decision, signed over the text that was shown; a refusal is told on the same page."""
    form = await form_of(request)
    decision, reason = field(form, "decision"), field(form, "reason")
    quality, words = parts_of(request).quality, language_of(request)
    try:
        read = needed(form, "text_digest", "text-changed")
        who = await acting(request, form)
        quality.decide(job, decision, reason, who, words, read=read)
    except Refusal as refusal:
        try:
            return _confirm_page(request, job, decision, reason, refusal)
        except Refusal:
            return _readiness_page(request, job, refusal)
    return done(f"/console/jobs/{job}/release")


def _confirm_page(
    request: Request, job: str, decision: str, reason: str, refusal: Refusal | None
) -> Response:
    parts, words = parts_of(request), language_of(request)
    text, digest = parts.quality.text(job, decision, reason, words)
    found = _found(request, job)
    if decision == "released" and not found.ready:
        reasons = "; ".join(one.words(words) for one in found.reasons)
        raise refusal or Refusal("not-ready", reasons=reasons)
    note(request, job, 1)
    return page(
        request,
        "confirm.html",
        refusal.status if refusal else 200,
        job=job,
        lot=found.lot,
        decision=decision,
        reason=reason,
        text=text,
        digest=digest,
        said=told(refusal, words),
    )


def _readiness_page(request: Request, job: str, refusal: Refusal | None) -> Response:
    parts, words = parts_of(request), language_of(request)
    found = _found(request, job)
    batch = parts.reader.batch(job)
    note(request, job, len(batch.records))
    reasons = [
        {
            "words": one.words(words),
            "source": one.rule.source,
            "lifted_by": VALUES[by].in_language(words) if (by := one.rule.lifted_by) else "",
            "meanwhile": one.meanwhile(words),
        }
        for one in found.reasons
    ]
    return page(
        request,
        "release.html",
        refusal.status if refusal else 200,
        job=job,
        found=found,
        reasons=reasons,
        said=told(refusal, words),
        unsound=unsound(request, job),
        may_concede=may_concede(request),
        may_decide=allowed(request, Action.RELEASE),
        trail=parts.oversight.reviews.waiting(job),
        names=people(parts),
        may_read_trail=allowed(request, Action.AUDIT),
        d=view(batch, parts.reader.checkpoint(), parts.verifier.name, words),
    )


def _found(request: Request, job: str) -> Readiness:
    session = session_of(request)
    return parts_of(request).quality.readiness(job, session.person if session else None)
