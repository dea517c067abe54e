"""HTTP to somebody outside: no redirect is followed, no proxy asked, no endless answer read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class Unanswered(Exception):
    """There is no answer, or none of a bearable length; says why."""


class BoundedClient:
    """A client for one kind of correspondent. All calls from the event loop."""

    def __init__(
        self, timeout: float, most: int, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """``timeout``: seconds a phase; ``most``: bytes of an answer; ``transport``: for tests."""
        self._timeout, self._most, self._transport = timeout, most, transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made when first asked: httpx and the system's authorities take a quarter of a second."""
        import httpx  # noqa: PLC0415 - see above

        return httpx.AsyncClient(
            transport=self._transport, timeout=httpx.Timeout(self._timeout, connect=5.0),
            trust_env=False, follow_redirects=False,
        )  # fmt: skip

    async def ask(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str, bytes]:
        """Status, content type, body. Raises Unanswered, also for a body that is too long."""
        import httpx  # noqa: PLC0415 - as above

        try:
            async with self._http.stream(
                method, url, content=content, params=params, headers=headers
            ) as answer:
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > self._most:
                        raise Unanswered("an answer that is too long")
                kind = answer.headers.get("content-type", "").partition(";")[0].strip()
                return answer.status_code, kind, body
        except httpx.HTTPError as error:
            raise Unanswered(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Close connections."""
        if "_http" in vars(self):
            await self._http.aclose()
