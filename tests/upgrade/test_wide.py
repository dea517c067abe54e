"""Years of a plant come up from the first version, however often the upgrade is cut off (F55).

Small in every run of the tests; with five million rows in the campaign, which also says how long
it took: docs/guides/administrator.md states the minutes.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from server.fsck import examine
from server.store.migrations.frozen_tables import tables_at
from server.store.opening import DATABASE
from server.store.schema import SCHEMA_VERSION
from server.upgrade import upgrade
from sync.sqlite import reading
from tests.upgrade.test_upgrade import folder_at, schema
from tests.upgrade.wide import rows_in, wide

WIDE, RECORDS = 5_000_000, 1_700_000
"""Rows of the fault's table, and the records that make so many."""
MINUTES = 60
"""What docs/guides/administrator.md promises for five million rows on two cores."""
MEMORY_MIB = 1_024
"""And the memory it takes at most."""


def killed_at(data: Path, leaves: int) -> None:
    """Upgrade, and die as by a power cut once so many leaves are folded."""

    def progress(count: int) -> None:
        if count >= leaves:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(data, progress)


def ended(work: Callable[[], object]) -> int | None:
    """How a process ends that does it."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    return child.exitcode


def leaves_in(data: Path) -> tuple[int, str]:
    """How many leaves, and the newest signed root."""
    with reading(data / DATABASE) as connection:
        count = connection.execute("SELECT count(*) FROM leaves").fetchone()[0]
        root = connection.execute("SELECT root FROM checkpoints ORDER BY size DESC").fetchone()[0]
    return int(count), str(root)


def comes_up(data: Path, cuts: tuple[float, ...]) -> None:
    """Cut off after these shares of the fold it is as it was; then it comes up whole."""
    before, tables = leaves_in(data), schema(data)
    assert tables == set(tables_at(1, "sqlite"))
    for share in cuts:
        assert ended(partial(killed_at, data, int(before[0] * share))) == -signal.SIGKILL
        assert schema(data) == tables, share
        assert leaves_in(data) == before, share
    done = upgrade(data)
    assert (done.have, done.leaves) == (1, before[0])
    assert leaves_in(data) == before
    assert done.copy is not None


@pytest.mark.covers("F55", "F19")
def test_a_database_of_the_first_version_comes_up_however_often_it_is_cut(tmp_path: Path) -> None:
    data = wide(tmp_path, 1_500)
    comes_up(data, (0.5,))
    with folder_at(data).open() as parts:
        assert examine(parts) == []
        assert parts.store.count("jobs") == 2


@pytest.mark.campaign
@pytest.mark.timeout(4 * 3_600)
@pytest.mark.covers("F55", "F19")
def test_five_million_rows_come_up_in_the_minutes_that_are_stated(tmp_path: Path) -> None:
    records = int(os.environ.get("LOTBOOK_WIDE_RECORDS", RECORDS))
    began = time.monotonic()
    data = wide(tmp_path, records)
    rows = rows_in(data)
    _say(f"{rows:,} rows made in {time.monotonic() - began:.0f} s")
    assert rows >= WIDE * records // RECORDS
    comes_up(data, (0.05, 0.5))
    _again(data)
    with folder_at(data).open() as parts:
        assert parts.store.count("records") >= records
        assert parts.store.check() == []
        assert not parts.book.recovery
        assert parts.store.version == SCHEMA_VERSION  # type: ignore[attr-defined]


def _again(data: Path) -> None:
    """Once more from the copy, timed and weighed in a process of its own."""
    (data / DATABASE).unlink()
    for rest in data.glob(f"{DATABASE}-*"):
        rest.unlink()
    (data / f"{DATABASE}.version-1").rename(data / DATABASE)
    began = time.monotonic()
    assert ended(partial(upgrade, data)) == 0
    minutes = (time.monotonic() - began) / 60
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    _say(f"brought up in {minutes:.1f} min, at most {peak:.0f} MiB")
    assert minutes <= MINUTES
    assert peak <= MEMORY_MIB


def _say(line: str) -> None:
    sys.stderr.write(f"\n{line}\n")
