"""What is answered instead: refusals, and faults of the store, in the caller's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from starlette.responses import Response

from server.api.guard import error_body, language_of
from server.words import SAYINGS, Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from server.api.guard import Receive, Scope, Send
    from server.parts import Parts

    Handler = Callable[[Request, Any], Awaitable[Response]]


class Declared(NamedTuple):
    """Of a route, what the access table and the trail ask."""

    path: str


class Behind(Protocol):
    """The application behind a door."""

    @property
    def state(self) -> Any:  # noqa: ANN401 - the framework's
        """With the parts and the access table."""

    @property
    def exception_handlers(self) -> Any:  # noqa: ANN401 - the framework's
        """Who answers a refusal or a fault."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, /) -> None:
        """Answer."""


async def told(app: Behind, request: Request, error: Fault | Refusal) -> Response:
    """The answer that ``app`` gives to an error of a request."""
    handler: Handler = app.exception_handlers[Fault if isinstance(error, Fault) else Refusal]
    return await handler(request, error)


def handlers(parts: Parts) -> dict[Any, Handler]:
    """Who answers each kind of error of ours."""

    async def on_refusal(request: Request, error: Refusal) -> Response:
        return refused(request, error)

    async def on_fault(request: Request, error: Fault) -> Response:
        parts.disk.refused(error)
        return refused(request, of_fault(error))

    return {Refusal: on_refusal, Fault: on_fault}


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


def of_fault(error: Fault) -> Refusal:
    """What a fault of the store means to a caller."""
    if error.code == "write-failed":
        return Refusal("write-failed", why=error.detail)
    if error.code in SAYINGS:
        return Refusal(error.code)
    return Refusal("damaged", why=error.code)
