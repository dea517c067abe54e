"""What is asked for in the first moment of a server is answered while the rest is being made.

Importing and building all routes takes longer than everything else a start does. A station that
comes back, a person who signs in and a recall that waited need few of them: those are there from
the start (:data:`FIRST`), with the same rules. Whatever else is asked for waits for the whole.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.routing import Match

from server.access import ACCESS
from server.api import health, logs, people, stations, trace
from server.api.application import routed
from server.api.recorder import Recorder
from server.api.trace_door import TraceDoor

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.api.guard import App, Receive, Scope, Send
    from server.parts import Parts

FIRST = (health.router, trace.router, people.router, stations.router, logs.router)
"""Also among the whole: answered the same, but sooner."""
MOMENT_S = 0.5
"""How long those who waited for the server are answered before the rest takes processor time."""


class Early:
    """The application: the first routes, and as soon as it is made the whole."""

    def __init__(self, parts: Parts, make: Callable[[], App]) -> None:
        """Over ``parts``; ``make``: makes the whole, in a thread that touches no store."""
        self._parts, self._make = parts, make
        self._app = routed(parts, FIRST, ACCESS)
        self._first: App = Recorder(TraceDoor(self._app), parts, ACCESS)
        self.whole: App | None = None
        """Once it is made."""
        self._asked, self._made = asyncio.Event(), asyncio.Event()

    async def make(self) -> None:
        """Make the whole when somebody needs it, or a moment from now. Raises what that raises."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asked.wait(), MOMENT_S)
        try:
            self.whole = await self._parts.workers.render(self._make)
        finally:
            self._made.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or wait for the whole; RuntimeError if that could not be made."""
        if self.whole is None and self._is_first(scope):
            await self._first(scope, receive, send)
            return
        if self.whole is None:
            self._asked.set()
            await self._made.wait()
        if self.whole is None:
            raise RuntimeError("the application could not be made: the server ends")
        await self.whole(scope, receive, send)

    def _is_first(self, scope: Scope) -> bool:
        """Whether a first route takes it, by its method too."""
        return any(route.matches(scope)[0] is Match.FULL for route in self._app.routes)
