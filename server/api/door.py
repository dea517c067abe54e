"""The door that every record comes through: a push in its plain form, answered at once.

Same rule, same work and same answer as the route of ``server.api.logs``; only the framework's
machinery is left out, which took longer than the work. Whatever looks unusual goes to the route.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from server.api.logs import admit, opened, taken
from server.words import Refusal
from sync.faults import Fault
from sync.protocol import JSON_TYPE, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.api.guard import App, Receive, Scope, Send
    from server.ingest.intake import Intake
    from server.parts import Parts
    from sync.protocol import Message

_PATH = re.compile(r"/logs/([^?#]+)/entries")
_QUERY = re.compile(rb"from=([0-9]{1,15})(?:&saved=([0-9]{1,15}))?")
_TOKEN = re.compile(rb"Bearer ([\x21-\x7e]{1,200})")
_HEADERS = [(b"content-type", JSON_TYPE.encode())]


class Push(NamedTuple):
    """What a push asks for, besides its body."""

    origin: str
    from_: int
    saved: int
    token: str


class PushDoor:
    """Answers pushes, and passes everything else on."""

    def __init__(self, app: App, parts: Parts, of_fault: Callable[[Fault], Refusal]) -> None:
        """In front of ``app``; ``of_fault``: what a fault of the store means to a caller."""
        self._app, self._parts, self._of_fault = app, parts, of_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on; the guard outside has read the body and answers a Refusal."""
        push = _push(scope)
        if push is None:
            await self._app(scope, receive, send)
            return
        own = self._parts.station_sessions.origin(push.token)
        body = (await receive())["body"]
        try:
            answer, status = await self._taken(push, own, body)
        except Fault as fault:
            raise self._of_fault(fault) from fault
        content = encode(answer)
        length = (b"content-length", b"%d" % len(content))
        await send(
            {"type": "http.response.start", "status": status, "headers": [*_HEADERS, length]}
        )
        await send({"type": "http.response.body", "body": content})

    async def _taken(self, push: Push, own: str, data: bytes) -> tuple[Message, int]:
        """Read it first, so that bytes that are no push wait for nothing; then in its turn.

        How the station stands is asked in its turn: it may be revoked while it waits.
        """
        body, find = opened(own, push.origin, data), self._parts.station_sessions.find
        admit(self._parts, push.origin, push.from_, body)

        def work() -> tuple[Message, int]:
            return taken(self._parts, find(push.token), push.from_, push.saved, body)

        return await self._in_turn(push.origin, len(body.entries), work)

    async def _in_turn(
        self, origin: str, entries: int, work: Callable[[], tuple[Message, int]]
    ) -> tuple[Message, int]:
        """What was in hand when the disk was full has the reserve's room."""
        intake: Intake[tuple[Message, int]] = self._parts.intake
        try:
            return await intake.take(origin, entries, work)
        except Fault as fault:
            if not self._parts.disk.refused(fault):
                raise
        return await intake.take(origin, entries, work)


def _push(scope: Scope) -> Push | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path = _PATH.fullmatch(scope["path"])
    query = _QUERY.fullmatch(scope["query_string"])
    given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    token = _TOKEN.fullmatch(given[0]) if len(given) == 1 else None
    if path is None or query is None or token is None:
        return None
    return Push(path[1], int(query[1]), int(query[2] or 0), token[1].decode("ascii"))
