"""``lotbook-server upgrade``: a database of an earlier version becomes one of this version.

One transaction: the tables, the number of the version, and every projection folded again from the
log. Cut off anywhere, the database is the earlier one, whole; the command is given again. Before,
a copy is taken beside it and read back.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from server.app import folds
from server.progress import Progress
from server.store.opening import DATABASE, is_there, open_store, read_place
from server.store.schema import SCHEMA_VERSION
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync import files
from sync.sqlite import copy_database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from server.folder import DataFolder


class Upgraded(NamedTuple):
    """From which version, how many leaves were folded again, and where the copy lies."""

    have: int
    leaves: int
    copy: Path | None
    """None on PostgreSQL."""


def upgrade(
    data: Path,
    progress: Callable[[int], None] = lambda _count: None,
    *,
    url: str = "",
    backed_up: bool = False,
) -> Upgraded:
    """Bring the database of the folder ``data`` up; ``progress`` is told of leaves folded.

    ``url``: of a PostgreSQL database that the folder does not name. Of a file a copy is taken; of
    PostgreSQL the caller says that it is ``backed_up``. Refusal ``no-data``, ``database-newer``,
    ``damaged``, ``backup-first``.
    """
    if not is_there(data, url):
        raise Refusal("no-data", path=str(data))
    with closing(open_store(data, url, older=True)) as store:
        have, size = store.version, store.count("leaves")
    if have == SCHEMA_VERSION:
        return Upgraded(have, 0, None)
    copy = None
    if read_place(data, url) is None:
        path = data / DATABASE
        copy = _copied(path, path.with_name(f"{DATABASE}.version-{have}"), size)
    elif not backed_up:
        raise Refusal("backup-first")
    with closing(open_store(data, url, older=True)) as store:
        projections = folds(store)[1]
        with store.transaction():
            folded = projections.cursor
            store.upgrade()
            projections.rebuild(progress)
    return Upgraded(have, folded, copy)


def _copied(path: Path, copy: Path, size: int) -> Path:
    """The copy, whole and read back. Nobody has the original open here: that would unlock it."""
    fresh = copy.with_name(f"{copy.name}.part")
    fresh.unlink(missing_ok=True)
    copy_database(path, fresh)
    with closing(SqliteStore(fresh, older=True)) as store:
        found = store.check()
        if found or store.count("leaves") != size:
            raise Refusal("damaged", why=f"the copy {copy}: {'; '.join(found) or 'leaves'}")
    for rest in copy.parent.glob(f"{fresh.name}?*"):
        rest.unlink()
    files.rename(fresh, copy)
    return copy


def add_upgrade(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """``upgrade``."""
    verb = data(verbs.add_parser("upgrade", help="bring an earlier version's database up"))
    verb.add_argument(
        "--backed-up", action="store_true", help="there is a backup; for PostgreSQL, which has none"
    )
    verb.set_defaults(run=_run)


def _run(given: argparse.Namespace, folder: DataFolder) -> int:
    chinese = given.language == "zh_CN"
    with Progress(sys.stderr, "fold") as progress:
        done = upgrade(folder.path, progress, url=folder.database, backed_up=given.backed_up)
    if done.have == SCHEMA_VERSION:
        same = f"版本 {SCHEMA_VERSION}，无需升级" if chinese else f"already at {SCHEMA_VERSION}"
        sys.stdout.write(f"{given.data}: {same}\n")
        return 0
    copy = done.copy or "PostgreSQL"
    english = f"{done.have} -> {SCHEMA_VERSION}, {done.leaves} leaves folded; before: {copy}"
    words = f"{done.have} → {SCHEMA_VERSION}，已重算 {done.leaves} 条；升级前副本：{copy}"
    sys.stdout.write(f"{given.data}: {words if chinese else english}\n")
    sys.stdout.write(f"Next: lotbook-server fsck --data {given.data}\n")
    return 0
