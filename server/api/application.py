"""The application factory: routes, the access table, errors, and the guard around it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from server.access import ACCESS, Rule
from server.api.door import PushDoor
from server.api.guard import Guard
from server.api.identity import authorise
from server.api.recorder import Recorder
from server.api.refused import handlers, of_fault, refused
from server.api.routes import ROUTERS
from server.api.trace_door import TraceDoor
from server.unfit import unfit
from server.words import Refusal

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
    app = whole(parts, more)
    key = parts.verifier.public_key.hex()
    return Guard(at_the_doors(app, parts), server_key=key, limits=limits)


def at_the_doors(app: FastAPI, parts: Parts) -> App:
    """``app`` behind its recorder, and the doors of traces and pushes."""
    return PushDoor(Recorder(TraceDoor(app), parts, app.state.access), parts, of_fault)


def whole(
    parts: Parts, more: Iterable[tuple[APIRouter, Mapping[tuple[str, str], Rule]]] = ()
) -> FastAPI:
    """Every route, checked against the access table; ValueError as :func:`create_app`."""
    access: dict[tuple[str, str], Rule] = dict(ACCESS)
    routers = list(ROUTERS)
    for router, entries in more:
        routers.append(router)
        access |= entries
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
    for router in routers:
        app.include_router(router)
    app.state.parts, app.state.access = parts, access
    check_access(app, access)
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


def _answer_errors(app: FastAPI, parts: Parts) -> None:
    for kind, handler in handlers(parts).items():
        app.add_exception_handler(kind, handler)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return refused(request, unfit(error.errors()))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:  # noqa: PLR2004
            return refused(request, Refusal("not-found", what="page", name=request.url.path[:80]))
        why = f"{request.method} is not possible here"
        return refused(request, Refusal("bad-request", status=error.status_code, why=why))
