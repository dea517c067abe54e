"""In front of everything the serving process answers: that it serves still, and for whom.

What was accepted after another server took over is not in this one's memory: it must not answer,
however little time it was stopped for. The database is asked, but not for every request: a
confirmation stands for 50 ms, and whoever takes over lets them pass before it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.api.guard import SECURITY_HEADERS, error_body, language_of
from server.hop import HEADER, hops_of, target_of
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.api.guard import App, Receive, Scope, Send
    from server.hop import HopKey
    from server.store.protocol import Store

STANDS_NS = 50_000_000
"""How long a confirmation stands."""
TAKEN_OVER = "database-taken-over"
"""Another serves: what this process remembers is old."""
ENDS = frozenset({"in-use", TAKEN_OVER})
"""Another serves, or is about to."""
AGAIN_S = 1
"""When whoever asked is to ask again: by then one of the servers knows who serves."""


class Term:
    """Whether this process serves still, as the database said a moment ago."""

    def __init__(self, store: Store, monotonic_ns: Callable[[], int]) -> None:
        """Of the process that opened ``store``."""
        self._store, self._now, self._until = store, monotonic_ns, 0
        self._lost: Refusal | Fault | None = None

    def check(self) -> None:
        """Fault or Refusal if it does not, or if the database cannot be asked.

        ``in-use`` is not for good: the lock may be held by what is left of this one's own session.
        """
        if self._lost is not None:  # for good: there is nothing more to ask
            raise self._lost
        asked = self._now()
        if asked < self._until:
            return
        self._until = 0
        try:
            self._store.confirm()
        except (Refusal, Fault) as error:
            self._lost = error if error.code == TAKEN_OVER else None
            raise
        self._until = asked + STANDS_NS

    def outlast(self, pause: Callable[[float], object]) -> None:
        """Let pass for how long a confirmation of whoever served before may stand yet."""
        if self.number:
            pause(STANDS_NS / 1e9)

    @property
    def number(self) -> int:
        """The term."""
        return self._store.term()


class InTurn:
    """Wraps the guarded application of the process that serves."""

    def __init__(self, app: App, term: Term, key: HopKey | None) -> None:
        """``key``: of the plant's servers; None where no server can pass requests on."""
        self._app, self._term, self._key = app, term, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one ASGI event scope."""
        if scope["type"] == "http":
            try:
                scope = self._arrived(scope)
            except Refusal as refusal:
                await refuse(scope, send, refusal)
                return
        await self._app(scope, receive, send)

    def _arrived(self, scope: Scope) -> Scope:
        """The scope with the client's own address; Refusal."""
        hops = hops_of(scope)
        if hops:
            scope = self._passed_on(scope, hops)
        try:
            self._term.check()
        except (Fault, Refusal) as error:
            raise _of(error) from error
        return scope

    def _passed_on(self, scope: Scope, hops: list[bytes]) -> Scope:
        if self._key is None or len(hops) > 1:
            raise Refusal("hop-unproved")
        hop = self._key.open(hops[0], scope["method"], target_of(scope))
        if hop.term != self._term.number:
            raise Refusal("stands-by", seconds=AGAIN_S)
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != HEADER]
        # the port is still that of the line it came by: it tells who asks apart at one address
        port = scope["client"][1] if scope["client"] else 0
        return {**scope, "headers": headers, "client": (hop.client, port) if hop.client else None}


def _of(error: Fault | Refusal) -> Refusal:
    """What it means to whoever asked."""
    if error.code in ENDS:
        return Refusal("stands-by", seconds=AGAIN_S)
    return error if isinstance(error, Refusal) else Refusal("database-away")


async def refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Refuse before any of the body was read, and close."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    headers = [
        (b"content-type", b"application/json"),
        (b"connection", b"close"),
        *SECURITY_HEADERS,
    ]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode("ascii")))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    body = error_body(refusal, language_of(accepted))
    await send({"type": "http.response.body", "body": body})
