"""Tiles against the Merkle tree computed in memory, whatever the batches and restarts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.fsck import examine
from server.log.edge import WIDTH
from server.log.leaves import EntryLeaf, decode, entry_leaves
from server.log.tree import TILES_HELD, Tree
from server.log.trees import TREES_HELD, Trees
from server.store.protocol import AlreadyThere, Row
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync import merkle
from tests.server.plant import PREFIX, Plant

ORIGIN = "lotbook.test/S1/ST-01/1"
MEMORY = Path(":memory:")


@contextmanager
def opened() -> Iterator[SqliteStore]:
    store = SqliteStore(MEMORY)
    try:
        yield store
    finally:
        store.close()


def data_of(count: int, start: int = 0) -> list[bytes]:
    return [b"%d" % index for index in range(start, start + count)]


def hashes_of(count: int, start: int = 0) -> list[bytes]:
    return [merkle.leaf_hash(data) for data in data_of(count, start)]


def grow(store: SqliteStore, tree: Tree, count: int, log: str = "") -> None:
    """What ingest and book do: the leaves' bytes and their place in the tree, together."""
    first = tree.size()
    with store.transaction():
        tree.extend(hashes_of(count, first))
        numbered = list(enumerate(data_of(count, first), first))
        if log:
            rows = [(log, i, merkle.leaf_hash(d).hex(), d, i, "") for i, d in numbered]
            store.add_rows("entries", rows)
        else:
            store.add_rows("leaves", [(index, "x", data) for index, data in numbered])


def extend_and_fail(store: SqliteStore, tree: Tree, rows: list[Row]) -> None:
    tree.extend(hashes_of(len(rows), tree.size()))
    store.add_all("leaves", rows)


@pytest.mark.parametrize("log", ["", ORIGIN])
@settings(max_examples=25)
@given(st.lists(st.integers(1, 700), max_size=4), st.data())
def test_roots_and_proofs_are_those_of_the_whole_tree(
    log: str, batches: list[int], data: st.DataObject
) -> None:
    with opened() as store:
        tree = Tree(store, log)
        for count in batches:
            grow(store, tree, count, log)
            if data.draw(st.booleans(), "restart"):
                tree = Tree(store, log)
        size = sum(batches)
        hashes = hashes_of(size)
        assert tree.size() == size
        assert tree.root(size) == merkle.root_of(hashes)
        whole = merkle.subtrees_of(hashes)
        for _ in range(8 if size else 0):
            second = data.draw(st.integers(1, size))
            index = data.draw(st.integers(0, second - 1))
            assert tree.leaf(index) == hashes[index]
            assert tree.inclusion(index, second) == merkle.inclusion_proof(whole, index, second)
            first = data.draw(st.integers(1, second))
            assert tree.consistency(first, second) == merkle.consistency_proof(whole, first, second)


def test_a_second_level_of_tiles_begins_at_65536_leaves() -> None:
    size = WIDTH * WIDTH + 3 * WIDTH + 5
    with opened() as store:
        tree = Tree(store)
        grow(store, tree, WIDTH * WIDTH - 1)
        grow(store, tree, size - tree.size())
        assert [store.count("tiles", level=level) for level in (0, 1, 2)] == [WIDTH + 3, 1, 0]
        root = merkle.root_of(hashes_of(size))
        again = Tree(store)
        for index in (*range(0, size, 199), size - 1):
            for one in (tree, again):
                leaf, path = one.leaf(index), one.inclusion(index, size)
                assert merkle.verify_inclusion(leaf, index, size, path, root)
        assert len(again._held) <= TILES_HELD


def test_what_was_undone_is_forgotten() -> None:
    with opened() as store:
        tree = Tree(store)
        grow(store, tree, 300)
        lost = store.rows("leaves")
        with pytest.raises(AlreadyThere), store.transaction():
            extend_and_fail(store, tree, lost)
        tree.forget()
        assert (tree.size(), tree.root(300)) == (300, merkle.root_of(hashes_of(300)))


@pytest.mark.parametrize(
    "hole", ["DELETE FROM leaves WHERE idx = 600", "DELETE FROM tiles WHERE level = 0 AND idx = 1"]
)
@pytest.mark.covers("T10")
def test_a_hole_is_found_and_not_filled(hole: str) -> None:
    with opened() as store:
        grow(store, Tree(store), 700)
        store._connection.execute(f"DROP TRIGGER {hole.split()[2]}_no_delete")
        store._connection.execute(hole)
        with pytest.raises(Refusal, match="missing"):
            Tree(store).inclusion(300, 700)


def test_trees_are_read_once_and_bounded() -> None:
    with opened() as store:
        trees = Trees(store)
        first = trees.of("a")
        assert trees.of("a") is first
        for number in range(TREES_HELD):
            trees.of(str(number))
        assert trees.of("a") is not first
        newest = trees.of("0")
        trees.forget()
        assert trees.of("0") is not newest


@given(
    st.integers(0, 2**40),
    st.lists(st.binary(min_size=32, max_size=32), max_size=3),
    st.datetimes(timezones=st.just(UTC)),
)
def test_leaves_by_template_are_the_canonical_bytes(
    start: int, leaf_hashes: list[bytes], at: datetime
) -> None:
    expected = [
        EntryLeaf(origin=ORIGIN, index=index, leaf=leaf.hex(), received_at=at)
        for index, leaf in enumerate(leaf_hashes, start)
    ]
    made = entry_leaves(ORIGIN, start, leaf_hashes, at)
    assert made == [leaf.encode() for leaf in expected]
    assert [decode(data) for data in made] == expected


@pytest.mark.parametrize("log", ["", f"{PREFIX}/ST-01/1"])
@pytest.mark.covers("T10")
def test_fsck_finds_a_changed_tile(plant: Plant, log: str) -> None:
    station = plant.station()
    station.journal.append_many([("bench.note", {"n": n}) for n in range(WIDTH)])
    station.outbox.drain()
    assert examine(plant.parts) == []
    connection = plant.parts.store._connection  # type: ignore[attr-defined]
    connection.execute("DROP TRIGGER tiles_no_update")
    connection.execute("UPDATE tiles SET data = zeroblob(16320) WHERE log = ?", (log,))
    assert any("tile 0/0" in one for one in examine(plant.parts))
