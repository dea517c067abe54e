"""What the request or command in hand has stated so far: its leaves, and whom it tried to be.

By context, so that an event of the audit trail can name what it did without every act saying so.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 100
"""Leaves that one act names; whatever it did more stands between the first and the last."""


@dataclass
class Said:
    """What one request or command did."""

    leaves: list[int] = field(default_factory=list)
    """Indexes of the statements it made, the newest :data:`MOST` of them."""
    result: str = ""
    """How it ended, in a few words; empty for well."""
    tried: str = ""
    """Whose badge was presented with a secret that did not fit; or the badge, if nobody's."""


_NOW: ContextVar[Said | None] = ContextVar("said", default=None)


@contextmanager
def listening() -> Iterator[Said]:
    """Collect what is stated within."""
    said = Said()
    token = _NOW.set(said)
    try:
        yield said
    finally:
        _NOW.reset(token)


def stated(index: int) -> None:
    """A statement was made."""
    now = _NOW.get()
    if now is not None:
        now.leaves.append(index)
        del now.leaves[:-MOST]


def ended(result: str) -> None:
    """It ended in a way that is worth a word."""
    now = _NOW.get()
    if now is not None:
        now.result = result


def tried(who: str) -> None:
    """Badge and secret did not belong together."""
    now = _NOW.get()
    if now is not None:
        now.tried = who
