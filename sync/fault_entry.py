"""What a line of a catalogue of faults holds."""

from __future__ import annotations

from typing import Literal, NamedTuple

FaultKind = Literal["transient", "ambiguous", "permanent"]


class Entry(NamedTuple):
    """One line of the catalogue."""

    kind: FaultKind
    """transient: try again later · ambiguous: it may have happened, ask first · permanent: a
    person has to act."""
    en: str
    zh_CN: str
