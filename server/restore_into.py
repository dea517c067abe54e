"""A restored folder whose database goes to PostgreSQL, for good or only for the time of a drill."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from server.moving import Move
from server.recovery.target import keep_mark
from server.store import seals
from server.store.address import told
from server.store.opening import DATABASE, keep_place, open_store, scratch
from server.store.sqlite import SqliteStore
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from server.moving import Moved


def check_empty(data: Path, url: str) -> None:
    """Refusal ``move-taken`` unless the database holds nothing, or half of an earlier restore."""
    with closing(open_store(data, url)) as target:
        if seals.identity(target) and not seals.begun(target):
            raise Refusal("move-taken")


def into_database(
    data: Path,
    url: str,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _count: None,
) -> Moved:
    """Carry the restored ``lotbook.db`` of ``data`` over, compare every row, and go on from there.

    Cut off, it is done again by ``lotbook-server move``. Refusal as there.
    """
    with (
        closing(open_store(data, url)) as target,
        closing(SqliteStore(data / DATABASE)) as source,
    ):
        keep_mark(data, source, now())
        done = Move(source, target, now).finish(told(url), progress)
    keep_place(data, url)
    for path in data.glob(f"{DATABASE}*"):
        path.unlink()
    return done


@contextmanager
def for_a_drill(data: Path, url: str, now: Callable[[], datetime], name: str) -> Iterator[None]:
    """The same into a schema of its own, which is gone afterwards; nothing without ``url``."""
    if not url:
        yield
        return
    with scratch(data, url, name) as place:
        into_database(data, place, now)
        yield
