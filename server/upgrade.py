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
from server.store.opening import DATABASE
from server.store.schema import SCHEMA_VERSION
from server.store.sqlite import SqliteStore
from server.words import Refusal
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


def upgrade(
    data: Path,
    progress: Callable[[int], None] = lambda _count: None,
    open_store: Callable[..., SqliteStore] = SqliteStore,
) -> Upgraded:
    """Bring the database in ``data`` up. Refusal ``no-data``, ``database-newer``, ``damaged``.

    ``open_store`` opens the database; ``progress`` is told how many leaves are folded.
    """
    path = data / DATABASE
    if not path.exists():
        raise Refusal("no-data", path=str(data))
    with closing(open_store(path, older=True)) as store:
        have, size = store.version, store.count("leaves")
    if have == SCHEMA_VERSION:
        return Upgraded(have, 0, None)
    copy = _copied(path, path.with_name(f"{DATABASE}.version-{have}"), size)
    with closing(open_store(path, older=True)) as store:
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
    return fresh.replace(copy)


def add_upgrade(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """``upgrade``."""
    verb = data(verbs.add_parser("upgrade", help="bring an earlier version's database up"))
    verb.set_defaults(run=_run)


def _run(given: argparse.Namespace, folder: DataFolder) -> int:
    chinese = given.language == "zh_CN"
    with Progress(sys.stderr, "fold") as progress:
        done = upgrade(folder.path, progress)
    if done.copy is None:
        same = f"版本 {SCHEMA_VERSION}，无需升级" if chinese else f"already at {SCHEMA_VERSION}"
        sys.stdout.write(f"{given.data}: {same}\n")
        return 0
    english = f"{done.have} -> {SCHEMA_VERSION}, {done.leaves} leaves folded; before: {done.copy}"
    words = f"{done.have} → {SCHEMA_VERSION}，已重算 {done.leaves} 条；升级前副本：{done.copy}"
    sys.stdout.write(f"{given.data}: {words if chinese else english}\n")
    sys.stdout.write(f"Next: lotbook-server fsck --data {given.data}\n")
    return 0
