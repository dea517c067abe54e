from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import merkle
from tests.sync.plant import rows

SIZES = st.integers(1, 70)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(bytes([i])) for i in range(count)]


def naive_root(nodes: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if not nodes:
        return sha256(b"").digest()
    if len(nodes) == 1:
        return nodes[0]
    k = 1
    while k * 2 < len(nodes):
        k *= 2
    return sha256(b"\x01" + naive_root(nodes[:k]) + naive_root(nodes[k:])).digest()


@given(st.integers(0, 130))
def test_compact_range_has_the_rfc_root_and_goes_on_from_its_bytes(count: int) -> None:
    half = merkle.CompactRange()
    for leaf in leaves(count)[: count // 2]:
        half.append(leaf)
    range_ = merkle.CompactRange.from_bytes(half.size, half.to_bytes())
    for leaf in leaves(count)[count // 2 :]:
        range_.append(leaf)
    assert range_.root() == naive_root(leaves(count)) == merkle.root_of(leaves(count))
    assert half.size == count // 2


@given(SIZES, st.data())
def test_inclusion_proofs(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = merkle.root_of(hashes)
    proof = merkle.inclusion_proof(merkle.subtrees_of(hashes), index, size)
    assert merkle.verify_inclusion(hashes[index], index, size, proof, root)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(hashes[index], size, size, proof, root)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*proof, b"short"], root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not merkle.verify_inclusion(hashes[index], other, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(hashes[index], index, size, proof[:-1], root)


@given(SIZES, st.data())
def test_consistency_proofs(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    hashes = leaves(second)
    old, new = merkle.root_of(hashes[:first]), merkle.root_of(hashes)
    proof = merkle.consistency_proof(merkle.subtrees_of(hashes), first, second)
    assert merkle.verify_consistency(first, second, proof, old, new)
    wrong = merkle.leaf_hash(b"wrong")
    assert not merkle.verify_consistency(first, second, proof, wrong, new)
    assert not merkle.verify_consistency(first, second, proof, old, wrong)
    assert not merkle.verify_consistency(first, second, [*proof, new], old, new)
    if proof:
        assert not merkle.verify_consistency(first, second, proof[:-1], old, new)


@pytest.mark.covers("A11")
def test_proof_corpus(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/merkle/proofs.jsonl"):
        proof = [base64.b64decode(str(node)) for node in case["proof"] or ()]  # type: ignore[attr-defined]
        good = _inclusion(case, proof) if case["kind"] == "inclusion" else _consistency(case, proof)
        assert good is not case["wantErr"], case["id"]


def _inclusion(case: dict[str, object], proof: list[bytes]) -> bool:
    leaf, root = base64.b64decode(str(case["leafHash"])), base64.b64decode(str(case["root"]))
    index, size = int(str(case["leafIdx"])), int(str(case["treeSize"]))
    return merkle.verify_inclusion(leaf, index, size, proof, root)


def _consistency(case: dict[str, object], proof: list[bytes]) -> bool:
    roots = [base64.b64decode(str(case[name])) for name in ("root1", "root2")]
    sizes = [int(str(case[name])) for name in ("size1", "size2")]
    return merkle.verify_consistency(sizes[0], sizes[1], proof, roots[0], roots[1])


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="bit"):
        merkle.CompactRange(3, [b"x" * 32])
    with pytest.raises(ValueError, match="index"):
        merkle.inclusion_proof(merkle.subtrees_of([]), 0, 0)
    with pytest.raises(ValueError, match="sizes"):
        merkle.consistency_proof(merkle.subtrees_of([]), 0, 1)
    assert not merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)


@given(SIZES, st.data())
def test_a_proof_also_gives_the_root_of_the_log_that_ended_there(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    nodes = leaves(size)
    proof = merkle.inclusion_proof(merkle.subtrees_of(nodes), index, size)
    found = merkle.root_up_to(nodes[index], index, size, proof)
    assert found == naive_root(nodes[: index + 1])
