"""The identity provider over HTTP: what it says of itself, its keys, a token for a code."""

from __future__ import annotations

import base64
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from server.integrate.bounded import BoundedClient, Unanswered

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 8.0
MOST = 256 * 1024
"""Bytes of an answer."""
FORM = "application/x-www-form-urlencoded"


class OidcClient:
    """Asks one provider. All calls from the event loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._client = BoundedClient(TIMEOUT_S, MOST, transport)

    async def read(self, url: str) -> dict[str, Any] | None:
        """A document of the provider's; None where it is not to be had."""
        return await self._asked("GET", url)

    async def token(
        self, url: str, form: dict[str, str], client: tuple[str, str] | None
    ) -> dict[str, Any] | None:
        """What it gives for a code; None where it gives nothing.

        ``client``: id and secret for the header (RFC 6749, 2.3.1); None where the form has them.
        """
        headers = {"content-type": FORM, "accept": "application/json"}
        if client is not None:
            pair = ":".join(quote(one, safe="") for one in client)
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"
        return await self._asked("POST", url, urlencode(form).encode(), headers)

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()

    async def _asked(
        self, method: str, url: str, content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any] | None:  # fmt: skip
        try:
            status, _, body = await self._client.ask(method, url, content=content, headers=headers)
            said = orjson.loads(body)
        except (Unanswered, orjson.JSONDecodeError):
            return None
        return said if status == HTTPStatus.OK and isinstance(said, dict) else None
