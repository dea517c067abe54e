"""One witness over HTTP (C2SP tlog-witness): what it answered, nothing odd taken for an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from server.integrate.bounded import BoundedClient, Unanswered
from server.witnesses.answers import Behind, Cosigned, Declined, Unreached
from sync.checkpoint import NOTE_LIMIT, BadNote, cosigned_at, split_note
from sync.keys import cosignature_id
from sync.tlog_witness import PATH, SIZE_TYPE, AddCheckpoint, read_size

if TYPE_CHECKING:
    import httpx

    from server.witnesses.answers import WitnessAnswer
    from server.witnesses.outsiders import Outsider

TIMEOUT_S = 10.0


class WitnessClient:
    """Asks witnesses. All calls from the event loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport``: for tests."""
        self._client = BoundedClient(TIMEOUT_S, NOTE_LIMIT, transport)

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()

    async def submit(self, outsider: Outsider, asked: AddCheckpoint) -> WitnessAnswer:
        """Hand in a checkpoint; the answer, its cosignature verified."""
        try:
            status, kind, body = await self._client.ask(
                "POST", f"{outsider.url}{PATH}", content=asked.text().encode()
            )
            if status == HTTPStatus.OK:
                return _cosigned(outsider, asked.note, body.decode())
            if status == HTTPStatus.CONFLICT and kind == SIZE_TYPE:
                return Behind(read_size(body))
        except Unanswered as error:
            return Unreached(str(error)[:200])
        except (BadNote, UnicodeDecodeError) as error:
            return Unreached(f"{type(error).__name__}: {error}"[:200])
        why = body.decode("utf-8", "replace").strip()[:200]
        if status in (400, 403, 404, 409, 422):
            return Declined(status, why)
        return Unreached(f"status {status}")

    async def newest(self, outsider: Outsider, origin: str) -> str | None:
        """The newest checkpoint it remembers of ``origin``; None if it does not say."""
        try:
            status, _, body = await self._client.ask(
                "GET", f"{outsider.url}/checkpoint", params={"origin": origin}
            )
            return body.decode() if status == HTTPStatus.OK else None
        except (Unanswered, UnicodeDecodeError):
            return None


def _cosigned(outsider: Outsider, note: str, lines: str) -> Cosigned:
    """The witness's own line among those answered, verified. Raises BadNote."""
    both = f"{note}{lines}"
    seconds = cosigned_at(both, outsider.verifier)
    wanted = (outsider.name, cosignature_id(outsider.verifier))
    written = both.rpartition("\n\n")[2].splitlines()
    found = zip(split_note(both)[1], written, strict=True)
    return Cosigned(next(text for line, text in found if line[:2] == wanted), seconds)
