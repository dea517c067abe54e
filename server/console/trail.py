"""The audit trail: read with filters, from what to what word by word, and its review signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from forms.rights import Action
from server.audit.diff import words
from server.audit.events import Filter
from server.audit.kinds import KINDS, NOTABLE
from server.console.texts_deeds import deed
from server.console.texts_trail import class_words, field_name, value_words
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    listed,
    note,
    page,
    parts_of,
    people,
    told,
)
from server.evidence.trail_export import MOST_EXPORTED, as_csv, as_json
from server.quality.review import Asked, Exempt, filters_in_words
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.audit.events import Event

PATH = "/console/audit"
SHOWN = 100
MOST_DIGITS, MOST_WHY = 15, 200
"""Of an exception: digits of its leaf, characters of its words."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
FILTERS = ("person", "kind", "subject", "place", "since", "until", "only", "job")
Stop = Annotated[int | None, Query(ge=0, le=2**53)]
router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/audit")
async def trail_page(request: Request, stop: Stop = None) -> Response:
    """Events, newest first; what was not reviewed; the way to sign a review."""
    return _page(request, request.query_params, stop, None)


@router.post("/console/audit/review")
async def review(request: Request) -> Response:
    """Sign: reviewed up to the leaf that the page showed, with findings and exceptions."""
    form = await form_of(request)
    typed = {name: field(form, name) for name in (*FILTERS, "stop", "findings", "exceptions")}
    try:
        typed["exceptions"] = listed(form, "exceptions")
        asked = _asked(typed)
        parts_of(request).oversight.reviews.sign(asked, await acting(request, form))
    except Refusal as refusal:
        return _page(request, typed, None, refusal)
    query = urlencode({"job": asked.job} if asked.job else {})
    return done(f"{PATH}?{query}" if query else PATH)


def _filter(given: Mapping[str, str]) -> Filter:
    said = {name: str(given.get(name, ""))[:200].strip() for name in FILTERS}
    if said["only"] not in {"", "changes", "failures"}:
        said["only"] = ""
    return msgspec.convert(said, Filter)


def _asked(typed: Mapping[str, str]) -> Asked:
    stop = typed["stop"]
    if not stop.isascii() or not stop.isdigit():
        raise Refusal("bad-request", why="stop is a leaf of the log")
    return Asked(
        stop=int(stop),
        job=typed["job"].strip(),
        filters=filters_in_words(_filter(typed)),
        findings=typed["findings"].strip(),
        exceptions=_exceptions(typed["exceptions"]),
    )


def _exceptions(text: str) -> tuple[Exempt, ...]:
    """Lines of a leaf's number and words; Refusal for a line that is none."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        index, _, why = line.lstrip("#").partition(" ")
        number = index.isascii() and index.isdigit() and len(index) <= MOST_DIGITS
        if not (number and 0 < len(why.strip()) <= MOST_WHY):
            raise Refusal("bad-request", why=f"an exception is a number and words: {line[:40]}")
        found.append(Exempt(index=int(index), words=why.strip()))
    return tuple(found)


def _page(
    request: Request, given: Mapping[str, str], stop: int | None, refusal: Refusal | None
) -> Response:
    parts, language, asked = parts_of(request), language_of(request), _filter(given)
    reviews, size = parts.oversight.reviews, parts.book.size
    found = reviews.events.page(asked, 0, size if stop is None else stop, SHOWN)
    note(request, asked.job or "audit", len(found.events))
    filters = {name: value for name, value in msgspec.to_builtins(asked).items() if value}
    return page(
        request,
        "audit.html",
        refusal.status if refusal else 200,
        rows=[_shown(one, language) for one in found.events],
        more=urlencode({**filters, "stop": found.more}) if found.more else "",
        query=urlencode(filters),
        asked=asked,
        kinds=_kinds(language),
        names=people(parts),
        everyone=parts.directory.everyone(),
        size=size,
        waiting=reviews.waiting(asked.job),
        done=reviews.all(asked.job)[::-1][:5],
        typed=given,
        may_review=allowed(request, Action.REVIEW_TRAIL),
        said=told(refusal, language),
    )


def short(text: str) -> str:
    """A digest or a key by its beginning: the whole is in the export."""
    return f"{text[:12]}…" if _DIGEST.fullmatch(text) else text


def shown_value(name: str, text: str, language: str) -> str:
    """What a member held, in words and no longer than one looks at."""
    return short(value_words(name, text, language))


def _kinds(language: str) -> list[tuple[str, str]]:
    every = {**KINDS, **NOTABLE}
    return sorted(((k, v.what.in_language(language)) for k, v in every.items()), key=lambda o: o[1])


def _shown(event: Event, language: str) -> dict[str, Any]:
    """An event as the page shows it."""
    what = event.what.in_language(language) if event.what else event.kind
    if event.sort in {"read", "session"} and event.kind == "audit":
        what = deed(event.detail, language) or what
    changes = [
        {
            "name": field_name(one.name, language),
            "parts": words(*(shown_value(one.name, each, language) for each in (one.old, one.new))),
        }
        for one in event.changes
    ]
    role = class_words(event.role, language)
    return {"one": event, "what": what, "changes": changes, "role": role}


@router.get("/console/audit/export")
async def export(
    request: Request, form: Annotated[str, Query(max_length=4)] = "csv", stop: Stop = None
) -> Response:
    """The events asked for as CSV, or as JSON with the path of each to the checkpoint."""
    parts = parts_of(request)
    asked, end = _filter(request.query_params), parts.book.size if stop is None else stop
    events = parts.oversight.reviews.events
    found = await events.found(asked, 0, end, MOST_EXPORTED)
    note(request, f"trail {form}", len(found.indexes))
    csv = form != "json"
    data = as_csv(events, found, language_of(request)) if csv else as_json(parts, found)
    name = "audit-trail.csv" if csv else "audit-trail.json"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    kind = "text/csv; charset=utf-8" if csv else "application/json"
    return StreamingResponse(data, 200, headers, media_type=kind)
