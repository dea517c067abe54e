"""Truth from one store into another, page by page, and both compared row by row.

Rows of truth only come and never change: what is there already is compared, and the rest is added.
So a copy that was cut off, or whose source grew meanwhile, is simply made again.
"""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, TypeVar

from server.store.schema import TRUTH
from server.words import Refusal
from sync.merkle import CompactRange, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from server.store.protocol import Row, Store

    Told = Callable[[int], None]

T = TypeVar("T")
PAGE, PAGE_BYTES = 500, 16 * 1024 * 1024
"""Rows of a transaction, and when it ends before them: a document may have megabytes."""
COPIED = (*(name for name in TRUTH if name not in {"facts", "checkpoints"}), "checkpoints")
"""In the log's order, what is signed about it last. Facts are each database's own."""


def rows_of(store: Store) -> int:
    """How many rows there are to copy."""
    return sum(store.count(table) for table in COPIED)


def copy_truth(source: Store, target: Store, told: Told) -> int:
    """Add to ``target`` what it lacks; how many rows. ``told``: of every page, how many it had.

    Refusal ``move-differs`` for a row that is another one there.
    """
    added = 0
    for table in COPIED:
        for page in pages(source.scan(table), bytes_of):
            missing = [row for run in _runs(table, page) for row in _missing(target, table, run)]
            if missing:
                with target.transaction():
                    target.add_all(table, missing)
            added += len(missing)
            told(len(page))
    return added


def compare_truth(source: Store, target: Store, told: Told) -> tuple[int, str]:
    """Compare every row of every table; size and root (hex) of the log, computed from its leaves.

    Refusal ``move-differs`` at the first difference, ``damaged`` if the root is not the signed one.
    """
    whole = CompactRange()
    for table in COPIED:
        pairs = zip_longest(source.scan(table), target.scan(table))
        for page in pages(pairs, _of_both):
            for ours, theirs in page:
                if ours != theirs:
                    raise _differs(table, ours or theirs or {})
            if table == "leaves":
                whole.extend([leaf_hash(ours["data"]) for ours, _ in page])
            told(len(page))
    signed = target.newest("checkpoints")
    if signed is None or (signed["size"], signed["root"]) != (whole.size, whole.root().hex()):
        raise Refusal("damaged", why="the leaves do not lead to the newest checkpoint")
    return whole.size, whole.root().hex()


def pages(rows: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """The rows, some at a time; ``size``: the bytes of one."""
    page, held = list[T](), 0
    for row in rows:
        page.append(row)
        held += size(row)
        if len(page) == PAGE or held >= PAGE_BYTES:
            yield page
            page, held = [], 0
    if page:
        yield page


def bytes_of(row: Row) -> int:
    """What of a row may be large."""
    return sum(len(value) for value in row.values() if isinstance(value, bytes))


def _of_both(pair: tuple[Row | None, Row | None]) -> int:
    return sum(bytes_of(row) for row in pair if row is not None)


def _runs(table: str, page: Sequence[Row]) -> Iterator[list[Row]]:
    """Neighbours whose keys differ in the last column only."""
    before = TRUTH[table].keys[:-1]
    for _key, run in groupby(page, key=lambda row: [row[name] for name in before]):
        yield list(run)


def _missing(target: Store, table: str, run: Sequence[Row]) -> Sequence[Row]:
    """Those of neighbouring rows that are not there yet."""
    *before, last = TRUTH[table].keys
    equal = {name: run[0][name] for name in before}
    stop = _above(run[-1][last])
    have = target.rows(table, start=run[0][last], stop=stop, **equal)
    if not have:
        return run
    known, ours = {row[last]: row for row in have}, {row[last]: row for row in run}
    for key, row in known.items():
        if ours.get(key) != row:
            raise _differs(table, row)
    return [row for key, row in ours.items() if key not in known]


def _above(key: int | str) -> int | str:
    """The least bound above a key; no text that is kept holds a NUL."""
    return key + 1 if isinstance(key, int) else key + "\x01"


def _differs(table: str, row: Row) -> Refusal:
    key = " ".join(str(row.get(name)) for name in TRUTH[table].keys)
    return Refusal("move-differs", table=table, key=key)
