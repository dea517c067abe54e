"""What is asked for in the first moment of a server is answered while the rest is being made.

Importing the web framework and building all routes takes longer than everything else a start does.
Who signs in and asks where a lot went needs neither: both have doors that are there from the
start, with the same rules. Whatever else is asked for waits for the whole.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from server.access import ACCESS
from server.api import sign_in
from server.api.questions import QUESTIONS
from server.api.recorder import Recorder
from server.api.refused import handlers
from server.api.sign_in import SignInDoor
from server.api.trace_door import TraceDoor

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.api.guard import App, Receive, Scope, Send
    from server.parts import Parts

SIGN_IN = "POST", sign_in.PATH
FIRST = frozenset({SIGN_IN, *(("GET", path) for path in QUESTIONS)})
"""Method and path of what has a door."""
MOMENT_S = 0.5
"""After so long without a question at the doors the rest may take processor time."""
MOMENTS = 20
"""After so many it does in any case."""


class Whole(NamedTuple):
    """The whole application."""

    app: App
    """As it answers from when it is made."""
    routes: App
    """Its routes alone, for what an early door passes on."""


class Waiting:
    """Behind the early doors: waits for the routes (:class:`server.api.refused.Behind`)."""

    def __init__(self, parts: Parts, whole: Callable[[], Whole | None]) -> None:
        """Over ``parts``; ``whole``: what is made by now."""
        self.state = SimpleNamespace(parts=parts, access=ACCESS)
        self.exception_handlers = handlers(parts)
        self.asked, self.made = asyncio.Event(), asyncio.Event()
        self._whole = whole

    async def found(self) -> Whole:
        """The whole, which is wanted now; RuntimeError if it could not be made."""
        self.asked.set()
        await self.made.wait()
        whole = self._whole()
        if whole is None:
            raise RuntimeError("the application could not be made: the server ends")
        return whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the route."""
        await (await self.found()).routes(scope, receive, send)


class Early:
    """The application: the first doors, and as soon as it is made the whole."""

    def __init__(self, parts: Parts, make: Callable[[], Whole]) -> None:
        """Over ``parts``; ``make``: makes the whole, in a thread that touches no store."""
        self._parts, self._make = parts, make
        self.whole: Whole | None = None
        """Once it is made."""
        self._waiting = Waiting(parts, lambda: self.whole)
        signs_in = Recorder(SignInDoor(self._waiting), parts, ACCESS)
        traces = Recorder(TraceDoor(self._waiting), parts, ACCESS)
        self._doors = {one: signs_in if one == SIGN_IN else traces for one in FIRST}
        self._answers = 0
        """How often a door was asked."""

    async def make(self) -> None:
        """Make the whole when somebody needs it, or nobody asks at the doors for a moment.

        Those who waited for the server come first: made beside them, it takes their processor
        time. Raises what making it raises.
        """
        for _ in range(MOMENTS):
            answers = self._answers
            with suppress(TimeoutError):
                await asyncio.wait_for(self._waiting.asked.wait(), MOMENT_S)
            if self._waiting.asked.is_set() or self._answers == answers:
                break
        try:
            self.whole = await self._parts.workers.make(self._make)
        finally:
            self._waiting.made.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or wait for the whole; RuntimeError if that could not be made."""
        if self.whole is not None:
            await self.whole.app(scope, receive, send)
            return
        door: App | None = self._doors.get((scope["method"], scope["path"]))
        if door is None:
            door = (await self._waiting.found()).app
        self._answers += 1
        await door(scope, receive, send)
