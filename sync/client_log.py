"""The calls about the server's own log: checkpoints, proofs, cosignatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import quote

from sync.answers import Answer, expect, message
from sync.checkpoint import BadNote, decode64
from sync.faults import Fault
from sync.protocol import JSON_LIMIT, JSON_TYPE, BadAnswer, Continued, Proof
from sync.tail import TAIL_LIMIT, TAIL_TYPE

NOTE_TYPE = "text/plain"
LEAF_LIMIT = 128 * 1024
"""Of an answer that holds one leaf, in base64."""


class Caller(Protocol):
    """Who sends a request within a station's session."""

    def _call(  # noqa: PLR0913  the parts of a request
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        body_type: str = JSON_TYPE,
        limit: int = JSON_LIMIT,
        good: Iterable[int] = (200,),
    ) -> Answer: ...


class LogCalls(Caller, Protocol):
    """The part of ``sync.client.HttpSyncService`` that is about the server's log."""

    def checkpoint(self) -> str:
        """Newest signed checkpoint of the global log."""
        return note_of(self._call("GET", "/checkpoint"))

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Proof between two sizes of the global log."""
        return self._proof("/checkpoint/consistency", {"first": first, "second": second})

    def inclusion(self, start: int, stop: int, size: int) -> tuple[bytes, ...]:
        """Proof of leaves ``start`` to ``stop`` (not included) in the global log of ``size``."""
        return self._proof("/checkpoint/inclusion", {"start": start, "stop": stop, "size": size})

    def continued(self) -> tuple[int, bytes]:
        """Place and bytes of the statement by which the log bears a later epoch in its name."""
        found = message(self._call("GET", "/checkpoint/continued", limit=LEAF_LIMIT), Continued)
        try:
            return found.index, decode64(found.leaf)
        except BadNote as error:
            raise Fault("answer-not-understood", str(error)) from error

    def receipt(self, origin: str, index: int) -> str:
        """The receipt for the entry ``index`` of the station's own log, again."""
        return note_of(self._call("GET", f"/logs/{quote(origin)}/receipts/{index}"))

    def present(self, note: str) -> None:
        """Show the server a checkpoint that it signed and does not hold any more."""
        body = note.encode()
        self._call("POST", "/checkpoint/seen", body=body, body_type=NOTE_TYPE, good=(204,))

    def tail(self, start: int, stop: int) -> bytes:
        """The server's log from leaf ``start`` on, sealed; ends by ``stop``."""
        span = {"start": start, "stop": stop}
        answer = self._call("GET", "/tail", params=span, limit=TAIL_LIMIT)
        expect(answer, TAIL_TYPE)
        return answer.body

    def give_tail(self, box: bytes) -> None:
        """Give a sealed tail back to a server in recovery; again is harmless."""
        self._call("POST", "/tail", body=box, body_type=TAIL_TYPE, good=(204,))

    def cosign(self, note: str) -> None:
        """Hand over a checkpoint this station cosigned."""
        body = note.encode()
        self._call("POST", "/cosignatures", body=body, body_type=NOTE_TYPE, good=(200, 201, 204))

    def _proof(self, path: str, sizes: Mapping[str, int]) -> tuple[bytes, ...]:
        proof = message(self._call("GET", path, params=sizes), Proof)
        try:
            return proof.nodes()
        except BadAnswer as error:
            raise Fault("answer-not-understood", str(error)) from error


def note_of(answer: Answer) -> str:
    """The text of a signed note."""
    expect(answer, NOTE_TYPE)
    try:
        return answer.body.decode()
    except UnicodeDecodeError as error:
        raise Fault("answer-not-understood", str(error)) from error
