"""Folding what is said of the equipment hierarchy: work centers and the work units in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import canonical

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Store

WORK_CENTER = "work_center/"
"""Rows of ``places``: one for each work center defined besides the founding one."""


def work_center(store: Store, index: int, said: Statement) -> None:
    """A work center with its work units; the newest word on a work unit counts."""
    name = f"{WORK_CENTER}{said.body['area']}/{said.body['work_center']}"
    store.put("places", {"id": name, "data": canonical.dumps(said.body | {"index": index})})
