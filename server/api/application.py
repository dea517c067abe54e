"""The application factory: routes, the access table, errors, and the guard around it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from server.access import ACCESS, Rule
from server.alarms.disk_words import told
from server.api import (
    acts,
    assets,
    branches,
    evidence,
    factor,
    holds,
    logs,
    moves,
    people,
    recalls,
    recovery,
    rescue,
    staff,
    stations,
    trace,
    trail,
)
from server.api.bodies import Problem
from server.api.door import PushDoor
from server.api.guard import Guard, error_body, language_of
from server.api.identity import authorise
from server.api.recorder import Recorder
from server.api.trace_door import TraceDoor
from server.unfit import unfit
from server.words import SAYINGS, Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.api.peers import Limits
    from server.parts import Parts

DESCRIPTION = """Records from stations, and what people do with them. Every error answers
`{code, message, hint}` in the language of `Accept-Language` (en, zh). Acts are signed: their
bodies carry badge and secret. Every read of records is itself recorded."""

PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""By its name: a model here is compiled anew for every code of every route of every application."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": what, "content": PROBLEM}
    for code, what in (
        (400, "The request cannot be understood."),
        (401, "Nobody is signed in, or badge and secret do not belong together."),
        (403, "Not allowed to this personnel class or station."),
        (404, "There is no such thing."),
        (409, "Not in this state of things; the reasons are named."),
        (413, "Larger than this route takes."),
        (422, "What was sent does not hold together."),
        (429, "Too many attempts; `Retry-After` says how long to wait."),
        (503, "The server cannot do this now; `Retry-After` says when to ask again."),
        (507, "The server's disk refused; nothing was stored."),
    )
}
"""What any route may answer instead of what was asked for."""

health = APIRouter(tags=["health"])


@health.get(
    "/healthz", summary="Is the server well", responses={503: {**PROBLEMS[503], "model": Problem}}
)
async def healthz(request: Request, response: Response) -> dict[str, Any]:
    """200 while it can take records; says *recovery* when it signs nothing, and how its disk is.

    507 while the disk takes none. ``genealogy``: *ready*, or the percent of it that is built.
    """
    parts = request.app.state.parts
    book, disk, building = parts.book, parts.disk.standing(), parts.genealogy.graph.building
    if disk.state in {"full", "refusing"}:
        response.status_code = 507
    status = "ok" if disk.state == "well" else f"disk-{disk.state}"
    return {
        "status": "recovery" if book.recovery else status,
        "size": book.size,
        "disk": told(disk, language_of(request.headers.get("accept-language", ""))),
        "genealogy": "ready" if building is None else f"building, {building} %",
    }


def create_app(
    parts: Parts,
    more: Iterable[tuple[APIRouter, Mapping[tuple[str, str], Rule]]] = (),
    limits: Limits | None = None,
) -> Guard:
    """The guarded application over ``parts``; ``more``: routers with their access entries.

    ValueError when a route is missing from the access table, or an entry has no route.
    """
    app = FastAPI(
        title="Lotbook",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(authorise)],
        responses=PROBLEMS,
    )
    access: dict[tuple[str, str], Rule] = dict(ACCESS)
    for router in (
        health,
        stations.router,
        rescue.router,
        recovery.router,
        logs.router,
        people.router,
        acts.router,
        trace.router,
        moves.router,
        assets.router,
        holds.router,
        recalls.router,
        branches.router,
        evidence.router,
        trail.router,
        staff.router,
        factor.router,
    ):
        app.include_router(router)
    for router, entries in more:
        app.include_router(router)
        access |= entries
    app.state.parts, app.state.access = parts, access
    check_access(app, access)
    _answer_errors(app, parts)
    door = PushDoor(Recorder(TraceDoor(app), parts, access), parts, _of_fault)
    return Guard(door, server_key=parts.verifier.public_key.hex(), limits=limits)


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of every route declared."""
    return {
        (method, route.path)
        for route in _flat(app.routes)
        if isinstance(route, APIRoute)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }


def _flat(routes: Iterable[Any]) -> list[Any]:
    """Routes with those of included routers."""
    found: list[Any] = []
    for route in routes:
        included = getattr(route, "original_router", None)
        found += [route] if included is None else _flat(included.routes)
    return found


def check_access(app: FastAPI, access: Mapping[tuple[str, str], Rule]) -> None:
    """ValueError unless table and routes name exactly the same."""
    routes = routes_of(app)
    if missing := sorted(routes - set(access)):
        msg = f"routes without an entry in the access table: {missing}"
        raise ValueError(msg)
    if unknown := sorted(set(access) - routes):
        msg = f"entries of the access table without a route: {unknown}"
        raise ValueError(msg)


def refused(request: Request, refusal: Refusal) -> Response:
    """The answer to a refusal, in the caller's language."""
    request.state.refused = refusal.code
    language = language_of(request.headers.get("accept-language", ""))
    headers = {"content-language": language.replace("_", "-")}
    if refusal.retry_after is not None:
        headers["retry-after"] = str(refusal.retry_after)
    return Response(
        error_body(refusal, language), refusal.status, headers, media_type="application/json"
    )


def _answer_errors(app: FastAPI, parts: Parts) -> None:
    @app.exception_handler(Refusal)
    async def on_refusal(request: Request, error: Refusal) -> Response:
        return refused(request, error)

    @app.exception_handler(Fault)
    async def on_fault(request: Request, error: Fault) -> Response:
        parts.disk.refused(error)
        return refused(request, _of_fault(error))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return refused(request, unfit(error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:  # noqa: PLR2004
            return refused(request, Refusal("not-found", what="page", name=request.url.path[:80]))
        why = f"{request.method} is not possible here"
        return refused(request, Refusal("bad-request", status=error.status_code, why=why))


def _of_fault(error: Fault) -> Refusal:
    """What a fault of the store means to a caller."""
    if error.code == "write-failed":
        return Refusal("write-failed", why=error.detail)
    if error.code in SAYINGS:
        return Refusal(error.code)
    return Refusal("damaged", why=error.code)
