"""Frozen evidence: every set with why and by whom, what is in one, taking it out, freezing anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from server.api.evidence import Freeze, pack_of
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    listed,
    needed,
    note,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.evidence.freeze import Scope
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

Number = Annotated[int, Path(ge=0, le=2**53)]
CAUSES = ("change", "deviation", "recall")
SHOWN = 200
"""Leaves, lots and job orders named on a page; the document has them all."""
_TYPED = ("cause", "about", "lots", "jobs", "why")

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/evidence-sets")
async def sets_page(request: Request) -> Response:
    """Every set, the newest first; and the form to freeze one."""
    return _list(request, {}, None)


@router.post("/console/evidence-sets")
async def freeze(request: Request) -> Response:
    """Keep what is known now of these lots and job orders, by signature."""
    form = await form_of(request)
    typed = {name: field(form, name) for name in _TYPED}
    try:
        typed |= {name: listed(form, name) for name in ("lots", "jobs")}
        scope = _scope(form, typed)
        found = parts_of(request).oversight.freezer.ask(scope, await acting(request, form))
    except Refusal as refusal:
        return _list(request, typed, refusal)
    return done(f"/console/evidence-sets/{found.number}")


@router.get("/console/evidence-sets/{number}")
async def set_page(request: Request, number: Number) -> Response:
    """What is in one."""
    parts = parts_of(request)
    one, content = parts.oversight.freezer.of(number), parts.oversight.freezer.content(number)
    note(request, f"evidence set {number}", 1)
    return page(
        request,
        "evidence_set.html",
        one=one,
        content=content,
        shown=SHOWN,
        revisions=[
            other for other in parts.oversight.freezer.all()
            if (other.cause, other.about) == (one.cause, one.about)
        ],
        names=people(parts),
        may_export=allowed(request, Action.EXPORT),
    )  # fmt: skip


@router.get("/console/evidence-sets/{number}/document.json")
async def document(request: Request, number: Number) -> Response:
    """The set's own bytes, as the digest in the log names them."""
    data = parts_of(request).oversight.freezer.document(number)
    note(request, f"evidence set {number}", 1)
    headers = {"content-disposition": f'attachment; filename="evidence-set-{number}.json"'}
    return Response(data, 200, headers, media_type="application/json")


@router.get("/console/evidence-sets/{number}/evidence.zip")
async def pack(request: Request, number: Number) -> Response:
    """What ``lotbook-verify`` checks with public keys alone."""
    return await pack_of(request, number)


def _scope(form: FormData, typed: Mapping[str, str]) -> Scope:
    """The form as the API takes it; Refusal naming the field that does not fit."""
    lots = [_lot(line) for line in filter(None, map(str.strip, typed["lots"].splitlines()))]
    said: dict[str, Any] = {"cause": typed["cause"], "about": typed["about"].strip()}
    said |= {"lots": lots, "jobs": typed["jobs"].split(), "badge": "-", "secret": "-"}
    said |= {"why": needed(form, "why", "reason-needed")}
    try:
        body = Freeze.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error
    return body.scope()


def _lot(line: str) -> list[str]:
    item, slash, lot = line.partition("/")
    if not (item and slash and lot):
        raise Refusal("lot-misspelt", given=line[:60])
    return [item.strip(), lot.strip()]


def _list(request: Request, typed: Mapping[str, str], refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    found = parts.oversight.freezer.all()[::-1]
    note(request, "evidence-sets", len(found))
    return page(
        request,
        "evidence_sets.html",
        refusal.status if refusal else 200,
        rows=found,
        causes=CAUSES,
        typed={**dict.fromkeys(_TYPED, ""), **typed},
        names=people(parts),
        may_freeze=allowed(request, Action.FREEZE),
        said=told(refusal, language_of(request)),
    )
