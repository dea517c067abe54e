"""The door for tracing: a plain question about a lot, answered at once.

Same rule, same work, same answer and same leaf as the route, because it calls the route's own
functions in the framework's order: who asks and may, what is asked for, the answer. Only the
framework's machinery is left out, which took longer than the work. Whatever looks unusual goes to
the route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from server.api.identity import authorise
from server.api.questions import QUESTIONS, asked_of
from server.api.refused import Behind, Declared, told
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from server.api.guard import Receive, Scope, Send

MOST = 64
"""Signs of a text that is asked for; the route refuses a longer one in the framework's words."""
_NAMES = frozenset({"item", "lot", "serial", "true_at", "known_at"})
_BODY = frozenset({b"content-length", b"transfer-encoding"})


class TraceDoor:
    """Answers plain questions about lots, and passes everything else on."""

    def __init__(self, app: Behind) -> None:
        """In front of ``app``, whose words for refusals and faults are the door's."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on."""
        question = QUESTIONS.get(scope["path"]) if scope["type"] == "http" else None
        request = Request(scope, receive) if question and scope["method"] == "GET" else None
        asked = None if request is None else _asked(request)
        if question is None or request is None or asked is None:
            await self._app(scope, receive, send)
            return
        scope.update(app=self._app, route=Declared(scope["path"]), path_params={})
        try:
            await authorise(request)
            answer = question(request, asked_of(request, **asked))
        except (Fault, Refusal) as error:
            answer = await told(self._app, request, error)
        await answer(scope, receive, send)


def _asked(request: Request) -> dict[str, str] | None:
    """What is asked for, by name; None for what is not plain: the route says what it makes of it.

    Plain is each known name once at most, in a text that is not too long, and no body.
    """
    pairs = request.query_params.multi_items()
    named = dict(pairs)
    plain = len(named) == len(pairs) and named.keys() <= _NAMES
    short = all(len(value) <= MOST for value in named.values())
    body = any(name.lower() in _BODY for name, _ in request.scope["headers"])
    return named if plain and short and not body else None
