"""What an answer to a print command means for the record: printed, failed, or unknown."""

from __future__ import annotations

from typing import Literal

from devices.kinds import Answered

Outcome = Literal["printed", "failed", "unknown"]

_LOST = "instruments-restarted"
"""The process that held the command died: nobody knows how far it came."""


def outcome(answer: Answered) -> Outcome:
    """*failed* only where certainly nothing was sent: every driver says the rest is ambiguous."""
    if answer.fault is None:
        return "printed" if answer.printed is not None else "unknown"
    doubtful = answer.fault.kind == "ambiguous" or answer.fault.code == _LOST
    return "unknown" if doubtful else "failed"
