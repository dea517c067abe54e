"""What a witness answers to ``add-checkpoint``; pure. C2SP tlog-witness says which status when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from sync.checkpoint import BadNote, Checkpoint, open_note, parse_text, split_note
from sync.ed25519 import Verifier
from sync.merkle import EMPTY_ROOT, verify_consistency
from sync.tlog_witness import AddCheckpoint

Trusted = Mapping[str, Sequence[Verifier]]
"""Keys of the logs witnessed, by origin."""


class Refused(NamedTuple):
    """Not cosigned, and why."""

    status: HTTPStatus
    why: str
    evidence: bool = False
    """The log signed what cannot be: the note is worth keeping."""


def read(asked: AddCheckpoint, trusted: Trusted) -> Checkpoint | Refused:
    """The checkpoint handed in, if a known log signed it."""
    try:
        checkpoint = parse_text(split_note(asked.note)[0])
    except BadNote as error:
        return Refused(HTTPStatus.BAD_REQUEST, str(error))
    keys = trusted.get(checkpoint.origin)
    if keys is None:
        return Refused(HTTPStatus.NOT_FOUND, "this log is not witnessed here")
    if not any(_signed(asked.note, key) for key in keys):
        return Refused(HTTPStatus.FORBIDDEN, "not signed by a key known for this log")
    if asked.old > checkpoint.size:
        return Refused(HTTPStatus.BAD_REQUEST, "the old size is above the checkpoint's")
    return checkpoint


def judge(asked: AddCheckpoint, now: Checkpoint, seen: Checkpoint | None) -> Refused | None:
    """None if ``now`` continues what was ``seen``; the caller has ``read`` it."""
    size = 0 if seen is None else seen.size
    if asked.old != size:
        return Refused(HTTPStatus.CONFLICT, f"the newest checkpoint cosigned has size {size}")
    if seen is not None and now.size == seen.size and now.root != seen.root:
        return Refused(HTTPStatus.CONFLICT, "another root at the same size", evidence=True)
    if not _proved(asked, now, seen):
        return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "not proved consistent", evidence=True)
    return None


def _proved(asked: AddCheckpoint, now: Checkpoint, seen: Checkpoint | None) -> bool:
    if seen is None or seen.size in (0, now.size):
        return not asked.proof and (now.size > 0 or now.root == EMPTY_ROOT)
    return verify_consistency(seen.size, now.size, asked.proof, seen.root, now.root)


def _signed(note: str, key: Verifier) -> bool:
    try:
        open_note(note, key)
    except BadNote:
        return False
    return True
