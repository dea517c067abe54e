"""The layer that every request of a person goes through: what was done leaves a leaf, or is none.

A handler that reads says so itself, with how many records (``note``). Whatever else a person did
or was refused is noted here, before the answer leaves: acts with the statements they made, failed
sign-ins, sign-outs, refusals. Refusals of nobody in particular are counted, and said by the minute.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from server.access import PUBLIC, STATION
from server.audit.noting import place_of
from server.log.said import listening
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.access import Rule
    from server.api.guard import App, Message, Receive, Scope, Send
    from server.log.said import Said
    from server.parts import Parts

LOG = logging.getLogger("lotbook.server")
LEAST_REFUSED = 400


class Recorder:
    """Wraps the application."""

    def __init__(self, app: App, parts: Parts, access: Mapping[tuple[str, str], Rule]) -> None:
        """In front of ``app``, whose routes are those of ``access``."""
        self._app, self._parts, self._access = app, parts, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note what was done before the answer leaves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        with listening() as said:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._noted(scope, state, said, int(message["status"]))
                await send(message)

            await self._app(scope, receive, noted)

    def _noted(self, scope: Scope, state: dict[str, Any], said: Said, status: int) -> None:
        """Note it; a refusal is answered though the disk takes no leaf of it."""
        try:
            self._note(scope, state, said, status)
        except Fault as fault:
            if status < LEAST_REFUSED:
                raise
            LOG.warning("a refusal left no leaf: %s", fault)

    def _note(self, scope: Scope, state: dict[str, Any], said: Said, status: int) -> None:
        """Write the leaf that is due. In recovery nothing is signed, and nothing is done."""
        route = _route(scope)
        rule = self._access.get((scope["method"], route.partition(" ")[2]), PUBLIC)
        refused = str(state.get("refused", "")) or ("refused" if status >= LEAST_REFUSED else "")
        if self._parts.book.recovery or state.get("noted") or rule == STATION:
            return
        asking = state.get("asking")
        person = asking.id if asking is not None else said.tried
        with self._parts.disk.sparing():
            if person or said.leaves:
                roles = ",".join(asking.classes) if asking is not None else ""
                about = "/".join(str(one) for one in scope.get("path_params", {}).values())
                self._parts.trail.note(
                    person, route, about, 0 if refused else 1, said.leaves,
                    role=roles, place=place_of(scope.get("client")), result=refused,
                )  # fmt: skip
            elif refused:
                key = (place_of(scope.get("client")), route, refused)
                self._parts.oversight.strangers.refused(key)


def _route(scope: Scope) -> str:
    """Method and path as declared; of no route there is, the method alone."""
    path = getattr(scope.get("route"), "path", "")
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return f"{method} {path}" if path else f"{method} ?"
