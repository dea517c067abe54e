"""Waiting for one's turn: of several servers on one database, one serves and the others stand by.

Whoever stands by tries again and again whether the database can be had; on PostgreSQL each try
waits in line for three seconds, so that one's turn comes the moment the other one ends. Meanwhile
it passes requests on (:mod:`server.following`); where it cannot know who serves, it answers 503
and when to ask again. See docs/decisions/0030 and 0035.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn

from server.api.guard import error_body, language_of
from server.uvicorn_config import listen
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from server.store.protocol import Store

T = TypeVar("T")
POLL_S = 0.5
"""Between two tries."""
AGAIN_S = 2
"""When whoever asked is to come again."""
TURN_S = 5.0
"""How often the database hears of who serves: a third of the silence that costs it the lease."""
LOG = logging.getLogger("lotbook.server")
WAITS = frozenset({"in-use", "database-standby", "bad-database"})
"""Refusals that another moment may mend: somebody serves, a replica is not promoted yet, away."""
WAITS_TOO = frozenset({"database-in-use", "database-away", "database-busy", "database-taken-over"})
"""The same among faults."""


def in_turn(open_: Callable[[], T], meanwhile: Callable[[], Any], pause: Callable[[], object]) -> T:
    """What ``open_`` gives, as soon as it does; ``meanwhile`` is entered while it does not.

    ``pause`` passes the time between two tries. What no other moment mends is raised.
    """
    found, why = _tried(open_)
    if found is not None:
        return found
    with meanwhile():
        said = ""
        while found is None:
            if why != said:
                sys.stderr.write(f"lotbook-server: stands by: {why}\n")
                sys.stderr.flush()
                said = why
            pause()
            found, why = _tried(open_)
    return found


def pause(seconds: float = POLL_S) -> None:
    """Pass the time, that between two looks if no other is said; a signal ends it."""
    threading.Event().wait(seconds)


def _tried(open_: Callable[[], T]) -> tuple[T | None, str]:
    """What it gives, or why not yet."""
    try:
        return open_(), ""
    except Refusal as refusal:
        if refusal.code not in WAITS:
            raise
        return None, refusal.words("en")
    except Fault as fault:
        if fault.code not in WAITS_TOO:
            raise
        return None, fault.hint["en"]


async def hold_turn(store: Store, every_s: float = TURN_S) -> None:
    """Show the database that this process lives; return when another one serves instead.

    What this one remembers is old then: it has to end, and to be started again.
    """
    while True:
        await asyncio.sleep(every_s)
        try:
            store.confirm()
        except Refusal as refusal:
            if refusal.code == "in-use":
                LOG.critical("ends: %s", refusal)
                return
            LOG.warning("the database is not to be had: %s", refusal)
        except Fault as fault:
            if fault.code == "database-taken-over":
                LOG.critical("ends: %s", fault)
                return
            LOG.warning("the database is not to be had: %s", fault)


async def stands_by(
    scope: Mapping[str, Any],
    _receive: Callable[[], Awaitable[Any]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """The application of a server that stands by (ASGI)."""
    if scope["type"] != "http":
        return
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    refusal = Refusal("stands-by", seconds=AGAIN_S)
    headers = [
        (b"content-type", b"application/json"),
        (b"connection", b"close"),
        (b"retry-after", str(refusal.retry_after).encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    body = error_body(refusal, language_of(accepted))
    await send({"type": "http.response.body", "body": body})


@contextmanager
def answering(
    config: uvicorn.Config, close: Callable[[], Awaitable[None]] | None = None
) -> Iterator[None]:
    """Answer so, in a thread of its own, until the end; ``close``: what its loop does last.

    Refusal ``port-taken``: whoever could not answer now could not serve either, in its turn.
    """
    server, listener = uvicorn.Server(config), listen(config.host, config.port)

    async def run() -> None:
        try:
            await server.serve(sockets=[listener])
        finally:
            if close is not None:
                await close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="stands-by", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listener.close()  # uvicorn leaves it open where it was told to end before it began
