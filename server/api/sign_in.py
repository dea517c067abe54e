"""Signing in, and its door: without the web framework, which a server that starts has not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from server.api.answers import answer, public
from server.api.guard import replay
from server.api.identity import COOKIE, MOST_BYTES, authorise, client_of, parts_of
from server.api.owing import owed
from server.api.refused import Behind, Declared, told
from server.audit.noting import noted
from server.words import Refusal
from sync import canonical
from sync.faults import Fault

if TYPE_CHECKING:
    from starlette.responses import Response

    from server.api.guard import Receive, Scope, Send

PATH = "/api/sessions"
MOST = {"badge": 200, "secret": 200, "code": 40}
"""Signs of each member; the route refuses a longer one in the framework's words."""


async def signed_in(request: Request, badge: str, secret: str, code: str) -> Response:
    """The token, as :func:`server.api.people.sign_in` answers it. Refusal."""
    parts = parts_of(request)
    parts.gate.attempt(client_of(request))
    token, who, news = await parts.sessions.sign_in(badge, secret, parts.workers, code)
    if not parts.book.recovery:  # then nothing is signed
        noted(request, "sign-in", 1, who.person)
    owes = owed(parts.store, parts.sessions.find(token))
    body = {"token": token, "person": public(who.person)}
    response = answer(body | {"owes": owes, "recovery_codes_used": news})
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return response


class SignInDoor:
    """Answers plain requests to sign in, and passes everything else on.

    By the route's own function and in the framework's order; what looks unusual goes to the route.
    """

    def __init__(self, app: Behind) -> None:
        """In front of ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on; the guard outside has read the body."""
        if (scope["method"], scope["path"]) != ("POST", PATH):
            await self._app(scope, receive, send)
            return
        body: bytes = (await receive())["body"]
        given, again = _given(scope, body), replay(body, receive)
        if given is None:
            await self._app(scope, again, send)
            return
        scope.update(app=self._app, route=Declared(PATH), path_params={})
        request = Request(scope, again)
        try:
            await authorise(request)
            response = await signed_in(request, **given)
        except (Fault, Refusal) as error:
            response = await told(self._app, request, error)
        await response(scope, again, send)


def _given(scope: Scope, body: bytes) -> dict[str, str] | None:
    """Badge, secret and code of a plain request; None for another."""
    kinds = [value for name, value in scope["headers"] if name.lower() == b"content-type"]
    try:
        said: Any = canonical.loads_any(body, MOST_BYTES)
    except canonical.NotCanonical:
        return None
    if kinds != [b"application/json"] or not isinstance(said, dict):
        return None
    given = {"code": ""} | said
    plain = given.keys() == MOST.keys() and all(isinstance(one, str) for one in given.values())
    if not plain or not given["badge"] or not given["secret"]:
        return None
    return given if all(len(given[name]) <= most for name, most in MOST.items()) else None
