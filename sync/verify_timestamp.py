"""Verifying an evidence pack: the time stamp over its checkpoint, by an authority from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import packfile, timestamp
from sync.checkpoint import split_note

if TYPE_CHECKING:
    from sync.verify_records import Case


def check_timestamp(case: Case) -> None:
    """Note when the authority saw the checkpoint; without its certificate nothing is said."""
    answer = case.members.get(packfile.TIMESTAMP)
    if answer is None:
        return
    case.stamped = True
    if case.checkpoint is None or not case.authorities:
        return
    note = case.members[packfile.CHECKPOINT].decode("utf-8", "replace")
    try:
        at = timestamp.stamped_at(answer, split_note(note)[0], case.authorities)
    except timestamp.BadStamp as error:
        case.find("timestamp", packfile.TIMESTAMP, why=str(error))
    else:
        case.stamped_at = at.isoformat()
