"""A door under fuzz: what bytes go in, and what must hold of whatever comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Inputs = Callable[[], bytes]
"""Gives the next input."""
Check = Callable[[bytes], bool]
"""Gives one input to the door. True if it was accepted; raises what the door must not raise,
or AssertionError when an accepted input is not the same after the way back."""


@dataclass(frozen=True)
class Target:
    """One door."""

    name: str
    share: int
    """Of the inputs of a run, per thousand."""
    inputs: Callable[[Random], Inputs]
    open: Callable[[], Check]
    """Makes the door (keys, servers) once per process."""
    most_ms: int = 400
    """CPU milliseconds one input may take: far above any honest one, far below a hang."""


class Differs(AssertionError):
    """An accepted input is not what it was, or another reader reads it otherwise."""


def same(what: str, ours: object, theirs: object) -> None:
    """Raise Differs unless both are equal in value and type."""
    if ours != theirs or type(ours) is not type(theirs):
        raise Differs(f"{what}: {ours!r:.200} is not {theirs!r:.200}")
