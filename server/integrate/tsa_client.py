"""A time stamping authority over HTTP (RFC 3161, 3.4): its answer's bytes, bounded."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.integrate.bounded import BoundedClient, Unanswered
from sync.timestamp import MOST_BYTES, QUERY_TYPE, REPLY_TYPE

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20.0


class TsaClient:
    """Asks an authority. All calls from the event loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._client = BoundedClient(TIMEOUT_S, MOST_BYTES, transport)

    async def stamp(self, url: str, query: bytes) -> bytes | str:
        """The answer's bytes, not looked at; or why there is none."""
        try:
            status, kind, body = await self._client.ask(
                "POST", url, content=query, headers={"content-type": QUERY_TYPE}
            )
        except Unanswered as error:
            return str(error)[:200]
        if status != HTTPStatus.OK or kind != REPLY_TYPE:
            return f"status {status}, {kind[:60]}"
        return body
