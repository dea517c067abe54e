"""The body of ``add-checkpoint`` (C2SP tlog-witness): an old size, a proof, a checkpoint.

``old N``, the hashes of the consistency proof in base64, an empty line, the signed note. The
same text serves as a file: a checkpoint that carries the proof that it continues an older one.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import NamedTuple

from sync.checkpoint import NOTE_LIMIT, BadNote, decode64, parse_size
from sync.merkle import HASH_SIZE

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
"""Content type of a 409: the size the witness last cosigned."""
MOST_HASHES = 63
BODY_LIMIT = NOTE_LIMIT + 45 * MOST_HASHES + 64
"""Longest body in bytes."""


class AddCheckpoint(NamedTuple):
    """A checkpoint's note with the proof that it continues the log of ``old`` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The request's body."""
        hashes = "".join(f"{base64.b64encode(node).decode()}\n" for node in self.proof)
        return f"old {self.old}\n{hashes}\n{self.note}"


def read_request(data: bytes) -> AddCheckpoint:
    """Read a body, strictly; the note is not looked into. Raises BadNote."""
    if len(data) > BODY_LIMIT:
        raise BadNote("the request is too long")
    try:
        head, found, note = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise BadNote("the request is not UTF-8") from error
    first, *hashes = head.split("\n")
    if not found or not first.startswith("old ") or len(hashes) > MOST_HASHES:
        raise BadNote("the request is not an old size, at most 63 hashes and a checkpoint")
    return AddCheckpoint(parse_size(first.removeprefix("old ")), read_hashes(hashes), note)


def read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """SHA-256 hashes in base64. Raises BadNote."""
    hashes = tuple(decode64(line) for line in lines)
    if any(len(node) != HASH_SIZE for node in hashes):
        raise BadNote("a hash of the proof is not 32 bytes")
    return hashes


def size_body(size: int) -> bytes:
    """The body of a 409."""
    return f"{size}\n".encode()


def read_size(body: bytes) -> int:
    """The size in a 409's body. Raises BadNote."""
    text = body.decode("ascii", "replace")
    if not text.endswith("\n"):
        raise BadNote("a size ends with a newline")
    return parse_size(text[:-1])
