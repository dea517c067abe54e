"""Routes of the audit trail: reading it with filters, exporting it, signing its review."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from forms.checkup import body
from forms.terms import PersonnelClass
from server.api.answers import answer
from server.api.bodies import Act, Body, Line, Reason, ReasonedAct
from server.api.identity import parts_of
from server.api.people import acting, language, note
from server.api.strict import StrictRoute
from server.audit.events import Filter, Only
from server.doctor.running import asked
from server.evidence.trail_export import MOST_EXPORTED, as_csv, as_json
from server.quality.parameters import Parameters
from server.quality.review import Asked, Exempt
from server.scrub.told import told

router = APIRouter(prefix="/api", tags=["audit trail"], route_class=StrictRoute)
Short = Annotated[str, Query(max_length=200)]
Start = Annotated[int, Query(ge=0, le=2**53)]
Stop = Annotated[int | None, Query(ge=0, le=2**53)]
Most = Annotated[int, Query(ge=1, le=1_000)]


async def filters(  # noqa: PLR0913, PLR0917 - as many as there are to filter by
    person: Short = "",
    kind: Short = "",
    subject: Short = "",
    place: Short = "",
    since: Short = "",
    until: Short = "",
    only: Annotated[Only, Query()] = "",
    job: Short = "",
) -> Filter:
    """What is asked for."""
    return Filter(
        person=person, kind=kind, subject=subject, place=place, since=since, until=until,
        only=only, job=job,
    )  # fmt: skip


Asks = Annotated[Filter, Depends(filters)]


class NotAccepted(Body):
    """An event that the reviewer does not accept."""

    index: Annotated[int, Field(ge=0, le=2**53)]
    words: Line


class ReviewTrail(Act):
    """A review: up to which leaf, of what, what was found."""

    stop: Annotated[int, Field(ge=1, le=2**53)]
    job: Annotated[str, Field(max_length=200)] = ""
    filters: Reason = ""
    findings: Reason = ""
    exceptions: list[NotAccepted] = Field(default=[], max_length=200)


class SetParameters(ReasonedAct):
    """What the site asks of itself; what is left out stays. See docs/guides/administrator."""

    station_silent_minutes: int | None = Field(default=None, ge=1, le=525_600)
    completeness_percent: int | None = Field(default=None, ge=0, le=100)
    backup_hours: int | None = Field(default=None, ge=1, le=8_760)
    drill_days: int | None = Field(default=None, ge=1, le=3_650)
    witness_hours: int | None = Field(default=None, ge=1, le=8_760)
    review_before_release: bool | None = None
    second_factor_classes: tuple[PersonnelClass, ...] | None = Field(default=None, max_length=5)

    def over(self, now: Parameters) -> Parameters:
        """What is asked for, over what stands."""
        said = self.model_dump(exclude={"badge", "secret", "reason"}, exclude_none=True)
        return msgspec.structs.replace(now, **said)


@router.get("/trail", summary="The audit trail, with filters")
async def trail(
    request: Request, asked: Asks, start: Start = 0, stop: Stop = None, most: Most = 200
) -> Response:
    """Newest first; ``more`` is the ``stop`` to go on with. Old and new values where there are."""
    parts = parts_of(request)
    page = parts.oversight.reviews.events.page(
        asked, start, parts.book.size if stop is None else stop, most
    )
    note(request, "trail", len(page.events))
    return answer(page)


@router.get("/trail/export", summary="The audit trail as a file")
async def export(
    request: Request,
    asked: Asks,
    start: Start = 0,
    stop: Stop = None,
    form: Annotated[Literal["csv", "json"], Query()] = "csv",
) -> Response:
    """CSV, or JSON in which each event has its leaf and the path to the newest checkpoint.

    Both say where to go on if there is more.
    """
    parts = parts_of(request)
    end = parts.book.size if stop is None else stop
    events = parts.oversight.reviews.events
    found = await events.found(asked, start, end, MOST_EXPORTED)
    note(request, f"trail {form}", len(found.indexes))
    csv = form == "csv"
    data = as_csv(events, found, language(request)) if csv else as_json(parts, found)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    headers = {"content-disposition": f'attachment; filename="audit-trail.{form}"'}
    return StreamingResponse(data, 200, headers, media_type=kind)


@router.get("/trail/reviews", summary="Reviews of the audit trail, and what waits for one")
async def reviews(request: Request, job: Short = "") -> Response:
    """Oldest first; of one job order with ``job``."""
    reviews = parts_of(request).oversight.reviews
    found = reviews.all(job)
    note(request, job or "reviews", len(found))
    return answer({"reviews": found, "waiting": reviews.waiting(job)})


@router.post("/trail/reviews", status_code=201, summary="Sign a review of the audit trail")
async def review(request: Request, body: ReviewTrail) -> Response:
    """Quality's signature: reviewed up to that leaf, with these exceptions."""
    who = await acting(request, body)
    exceptions = tuple(Exempt(index=one.index, words=one.words) for one in body.exceptions)
    said = body.model_dump(exclude={"badge", "secret", "exceptions"})
    asked = Asked(**said, exceptions=exceptions)
    return answer(parts_of(request).oversight.reviews.sign(asked, who), 201)


@router.get("/doctor", summary="What is wrong with the server, and how to cure it")
async def doctor(request: Request) -> Response:
    """Each line ok, attention or broken, in English and Chinese; changes nothing."""
    found = asked(parts_of(request))
    note(request, "doctor", len(found))
    return answer(body(found))


@router.get("/scrub", summary="How far reading everything stored again is, and what was found")
async def scrub(request: Request) -> Response:
    """The round under way, or the last; with the alarms that are open about what was found."""
    parts = parts_of(request)
    found = told(parts)
    note(request, "scrub", len(found.alarms))
    return answer(found)


@router.get("/site-parameters", summary="What the site asks of itself")
async def parameters(request: Request) -> Response:
    """As it is now."""
    note(request, "site-parameters", 1)
    return answer(parts_of(request).oversight.parameters.now())


@router.post("/site-parameters", summary="What the site asks of itself, by signature")
async def ask(request: Request, body: SetParameters) -> Response:
    """Quality's decision; what is left out stays as it is, what was before stays in the log."""
    who, parameters = await acting(request, body), parts_of(request).oversight.parameters
    parameters.ask(body.over(parameters.now()), who, body.reason)
    return answer(parameters.now())
