"""Who is asking: a person by cookie or bearer token, a station by bearer token; default deny."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from forms.rights import classes_at, may, seen_at
from server.access import ON_FULL_DISK, PUBLIC, STATION, Of
from server.api.owing import refuse_owing
from server.trace.asked import lot_of_serial
from server.words import Refusal
from sync import canonical
from sync.protocol import JSON_TYPE, Message, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forms.rights import Action
    from forms.terms import Scope
    from server.access import Right, Rule
    from server.parts import Parts
    from server.people.sessions import Session
    from server.people.stations import StationRow

T = TypeVar("T")
M = TypeVar("M", bound=Message)
COOKIE = "lotbook"
MOST_BYTES = 1024 * 1024
"""Of a body; above every limit of the guard for these routes, which counted the bytes already."""
_SAFE = frozenset({"GET", "HEAD"})


def parts_of(request: Request) -> Parts:
    """The server's parts."""
    return cast("Parts", request.app.state.parts)


def json_of(message: Message, status: int = 200) -> Response:
    """A message to a station."""
    return Response(encode(message), status, media_type=JSON_TYPE)


def path_of(request: Request) -> str:
    """The path of the route being called, as it is declared; empty if there is none."""
    return str(getattr(request.scope.get("route"), "path", ""))


def rule_of(request: Request) -> Rule:
    """The access table's rule for the route being called; Refusal if it has none."""
    access = cast("dict[tuple[str, str], Rule]", request.app.state.access)
    method = "GET" if request.method == "HEAD" else request.method
    rule = access.get((method, path_of(request)))
    if rule is None:
        raise Refusal("not-allowed", classes="-")
    return rule


async def authorise(request: Request) -> None:
    """Let the request through to its route, or refuse; runs before every route."""
    rule, disk = rule_of(request), parts_of(request).disk
    if request.method not in _SAFE and (request.method, path_of(request)) not in ON_FULL_DISK:
        disk.admit()
    if rule == PUBLIC:
        return
    if rule == STATION:
        request.state.station = parts_of(request).station_sessions.find(_bearer(request))
        return
    session = parts_of(request).sessions.find(_person_token(request))
    request.state.asking = session.person  # who is refused is in the audit trail, too
    if not parts_of(request).book.recovery:  # then nothing is signed, what is owed neither
        refuse_owing(parts_of(request).store, session, (request.method, path_of(request)))
    request.state.session = await _allowed(request, session, cast("Right", rule))
    with disk.sparing():
        parts_of(request).sessions.seen(session)
    await parts_of(request).behind.caught_up()  # people see everything that was accepted by now


async def _allowed(request: Request, session: Session, right: Right) -> Session:
    """The session with the person as the place of what is asked for knows them, or Refusal.

    Where it is makes no difference to who holds classes at the whole site only.
    """
    place = None
    if session.person.grants:
        place = parts_of(request).scopes.found(right.of, await _named(request, right.of))
    found = may(session.person, right.action, place)
    if found.allowed:
        person, whole = seen_at(session.person, place), session.person
        return msgspec.structs.replace(session, person=person, whole=whole)
    if found.elsewhere:
        raise Refusal("not-allowed-here", places=", ".join(map(str, found.elsewhere)))
    raise Refusal("not-allowed", classes=", ".join(found.needs))


async def _named(request: Request, of: Of) -> dict[str, str]:
    """What a request names, from the one place from which its handler takes it too."""
    path = {name: str(value) for name, value in request.path_params.items()}
    if of is Of.LOT and "lot" not in path:
        asked = dict(request.query_params)
        if asked.get("serial"):  # a unit lies where its lot does
            view = parts_of(request).genealogy.graph.view()
            return lot_of_serial(view, asked["serial"])._asdict()
        return asked
    if of is Of.MASTER and "master" not in path:
        return {"master": await _in_body(request, "work_master")}
    return path


async def _in_body(request: Request, name: str) -> str:
    """A member of a JSON body; empty for what is none, which the handler refuses in its words."""
    try:
        said = canonical.loads_any(await request.body(), MOST_BYTES)
    except canonical.NotCanonical:
        return ""
    return str(said.get(name, "")) if isinstance(said, dict) else ""


def must_reach(request: Request, action: Action, place: Scope) -> None:
    """Refusal unless the person's right reaches a second thing, which the body names, too."""
    found = may(session_of(request).whole, action, place)
    if not found.allowed:
        raise Refusal("not-allowed-here", places=", ".join(map(str, found.elsewhere)))


def within(request: Request, found: Iterable[T], place_of: Callable[[T], Scope]) -> list[T]:
    """What of a list the person may see: where they hold a class."""
    whole = session_of(request).whole
    if not whole.grants:  # then every class is held everywhere
        return list(found)
    return [one for one in found if classes_at(whole, place_of(one))]


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200:  # noqa: PLR2004
        raise Refusal("sign-in-needed")
    return token


def _person_token(request: Request) -> str:
    """The bearer token, or the cookie's if the request comes from our own pages."""
    if "authorization" in request.headers:
        return _bearer(request)
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Refusal("sign-in-needed")
    if request.method not in _SAFE and not same_origin(request):
        raise Refusal("wrong-token")
    return token


def client_of(request: Request) -> str:
    """The address that asks, for counting attempts."""
    return request.client.host if request.client else "?"


async def in_turn(request: Request, who: str, work: Callable[[], M]) -> M:
    """What ``work`` returns once it is durable, in its turn among the pushes; Refusal ``busy``.

    ``who`` has one thing in hand at a time. What ``work`` refuses is an answer like another: it
    does not undo the pushes it shares a transaction with.
    """

    def answered() -> M | Refusal:
        try:
            return work()
        except Refusal as refusal:
            return refusal

    found: M | Refusal = await parts_of(request).intake.take(who, 1, answered)
    if isinstance(found, Refusal):
        raise found
    return found


def connection_of(request: Request) -> str:
    """The connection that asks: it has one request at a time."""
    return f"connection {request.client}"


def same_origin(request: Request) -> bool:
    """Whether a browser says that a page of this server sent the request."""
    origin = request.headers.get("origin")
    if origin is not None:
        return origin.partition("://")[2] == request.headers.get("host", "")
    return request.headers.get("sec-fetch-site") == "same-origin"


def session_of(request: Request) -> Session:
    """The person's session; only in routes for people."""
    return cast("Session", request.state.session)


def station_of(request: Request) -> StationRow:
    """The calling station; only in routes for stations."""
    return cast("StationRow", request.state.station)
