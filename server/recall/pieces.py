"""Long work that must stay on the event loop: in pieces, so that others have their turn."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

T = TypeVar("T")
PIECE = 50
"""Between two turns; each reads the store a few times."""


async def in_turn(many: Iterable[T]) -> AsyncIterator[T]:
    """Each of them; after some, whoever else waits is served."""
    for at, one in enumerate(many, 1):
        yield one
        if not at % PIECE:
            await asyncio.sleep(0)
