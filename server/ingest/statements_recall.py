"""Folding the steps of recall cases: where each stands in the log; what they say is read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store

KINDS = (
    "recall.opened",
    "recall.scoped",
    "recall.noticed",
    "recall.sent",
    "recall.acknowledged",
    "recall.checked",
    "recall.counted",
    "recall.accounted",
    "recall.drilled",
    "recall.terminated",
)
"""Of statements that are a step of a case."""


def step(store: Store, index: int, said: Statement) -> None:
    """One more step of a case."""
    store.put("recall_steps", {"recall": said.body["case"], "idx": index, "kind": said.kind})


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = dict.fromkeys(KINDS, step)
"""Kind of statement → its fold."""
