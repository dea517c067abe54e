"""The line between a terminal and the server: everything a network does to a message.

What the terminal's HTTP client gets is what it would get from a socket: an answer, half an answer,
somebody else's answer, or an error of httpx. What the server gets is a whole request, half a
request, the same one twice, or one that is hours old.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx

from tests.simulation.asgi import Answered, Asked
from tests.simulation.site import Site, SiteGone
from tests.simulation.troubles import Trouble, Troubles
from tests.simulation.world import HOUR, SECOND, World

if TYPE_CHECKING:
    from collections.abc import Callable

PORTAL = b"<html><body>Sign in to the guest network</body></html>"


class Wire(httpx.BaseTransport):
    """One terminal's line."""

    def __init__(self, world: World, troubles: Troubles, who: str, site: Site) -> None:
        """From machine ``who`` to ``site``."""
        self._world, self._troubles, self._who = world, troubles, who
        self._site = site
        self.alive: Callable[[], None] = lambda: None
        """Raises PowerCut if the terminal died while it waited."""
        self.late: list[Asked] = []
        """Requests on their way that nobody waits for any more."""
        self.clogged = False
        """Nothing gets through, and nobody says so."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request there and its answer back, or lose either."""
        asked = _asked(request)
        self._wait()
        if self.clogged or self._strikes(Trouble.LOST_REQUEST):
            raise httpx.ConnectTimeout("no answer")
        if self._strikes(Trouble.GARBAGE):
            return self._garbage()
        if self._strikes(Trouble.CUT_REQUEST):
            self._deliver(asked, arrives=self._somewhere(asked.body))
            raise httpx.WriteError("the connection broke")
        if self._strikes(Trouble.DELAYED):
            self._later(asked)
            raise httpx.ReadTimeout("no answer yet")
        answer = self._deliver(asked)
        if self._strikes(Trouble.DUPLICATE):
            answer = self._deliver(asked)
        self._wait()
        return self._back(answer)

    def _back(self, answer: Answered) -> httpx.Response:
        if self._strikes(Trouble.LOST_REPLY):
            raise httpx.ReadTimeout("no answer")
        body: bytes | httpx.SyncByteStream = answer.body
        if self._strikes(Trouble.CUT_REPLY):
            body = _Broken(answer.body[: self._somewhere(answer.body)])
        headers = [(k, v) for k, v in answer.headers if k.lower() != b"content-length"]
        if isinstance(body, bytes):
            return httpx.Response(answer.status, headers=headers, content=body)
        return httpx.Response(answer.status, headers=headers, stream=body)

    def _deliver(self, asked: Asked, arrives: int | None = None) -> Answered:
        try:
            return self._site.handle(asked, arrives)
        except SiteGone as gone:
            if gone.while_it_worked:
                raise httpx.ReadError("the server went away") from gone
            raise httpx.ConnectError("refused") from gone

    def _later(self, asked: Asked) -> None:
        """The request arrives after all, when nobody waits for its answer any more."""
        self.late.append(asked)
        self._world.after(self._troubles.random.randint(1, 6 * HOUR), self.arrive)

    def arrive(self) -> None:
        """One of the late requests arrives, in no order."""
        if not self.late:
            return
        asked = self.late.pop(self._troubles.random.randrange(len(self.late)))
        try:
            answer = self._site.handle(asked)
        except SiteGone:
            return
        self._world.say(self._who, f"late {asked.method} {asked.path} -> {answer.status}")

    def _garbage(self) -> httpx.Response:
        random = self._troubles.random
        status = random.choice((200, 200, 302, 403, 404, 409, 500, 502, 503))
        body = random.choice((PORTAL, b"", b"{}", b"\xff" * 64, random.randbytes(200)))
        kind = random.choice(("text/html", "application/json", "text/plain"))
        return httpx.Response(status, headers={"content-type": kind}, content=body)

    def _wait(self) -> None:
        """A slow line: others act meanwhile, and the terminal may lose its power."""
        if self._strikes(Trouble.SLOW):
            self._world.pass_(self._troubles.random.randint(1, 600) * SECOND // 10)
            self.alive()

    def _somewhere(self, body: bytes) -> int:
        return self._troubles.random.randint(0, max(0, len(body) - 1))

    def _strikes(self, kind: Trouble) -> bool:
        return self._troubles.strikes(kind, self._who)


class _Broken(httpx.SyncByteStream):
    """A body that ends before its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data
        raise httpx.ReadError("the connection broke")


def _asked(request: httpx.Request) -> Asked:
    return Asked(
        method=request.method,
        path=unquote(request.url.path),
        query=request.url.query,
        headers=tuple(request.headers.raw),
        body=request.read(),
    )
