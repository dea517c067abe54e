"""JSON bodies of people's requests go through the one strict loader before anybody else reads them.

The web framework's own reader takes NaN, a member that stands twice, half a character: what one
reader shows to a person another might sign otherwise. What passes here, all read the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from server.api.identity import MOST_BYTES
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response


class StrictRoute(APIRoute):
    """A route that takes JSON of the signed profile only; Refusal ``bad-request`` otherwise."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the loader."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            if body := await request.body():
                try:
                    canonical.loads_any(body, MOST_BYTES)
                except canonical.NotCanonical as error:
                    raise Refusal("bad-request", why=f"the body: {error}") from error
            return await handler(request)

        return checked
