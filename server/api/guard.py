"""The outermost ASGI layer: what is malformed, oversized or slow never reaches a route.

uvicorn's parsers let through what they should not (Transfer-Encoding beside Content-Length, no
Host, two Hosts, huge headers); this refuses them in one place. It also adds the security headers
to every answer, errors included.
"""

from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import orjson

from server.api.peers import Budget, Limits, Rate, client_of
from server.words import Refusal
from sync.protocol import SERVER_HEADER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from server.api.peers import Held

    Message = MutableMapping[str, Any]
    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_HEADERS = 64
MOST_HEADER_BYTES = 16 * 1024
BODY_SECONDS = 30.0
LEAST_RATE = 2_000.0
"""Bytes a second: a body that keeps coming at least so fast gets the time for its size."""
LENGTH_DIGITS = 18
"""A longer Content-Length is not turned into a number at all."""
LIMITS: tuple[tuple[str, int], ...] = (
    ("/logs/", 16 * 1024 * 1024),
    ("/tail", 8 * 1024 * 1024),
    ("/attachments/", 2 * 1024 * 1024),
    ("/console/asset", 9 * 1024 * 1024),  # with the file of a certificate
    ("/api/work-masters", 1024 * 1024),
    ("/api/shipments", 1024 * 1024),
    ("/api/returns", 1024 * 1024),
    ("/api/drills", 4 * 1024 * 1024),  # with what is known to be right: tens of thousands of lines
    ("", 128 * 1024),
)
"""Largest body by path prefix; the first that fits counts."""

SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
            b"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            b"frame-ancestors 'none'"
        ),
    ),
)


def language_of(accept: str) -> str:
    """The product language an ``Accept-Language`` header asks for first; English otherwise."""
    for part in accept.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh_CN"
        if tag.startswith("en"):
            return "en"
    return "en"


def error_body(refusal: Refusal, language: str) -> bytes:
    """The JSON every error answers with: code, message, hint (and its parameters)."""
    return orjson.dumps(
        {
            "answer": "problem",
            "code": refusal.code,
            "detail": refusal.words("en"),
            "message": refusal.words(language),
            "hint": refusal.hint(language),
            "params": {key: str(value) for key, value in refusal.told(language).items()},
        }
    )


class Guard:
    """Wraps the application."""

    def __init__(
        self,
        app: App,
        body_seconds: float = BODY_SECONDS,
        *,
        server_key: str = "",
        limits: Limits | None = None,
    ) -> None:
        """Guard ``app``; a body must be complete within ``body_seconds``, longer for a long one.

        ``server_key`` (hex) is told in every answer, for stations that came to the wrong server.
        ``limits``: what one address may take, and all of them together.
        """
        self._app, self._seconds = app, body_seconds
        limits = limits or Limits()
        self._rate, self._budget = Rate(limits.requests), Budget(limits.body_bytes)
        self._more = ((SERVER_HEADER.encode(), server_key.encode()),) if server_key else ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one ASGI event scope."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(bytes(k).lower(), bytes(v)) for k, v in scope["headers"]]
        limit = next(most for prefix, most in LIMITS if scope["path"].startswith(prefix))
        started, peer = False, client_of(scope)

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = dict(message) | {
                    "headers": [*_secured(message.get("headers", [])), *self._more]
                }
            await send(message)

        try:
            self._rate.ask(peer, asyncio.get_running_loop().time())
            _check_headers(headers, limit)
            _check_url(scope)
            with self._budget.holding(peer) as held:
                body = await self._body(receive, limit, held)
                await self._app(scope, replay(body, receive), answer)
        except Refusal as refusal:
            if started:
                raise
            accept = dict(headers).get(b"accept-language", b"").decode("latin-1")
            await _refuse(answer, refusal, language_of(accept))

    async def _body(self, receive: Receive, limit: int, held: Held) -> bytes:
        """The whole body, bounded in size and time (all bodies here are small by design)."""
        parts, size, begun = [], 0, asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._seconds) as patience:
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal("too-slow")
                    part = message.get("body", b"")
                    size += len(part)
                    if size > limit:
                        raise Refusal("too-large", limit=limit)
                    held.grown(size)
                    parts.append(part)
                    if not message.get("more_body", False):
                        return b"".join(parts)
                    patience.reschedule(begun + self._seconds + size / LEAST_RATE)
        except TimeoutError as error:
            raise Refusal("too-slow") from error


def _check_headers(headers: list[tuple[bytes, bytes]], limit: int) -> None:
    names = [name for name, _ in headers]
    if len(headers) > MOST_HEADERS or sum(len(k) + len(v) for k, v in headers) > MOST_HEADER_BYTES:
        raise Refusal("bad-request", why="too many or too long headers")
    if names.count(b"host") != 1:
        raise Refusal("bad-request", why="exactly one Host header is needed")
    lengths = [value for name, value in headers if name == b"content-length"]
    if b"transfer-encoding" in names and lengths:
        raise Refusal("bad-request", why="Transfer-Encoding and Content-Length together")
    if len(lengths) > 1 or (lengths and not lengths[0].isdigit()):
        raise Refusal("bad-request", why="Content-Length must be one number")
    if lengths and (len(lengths[0]) > LENGTH_DIGITS or int(lengths[0]) > limit):
        raise Refusal("too-large", limit=limit)
    if any(name == b"content-encoding" and value != b"identity" for name, value in headers):
        raise Refusal("bad-request", status=415, why="bodies are taken as they are, not encoded")


def _check_url(scope: Scope) -> None:
    """Text has one spelling, also in what is asked for: it goes into the audit trail."""
    query = unquote_plus(scope.get("query_string", b"").decode("latin-1"))
    if not unicodedata.is_normalized("NFC", scope["path"] + query):
        raise Refusal("bad-request", why="text is not in Unicode form NFC")


def replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, once; then what ``receive`` says."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _secured(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    have = {bytes(name).lower() for name, _ in headers}
    return [*headers, *(one for one in SECURITY_HEADERS if one[0] not in have)]


async def _refuse(send: Send, refusal: Refusal, language: str) -> None:
    """Refuse and close: what was sent as a body may be anything, also another request."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-language", language.encode()),
        (b"connection", b"close"),
    ]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode("ascii")))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": error_body(refusal, language)})
