"""The witness at work: judge, remember durably, cosign; what is refused as a lie is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sync.checkpoint import BadNote, Checkpoint, cosign, split_note
from sync.ed25519 import Signer
from sync.tlog_witness import SIZE_TYPE, read_request, size_body
from witness.judge import Refused, Trusted, judge, read
from witness.memory import Memory

TEXT_TYPE = "text/plain; charset=utf-8"
MOST_EVIDENCE = 1_000
"""Refused checkpoints kept."""
MOST_UNPROVED = 500
"""After which none is kept that only lacks a proof: anybody can hand those in, by the thousand, and
there must be room for the one that contradicts what was cosigned."""


class Answer(NamedTuple):
    """Status, body and content type."""

    status: HTTPStatus
    body: bytes
    type: str = TEXT_TYPE


class Desk:
    """One witness. All calls from one thread."""

    def __init__(
        self,
        *,
        memory: Memory,
        signer: Signer,
        trusted: Trusted,
        evidence: Path,
        clock: Callable[[], datetime],
        say: Callable[[str], None],
    ) -> None:
        """``evidence``: folder of refused checkpoints; ``say`` gets one line for each act."""
        self._memory, self._signer, self._trusted = memory, signer, trusted
        self._evidence, self._clock, self._say = evidence, clock, say

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request. Raises Fault if it cannot be remembered: then nothing was cosigned."""
        try:
            asked = read_request(body)
        except BadNote as error:
            return self._refuse(Refused(HTTPStatus.BAD_REQUEST, str(error)))
        now = read(asked, self._trusted)
        if isinstance(now, Refused):
            return self._refuse(now)
        seen = self._memory.seen(now.origin)
        refused = judge(asked, now, seen)
        if refused is not None:
            return self._refuse(refused, asked.note, now, seen)
        note = cosign(self._own(asked.note, now.origin), self._signer, self._seconds())
        if not self._memory.advance(asked.old, now, note):
            return self._conflict(self._memory.seen(now.origin))
        self._told(f"cosigned {now.origin} {now.size} {now.root.hex()[:16]}")
        return Answer(HTTPStatus.OK, f"{note.splitlines()[-1]}\n".encode())

    def newest(self, origin: str) -> Answer:
        """The newest checkpoint cosigned of a log, with this witness's line below the log's."""
        note = self._memory.newest(origin) if origin in self._trusted else None
        if note is None:
            return Answer(HTTPStatus.NOT_FOUND, b"nothing cosigned\n")
        return Answer(HTTPStatus.OK, note.encode())

    def _own(self, note: str, origin: str) -> str:
        """The note with the log's own lines only: others' are not this witness's to pass on."""
        text, lines = split_note(note)
        names = {key.name for key in self._trusted[origin]}
        own = [written for line, written in zip(lines, _written(note), strict=True)
               if line.name in names]  # fmt: skip
        return f"{text}\n" + "".join(f"{line}\n" for line in own)

    def _seconds(self) -> int:
        return int(self._clock().timestamp())

    def _refuse(
        self,
        refused: Refused,
        note: str = "",
        now: Checkpoint | None = None,
        seen: Checkpoint | None = None,
    ) -> Answer:
        about = f": {now.origin} {now.size} {now.root.hex()[:16]}" if now else ""
        if refused.evidence and now is not None:
            contradicts = refused.status == HTTPStatus.CONFLICT
            self._keep(note, now, MOST_EVIDENCE if contradicts else MOST_UNPROVED)
            about += " - the log signed two histories, or gave no proof; kept in refused/"
        self._told(f"REFUSED {refused.status.value} {refused.why}{about}")
        if refused.status == HTTPStatus.CONFLICT:
            return self._conflict(seen)
        return Answer(refused.status, f"{refused.why}\n".encode())

    @staticmethod
    def _conflict(seen: Checkpoint | None) -> Answer:
        return Answer(HTTPStatus.CONFLICT, size_body(seen.size if seen else 0), SIZE_TYPE)

    def _keep(self, note: str, now: Checkpoint, most: int) -> None:
        """Keep a signed note as a file, once; ``lotbook-verify compare`` reads it."""
        self._evidence.mkdir(exist_ok=True)
        name = f"{quote(now.origin, safe='')}-{now.size}-{now.root.hex()[:16]}.note"
        kept = self._evidence / name
        if not kept.exists() and sum(1 for _ in self._evidence.iterdir()) < most:
            kept.write_text(note, encoding="utf-8", newline="")

    def _told(self, what: str) -> None:
        self._say(f"{self._clock().isoformat(timespec='seconds')} {what}")


def _written(note: str) -> list[str]:
    """The signature lines as they are written."""
    return note.rpartition("\n\n")[2].splitlines()
