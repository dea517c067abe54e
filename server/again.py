"""Looking again: what works beside the answers goes on when something cannot be had now."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = logging.getLogger("lotbook.server")


@contextmanager
def again_later() -> Iterator[None]:
    """Log what is refused now, and go on: who looks for its own sake looks again in a moment.

    A disk that refuses is said elsewhere. A database that is away, or not promoted yet, ends no
    server: ``server.standby.hold_turn`` does, when another one serves.
    """
    try:
        yield
    except (Fault, Refusal) as no:
        LOG.warning("again later: %s", no)
