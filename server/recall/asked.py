"""What a recall case is asked for with; the same words again are the same case."""

from __future__ import annotations

import msgspec

from server.recall.case import Cause, Class, Depth, RecallCase


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is opened with."""

    cause: Cause
    reason: str
    depth: Depth
    classification: Class = ""
    drill: bool = False
    hold: bool = True
    """Whether the suspect lots are held at once, with everything made from them."""


def asked_of(case: RecallCase) -> Asked:
    """With what it was opened."""
    return Asked(
        cause=case.cause,
        reason=case.reason,
        depth=case.depth,
        classification=case.classification,
        drill=case.drill,
        hold=case.holds,
    )
