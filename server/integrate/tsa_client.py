"""A time stamping authority over HTTP (RFC 3161, 3.4): its answer's bytes, bounded."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus

import httpx

from sync.timestamp import MOST_BYTES, QUERY_TYPE, REPLY_TYPE

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Seconds for each phase."""


class TsaClient:
    """Asks an authority. All calls from the event loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._transport = transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made when first asked: reading the system's authorities takes 70 ms."""
        return httpx.AsyncClient(
            transport=self._transport, timeout=TIMEOUT, trust_env=False, follow_redirects=False
        )

    async def stamp(self, url: str, query: bytes) -> bytes | str:
        """The answer's bytes, not looked at; or why there is none."""
        try:
            async with self._http.stream(
                "POST", url, content=query, headers={"content-type": QUERY_TYPE}
            ) as answer:
                kind = answer.headers.get("content-type", "").partition(";")[0].strip()
                if answer.status_code != HTTPStatus.OK or kind != REPLY_TYPE:
                    return f"status {answer.status_code}, {kind[:60]}"
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        return "an answer that is too long"
                return body
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"[:200]
