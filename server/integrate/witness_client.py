"""One witness over HTTP (C2SP tlog-witness): what it answered, nothing odd taken for an answer."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from server.witnesses.answers import Behind, Cosigned, Declined, Unreached
from sync.checkpoint import NOTE_LIMIT, BadNote, cosigned_at, split_note
from sync.keys import cosignature_id
from sync.tlog_witness import PATH, SIZE_TYPE, AddCheckpoint, read_size

if TYPE_CHECKING:
    from server.witnesses.answers import WitnessAnswer
    from server.witnesses.outsiders import Outsider

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
"""Seconds for each phase."""


class WitnessClient:
    """Asks witnesses. All calls from the event loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._transport = transport

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        """Made when first asked: reading the system's authorities takes 70 ms."""
        return httpx.AsyncClient(
            transport=self._transport, timeout=TIMEOUT, trust_env=False, follow_redirects=False
        )

    async def close(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def submit(self, outsider: Outsider, asked: AddCheckpoint) -> WitnessAnswer:
        """Hand in a checkpoint; the answer, its cosignature verified."""
        try:
            status, kind, body = await self._ask(
                "POST", f"{outsider.url}{PATH}", content=asked.text().encode()
            )
            if status == HTTPStatus.OK:
                return _cosigned(outsider, asked.note, body.decode())
            if status == HTTPStatus.CONFLICT and kind == SIZE_TYPE:
                return Behind(read_size(body))
        except (httpx.HTTPError, BadNote, UnicodeDecodeError) as error:
            return Unreached(f"{type(error).__name__}: {error}"[:200])
        why = body.decode("utf-8", "replace").strip()[:200]
        if status in (400, 403, 404, 409, 422):
            return Declined(status, why)
        return Unreached(f"status {status}")

    async def newest(self, outsider: Outsider, origin: str) -> str | None:
        """The newest checkpoint it remembers of ``origin``; None if it does not say."""
        try:
            status, _, body = await self._ask(
                "GET", f"{outsider.url}/checkpoint", params={"origin": origin}
            )
            return body.decode() if status == HTTPStatus.OK else None
        except (httpx.HTTPError, UnicodeDecodeError):
            return None

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        params: dict[str, str] | None = None,
    ) -> tuple[int, str, bytes]:
        """Status, content type and body, which is never read further than a note is long."""
        async with self._http.stream(method, url, content=content, params=params) as answer:
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > NOTE_LIMIT:
                    raise httpx.DecodingError("an answer that is too long")
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            return answer.status_code, kind, body


def _cosigned(outsider: Outsider, note: str, lines: str) -> Cosigned:
    """The witness's own line among those answered, verified. Raises BadNote."""
    both = f"{note}{lines}"
    seconds = cosigned_at(both, outsider.verifier)
    wanted = (outsider.name, cosignature_id(outsider.verifier))
    written = both.rpartition("\n\n")[2].splitlines()
    found = zip(split_note(both)[1], written, strict=True)
    return Cosigned(next(text for line, text in found if line[:2] == wanted), seconds)
