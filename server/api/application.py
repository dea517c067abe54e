"""The application factory: routes, the access table, errors, and the guard around it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from server.access import ACCESS, Rule
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

    from server.api.guard import App
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


def create_app(
    parts: Parts,
    more: Iterable[tuple[APIRouter, Mapping[tuple[str, str], Rule]]] = (),
    limits: Limits | None = None,
) -> Guard:
    """The guarded application over ``parts``; ``more``: routers with their access entries.

    ValueError when a route is missing from the access table, or an entry has no route.
    """
    return guarded(recorded(parts, more), parts, limits)


def guarded(app: App, parts: Parts, limits: Limits | None = None) -> Guard:
    """``app`` behind the door of the pushes and the guard."""
    door = PushDoor(app, parts, _of_fault)
    return Guard(door, server_key=parts.verifier.public_key.hex(), limits=limits)


def recorded(
    parts: Parts, more: Iterable[tuple[APIRouter, Mapping[tuple[str, str], Rule]]] = ()
) -> Recorder:
    """Every route, checked against the access table; ValueError as :func:`create_app`."""
    from server.api.routes import ROUTERS  # noqa: PLC0415  they are many: made beside the first

    access: dict[tuple[str, str], Rule] = dict(ACCESS)
    routers = list(ROUTERS)
    for router, entries in more:
        routers.append(router)
        access |= entries
    app = routed(parts, routers, access, openapi="/openapi.json")
    check_access(app, access)
    return Recorder(TraceDoor(app), parts, access)


def routed(
    parts: Parts,
    routers: Iterable[APIRouter],
    access: Mapping[tuple[str, str], Rule],
    openapi: str | None = None,
) -> FastAPI:
    """The routes, each behind the access table; ``openapi``: where they are described, if so."""
    app = FastAPI(
        title="Lotbook",
        version="1",
        description=DESCRIPTION,
        openapi_url=openapi,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(authorise)],
        responses=PROBLEMS,
    )
    for router in routers:
        app.include_router(router)
    app.state.parts, app.state.access = parts, access
    _answer_errors(app, parts)
    return app


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
