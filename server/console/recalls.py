"""Recall cases in the console: the list, one case with what is open first, and drills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from unicodedata import normalize

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from server.api.bodies_recall import (
    CauseBody,
    CheckConsignee,
    CountLot,
    OpenRecall,
    WriteNotices,
)
from server.api.recalls import Case
from server.console.recall_rows import MOST_OFFERED, countable, counted, waited
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    concluded,
    done,
    field,
    form_of,
    language_of,
    names,
    needed,
    note,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.recall.drill import shares
from server.recall.points import HISTORY, Point, open_points
from server.recall.steps import shown
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.datastructures import FormData

    from server.people.directory import Acting
    from server.recall.case import Cause, RecallCase
    from server.recall.desk import Recalls
    from server.workers import Workers

Start = Annotated[int, Query(ge=0, le=10**6)]
SHOWN = 25
"""Consignees and balances on a page."""
_TYPED = (
    "reason", "depth", "classification", "how", "by", "in_stock", "scrapped", "explained", "of",
    "conclusion", "returned", "destroyed",
)  # fmt: skip
_CAUSE = ("suspect", "item", "lot", "serial", "supplier", "asset")
_NOTHING = dict.fromkeys(("act", *_CAUSE, *_TYPED), "")

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/recalls")
async def recalls_page(request: Request) -> Response:
    """Every case and drill, and the forms to begin one."""
    return _list(request, None, _NOTHING)


@router.post("/console/recalls")
async def begin(request: Request) -> Response:
    """Open a case, or run a drill; a refusal is told on the same page."""
    form = await form_of(request)
    try:
        who = await acting(request, form)
        case = await _begun(request, form, who)
    except Refusal as refusal:
        return _list(request, refusal, _typed(form))
    return done(f"/console/recalls/{case.id}")


@router.get("/console/recalls/{case}")
async def case_page(request: Request, case: Case, start: Start = 0) -> Response:
    """Where the case stands: what is open, big numbers, consignees, balance, steps."""
    return await _case(request, case, start, None, _NOTHING)


@router.post("/console/recalls/{case}")
async def take(request: Request, case: Case) -> Response:
    """One step of the case, by signature; a refusal is told on the same page."""
    form = await form_of(request, MOST_OFFERED + 20)
    try:
        who = await acting(request, form)
        await _step(
            _Act(parts_of(request).recall.recalls, parts_of(request).workers, case, who), form
        )
    except Refusal as refusal:
        return await _case(request, case, 0, refusal, _typed(form))
    return done(f"/console/recalls/{case}")


async def _begun(request: Request, form: FormData, who: Acting) -> RecallCase:
    office, workers = parts_of(request).recall, parts_of(request).workers
    if field(form, "act") == "drill":
        chosen = _cause(form) if field(form, "lot").strip() else None
        return await office.drills.run(chosen, field(form, "reason"), who, workers)
    body = _read(OpenRecall, form, "reason", "depth", "classification", cause=_given(form))
    return await office.recalls.open(body.asked(), who, workers)


def _given(form: FormData) -> dict[str, str]:
    return {name: field(form, name, 200).strip() for name in _CAUSE}


def _cause(form: FormData) -> Cause:
    try:
        return CauseBody.model_validate(_given(form)).term()
    except ValidationError as error:
        raise unreadable(error) from error


class _Act(NamedTuple):
    """Who does something to which case, with what."""

    recalls: Recalls
    workers: Workers
    case: str
    who: Acting


async def _step(act: _Act, form: FormData) -> None:
    """The act that the form names; Refusal for what does not fit."""
    step = _STEPS.get(field(form, "act"))
    if step is None:
        raise Refusal("bad-request", why="no such act")
    await step(act, form)


async def _freeze(act: _Act, _: FormData) -> None:
    await act.recalls.freeze(act.case, act.who, act.workers)


async def _hold(act: _Act, _: FormData) -> None:
    await act.recalls.hold(act.case, act.who, act.workers)


async def _notices(act: _Act, form: FormData) -> None:
    language = _read(WriteNotices, form, "language").language
    await act.recalls.notices(act.case, language, [], act.who, act.workers)


async def _sent(act: _Act, form: FormData) -> None:
    act.recalls.sent(act.case, needed(form, "how", "reason-needed"), [], act.who)


async def _acknowledged(act: _Act, form: FormData) -> None:
    by = needed(form, "by", "reason-needed")
    act.recalls.acknowledged(act.case, by, _named(form), act.who)


def _named(form: FormData) -> list[str]:
    """The consignees chosen."""
    chosen = [one[:200] for one in form.getlist("consignee") if isinstance(one, str)]
    return [normalize("NFC", one) for one in chosen if one]


async def _check(act: _Act, form: FormData) -> None:
    fields = ("consignee", "how", "returned", "destroyed", "note")
    reached = field(form, "reached") == "yes"
    check = _read(CheckConsignee, form, *fields, reached=reached).term()
    await act.recalls.check(act.case, check, act.who, act.workers)


async def _count(act: _Act, form: FormData) -> None:
    fields = ("in_stock", "scrapped", "explained")
    body = _read(CountLot, form, *fields, **counted(field(form, "of", 1000)))
    act.recalls.count(act.case, body.term(), act.who)


async def _account(act: _Act, form: FormData) -> None:
    act.recalls.account(act.case, field(form, "origin", 200), field(form, "reason"), act.who)


async def _terminate(act: _Act, form: FormData) -> None:
    await act.recalls.terminate(act.case, concluded(form), act.who, act.workers)


_STEPS: dict[str, Callable[[_Act, FormData], Awaitable[None]]] = {
    "freeze": _freeze,
    "hold": _hold,
    "notices": _notices,
    "sent": _sent,
    "acknowledged": _acknowledged,
    "check": _check,
    "count": _count,
    "account": _account,
    "terminate": _terminate,
}


def _read(kind: Any, form: FormData, *fields: str, **more: object) -> Any:  # noqa: ANN401 - a body
    """The form as the API takes it; Refusal naming the field that does not fit."""
    said: dict[str, Any] = {name: field(form, name, 1000).strip() for name in fields}
    said |= {name: field(form, name).strip() for name in ("badge", "secret")} | more
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise unreadable(error) from error


def _typed(form: FormData) -> dict[str, str]:
    """What was typed stays when an act is refused; never a badge or a secret."""
    return {name: field(form, name, 1000) for name in _NOTHING}


def _list(request: Request, refusal: Refusal | None, typed: dict[str, str]) -> Response:
    parts = parts_of(request)
    found = parts.recall.recalls.steps.cases()
    note(request, "recalls", len(found))
    return page(
        request,
        "recalls.html",
        refusal.status if refusal else 200,
        cases=found,
        typed=typed,
        names=people(parts),
        may=allowed(request, Action.RECALL),
        said=told(refusal, language_of(request)),
    )


async def _case(
    request: Request, case_id: str, start: int, refusal: Refusal | None, typed: dict[str, str]
) -> Response:
    parts, words = parts_of(request), language_of(request)
    recalls = parts.recall.recalls
    case = recalls.steps.of(case_id)
    facts = await recalls.facts.of(case, parts.workers)
    case = recalls.steps.of(case_id)
    frozen = await recalls.facts.frozen(case, parts.workers)
    lines = frozen.by_consignee if frozen else {}
    note(request, case_id, len(lines))
    points = open_points(case, facts)
    report, waits = case.drilled or {}, waited(case, lines)
    return page(
        request,
        "recall.html",
        refusal.status if refusal else 200,
        one=case,
        open=[(point, point.words(words)) for point in points],
        silent=[_source(point, words) for point in points if point.code in _ACCOUNTABLE],
        report=report,
        judged={name: shares(report[name]) for name in _JUDGED if name in report},
        longest=max([1, *(took for _, took in report.get("phases", ()))]),
        consignees=[(name, lines[name]) for name in waits.first[start : start + SHOWN]],
        waits=waits,
        offered=MOST_OFFERED,
        countable=countable(facts.balances),
        typed=typed,
        total=len(lines),
        start=start,
        step=SHOWN,
        balances=facts.balances[:SHOWN],
        steps=[(step, shown(step)) for step in recalls.steps.all_of(case_id)[: -SHOWN - 1 : -1]],
        items=names(parts, words),
        names=people(parts),
        may=allowed(request, Action.RECALL) and case.open,
        said=told(refusal, words),
    )


def _source(point: Point, language: str) -> tuple[str, str]:
    """What quality accounts for, and what it is called."""
    name = point.params.get("about", HISTORY)
    return name, name if point.code == "station-silent" else point.words(language)


_ACCOUNTABLE = ("station-silent", "unread", "quarantined", "balance-unsayable")
"""Points that quality closes by saying why: of a station, of so many records, of all history."""
_JUDGED = ("lots_judged", "lines_judged")
