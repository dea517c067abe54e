"""What a server does that does not serve: it passes each request on, and the answer back.

It stands behind the guard of :mod:`server.api.guard`, which has read the body whole and in bounds.
The answer is streamed. Nothing is followed, kept or looked into; headers of the connection stay
with their connection (RFC 9110, 7.6.1). See docs/decisions/0035.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import httpx

from server.hop import HEADER, Hop, client_address, hops_of, target_of
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from server.api.guard import Message, Receive, Scope, Send
    from server.hop import HopKey
    from server.store.fleet import Serving

WAIT_S, LOOK_S = 3.0, 0.1
"""How long a request waits while nobody serves, and between two looks. Stations wait 10 seconds."""
ANSWER_S = 600.0
"""The longest an answer may take as a whole."""
MOST_ANSWER = 4 * 1024**3
"""Bytes of an answer: some evidence packs with every photo."""
TIMEOUT = {"connect": 2.0, "write": 30.0, "read": 120.0, "pool": 5.0}
"""Seconds for each phase."""
LIMITS = httpx.Limits(max_connections=400, max_keepalive_connections=200, keepalive_expiry=5.0)
"""Idle ones are let go of well before the other side does (15 s), so that none is used too late."""
OF_THE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization",
     b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect"}
)  # fmt: skip
MADE_HERE = frozenset({b"content-length", b"date", HEADER})
SAFE = frozenset({"GET", "HEAD"})
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Nothing of the request has left."""


class Line(NamedTuple):
    """How the others are reached."""

    serving: Callable[[], Serving | None]
    """Who serves, as was seen last."""
    key: HopKey
    name: str
    """This server's."""
    tls: SSLContext | None = None
    """For a server with a certificate: it passes nothing on in the clear."""


class Forwarder:
    """The application (ASGI) of a server that stands by. All calls from one event loop."""

    def __init__(self, line: Line, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._line, self._given = line, transport
        self._via = (b"via", f"1.1 {line.name}".encode("ascii", "replace"))
        self.ends = False
        """Set when this server is about to serve: who waits is told to come again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on. Refusal where there is no answer."""
        if scope["type"] != "http":
            return
        if hops_of(scope):  # who sent it takes this server for the one that serves
            raise Refusal("stands-by", seconds=1)
        body = (await receive())["body"]
        answer = await self._answer(scope, body)
        try:
            await self._passed_back(answer, send)
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Close connections."""
        await self._transport.aclose()

    async def _answer(self, scope: Scope, body: bytes) -> httpx.Response:
        """The head of the answer, from whoever serves by then. Refusal."""
        tries, loop = 0, asyncio.get_running_loop()
        until = loop.time() + WAIT_S
        while not self.ends:
            serving = self._reached()
            if serving is not None:
                try:
                    return await self._asked(self._request(scope, body, serving), serving.term)
                except UNSENT:
                    pass  # it may be going, or coming
                except httpx.HTTPError as error:
                    tries += 1
                    if scope["method"] not in SAFE or tries > 1:
                        raise Refusal("answer-lost", seconds=1) from error
            if loop.time() >= until:
                break
            await asyncio.sleep(LOOK_S)
        raise Refusal("stands-by", seconds=2)

    async def _asked(self, request: httpx.Request, term: int) -> httpx.Response:
        """The head of the answer, unless another one serves before. Raises httpx.HTTPError."""
        asking = asyncio.ensure_future(self._transport.handle_async_request(request))
        try:
            while not (await asyncio.wait({asking}, timeout=LOOK_S))[0]:
                now = self._line.serving()
                if self.ends or (now is not None and now.term != term):
                    raise httpx.ReadError("another serves")
            return asking.result()
        finally:
            asking.cancel()

    def _reached(self) -> Serving | None:
        """Who serves, if it can be asked from here."""
        serving = self._line.serving()
        scheme = "https://" if self._line.tls else ("http://", "https://")
        return serving if serving and serving.address.startswith(scheme) else None

    def _request(self, scope: Scope, body: bytes, serving: Serving) -> httpx.Request:
        target, method = target_of(scope), scope["method"]
        hop = Hop(serving.term, client_address(scope))
        headers = _kept(scope["headers"])
        headers += [(HEADER, self._line.key.seal(hop, method, target)), self._via]
        return httpx.Request(
            method, serving.address, headers=headers, content=body or None,
            extensions={"target": target, "timeout": TIMEOUT},
        )  # fmt: skip

    async def _passed_back(self, answer: httpx.Response, send: Send) -> None:
        """Status, headers, and the body as it comes; cut off here if it was cut off there."""
        headers = [*_kept(answer.headers.raw, but=frozenset({b"date"})), self._via]
        await send(
            {"type": "http.response.start", "status": answer.status_code, "headers": headers}
        )
        with suppress(httpx.HTTPError, TimeoutError):  # no end is sent then: the line is closed
            async with asyncio.timeout(ANSWER_S):
                await _streamed(answer, send)

    @cached_property
    def _transport(self) -> httpx.AsyncBaseTransport:
        """The transport itself: redirects, cookies and proxies are nothing a server follows."""
        if self._given is not None:
            return self._given
        verify = self._line.tls or True
        return httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=LIMITS)


async def _streamed(answer: httpx.Response, send: Send) -> None:
    """The body as it comes; without its end if it is longer than any answer is."""
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > MOST_ANSWER:
            return
        await send(_part(part, more=True))
    await send(_part(b"", more=False))


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _kept(
    headers: list[tuple[bytes, bytes]], but: frozenset[bytes] = MADE_HERE
) -> list[tuple[bytes, bytes]]:
    """Those that go on: neither of the connection, nor named by it, nor made anew."""
    lower = [(bytes(name).lower(), bytes(value)) for name, value in headers]
    named = {
        one.strip().lower() for name, value in lower if name == b"connection"
        for one in value.split(b",")
    }  # fmt: skip
    return [one for one in lower if one[0] not in OF_THE_CONNECTION | named | but]
