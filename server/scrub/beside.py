"""The scrub beside the answers: paced, so that stations do not feel it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.again import again_later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from server.scrub.scrub import Scrub

SHARE = 20
"""One part of so many of the time: reading a million records takes some ten minutes."""
LEAST_S, IDLE_S = 0.02, 60.0
"""Between two pieces at least; and between two looks whether a round is due."""


async def scrub_beside(
    scrub: Scrub, seconds: Callable[[], float], sleep: Callable[[float], Awaitable[object]]
) -> None:
    """Piece after piece for ever; ``seconds`` is a clock that only goes on."""
    while True:
        began, more = seconds(), False
        with again_later():
            more = scrub.step()
        took = seconds() - began
        await sleep(max(LEAST_S, took * (SHARE - 1)) if more else IDLE_S)
