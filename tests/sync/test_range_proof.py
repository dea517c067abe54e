from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical
from sync.global_leaf import entry_leaves, leaves_of
from sync.merkle import inclusion_proof, leaf_hash, root_of, subtrees_of
from sync.range_proof import range_proof, verify_range
from sync.receipt import Receipt

LEAVES = [leaf_hash(bytes([n])) for n in range(130)]


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int, int]:
    size = draw(st.integers(1, len(LEAVES)))
    start = draw(st.integers(0, size - 1))
    return start, draw(st.integers(start + 1, size)), size


@pytest.mark.covers("A11")
@given(found=ranges(), data=st.data())
def test_a_range_is_proved_and_nothing_else_is(
    found: tuple[int, int, int], data: st.DataObject
) -> None:
    start, stop, size = found
    root = root_of(LEAVES[:size])
    proof = range_proof(subtrees_of(LEAVES[:size]), start, stop, size)
    inside = LEAVES[start:stop]
    assert verify_range(inside, start, size, proof, root)
    assert not verify_range(inside, start, size, [*proof, root], root)
    assert not verify_range(inside, start, size, [*proof, b"short"], root)
    assert not verify_range(inside, start, size, proof, LEAVES[0] if size > 1 else root[::-1])
    assert not verify_range([], start, size, proof, root)
    assert not verify_range(inside, -1, size, proof, root)
    if proof:
        assert not verify_range(inside, start, size, proof[:-1], root)
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:at], proof[at][::-1], *proof[at + 1 :]]
        assert not verify_range(inside, start, size, wrong, root)
    other = data.draw(st.integers(0, size))
    if other != start:
        assert not verify_range(inside, other, size, proof, root)
    at = data.draw(st.integers(0, len(inside) - 1))
    swapped = [*inside[:at], inside[at][::-1], *inside[at + 1 :]]
    assert not verify_range(swapped, start, size, proof, root)


@given(found=ranges())
def test_one_leaf_has_the_hashes_of_its_inclusion_proof(found: tuple[int, int, int]) -> None:
    start, _, size = found
    subtree = subtrees_of(LEAVES[:size])
    one = range_proof(subtree, start, start + 1, size)
    assert sorted(one) == sorted(inclusion_proof(subtree, start, size))


@pytest.mark.parametrize(("start", "stop", "size"), [(0, 0, 5), (3, 2, 5), (0, 6, 5), (-1, 2, 5)])
def test_a_range_that_is_none_has_no_proof(start: int, stop: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the log"):
        range_proof(subtrees_of(LEAVES[:5]), start, stop, size)


def test_a_huge_size_is_no_endless_walk() -> None:
    assert not verify_range(LEAVES[:1], 0, 2**70, [], LEAVES[0])
    assert not verify_range(LEAVES[:1], 2**62, 2**63, [LEAVES[1]] * 10, LEAVES[0])


def test_a_station_computes_the_leaves_its_receipt_promises() -> None:
    receipt = Receipt("lotbook.test/S1/ST-01/1", 9, bytes(32), "2026-03-02T08:00:00+00:00", 40, 42)
    bytes_of = entry_leaves(receipt.origin, 7, LEAVES[7:9], receipt.time)
    assert leaves_of(receipt, LEAVES[7:9]) == [leaf_hash(one) for one in bytes_of]
    body = {
        "v": 1, "kind": "entry", "origin": receipt.origin, "index": 8, "leaf": LEAVES[8].hex(),
        "received_at": receipt.time,
    }  # fmt: skip
    assert bytes_of[1] == canonical.dumps(body)
