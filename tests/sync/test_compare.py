from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import packfile
from sync.checkpoint import Checkpoint, cosign
from sync.compare import Outcome, Proof, Shown, compare, learn
from sync.compare_cli import main
from sync.container import write
from sync.keyring import line
from sync.keys import TestSigner, Verifier
from sync.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtrees_of,
)
from sync.tlog_witness import AddCheckpoint

ORIGIN = "lotbook.test/S1/LOG/1"
SERVER = TestSigner(ORIGIN, "server")
WITNESS = TestSigner("witness.test/w", "w")


def data(count: int, branch: int | None = None) -> list[bytes]:
    other = count if branch is None else branch
    return [b'{"n":%d,"other":%d}' % (n, n >= other) for n in range(count)]


def hashes(count: int, branch: int | None = None) -> list[bytes]:
    return [leaf_hash(one) for one in data(count, branch)]


def checkpoint(size: int, branch: int | None = None) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(hashes(size, branch)))


def shown(size: int, branch: int | None = None, leaves: tuple[int, ...] = ()) -> Shown:
    found = Shown(f"{size}/{branch}", checkpoint(size, branch))
    all_ = hashes(size, branch)
    for index in leaves:
        path = inclusion_proof(subtrees_of(all_), index, size)
        learn(found.nodes, found.checkpoint, all_[index], index, path)
    return found


@given(st.integers(1, 40), st.data())
def test_every_subtree_learnt_is_one_of_the_log(size: int, draw: st.DataObject) -> None:
    wanted = draw.draw(st.sets(st.integers(0, size - 1)))
    found, subtree = shown(size, None, tuple(wanted)), subtrees_of(hashes(size))
    assert all(subtree(level, index) == node for (level, index), node in found.nodes.items())
    assert {(0, index) for index in wanted} <= set(found.nodes)


@pytest.mark.covers("A08", "A09", "TC33")
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 29), st.data())
def test_never_a_wrong_word_about_two_histories(
    first: int, second: int, branch: int, draw: st.DataObject
) -> None:
    """Split is said only of histories that differ, consistent only of one history."""
    sizes = st.sets(st.integers(0, 29), max_size=6)
    ones = tuple(n for n in draw.draw(sizes) if n < first)
    twos = tuple(n for n in draw.draw(sizes) if n < second)
    (same,) = compare([shown(first, None, ones), shown(second, None, twos)])
    assert same.outcome in {Outcome.SAME, Outcome.CONSISTENT, Outcome.UNDECIDED}
    (other,) = compare([shown(first, None, ones), shown(second, branch, twos)])
    if branch < min(first, second):
        assert other.outcome in {Outcome.SPLIT, Outcome.UNDECIDED}
        if any(n in ones and n in twos for n in range(branch, 30)):
            assert other.outcome is Outcome.SPLIT


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 29))
def test_with_a_proof_everything_is_decided(first: int, more: int, branch: int) -> None:
    second = first + more
    proof = Proof(
        first, second, tuple(consistency_proof(subtrees_of(hashes(second)), first, second))
    )
    (found,) = compare([shown(second), shown(first)], [proof])
    assert found.outcome is Outcome.CONSISTENT
    assert found.first.checkpoint.size == first
    if branch < first:
        (found,) = compare([shown(second, branch), shown(first)], [proof])
        assert found.outcome is not Outcome.CONSISTENT


def test_what_can_be_said_without_a_proof() -> None:
    (exact,) = compare([shown(7), shown(12, None, (6, 11))])
    assert exact.outcome is Outcome.CONSISTENT
    (early,) = compare([shown(7), shown(12, 3, (6, 11))])
    assert early.outcome is Outcome.SPLIT
    (none,) = compare([shown(7), shown(12)])
    assert none.outcome is Outcome.UNDECIDED
    (empty,) = compare([shown(0), shown(12)])
    assert empty.outcome is Outcome.CONSISTENT
    other = Shown("x", Checkpoint("other", 7, bytes(32)))
    (foreign,) = compare([shown(7), other])
    assert foreign.outcome is Outcome.OTHER_LOG
    found = shown(7)
    learn(found.nodes, found.checkpoint, node_hash(b"", b""), 3, [])
    assert not found.nodes


def pack(path: Path, size: int, branch: int | None = None, leaves: tuple[int, ...] = ()) -> str:
    """As much of an evidence pack as a comparison looks at."""
    note = cosign(checkpoint(size, branch).sign(SERVER), WITNESS, 1_772_000_000)
    subtree = subtrees_of(hashes(size, branch))
    paths = {index: inclusion_proof(subtree, index, size) for index in leaves}
    members = {packfile.leaf_name(index): data(size, branch)[index] for index in leaves}
    members |= {
        packfile.README: b"", packfile.MANIFEST: b"{}", packfile.SIGNATURE: b"",
        packfile.CHECKPOINT: note.encode(), packfile.LEAF_PATHS: packfile.write_paths(paths),
    }  # fmt: skip
    path.write_bytes(write(members))
    return str(path)


@pytest.fixture
def keys(tmp_path: Path) -> str:
    lines = [
        line("server", ORIGIN, Verifier.of(SERVER)),
        line("witness", WITNESS.name, Verifier.of(WITNESS)),
    ]
    path = tmp_path / "keys.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.covers("T11", "TC33", "A09")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_two_packs_of_two_histories_are_told_with_roots_and_sizes(
    language: str, tmp_path: Path, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (size, leaves) in enumerate([(9, (4,)), (12, (4, 7))]):
        one = pack(tmp_path / f"{number}a.zip", 9, None, (4,))
        two = pack(tmp_path / f"{number}b.zip", size, 3, leaves)
        assert main([one, two, "--keys", keys, "--language", language]) == 1
        said = capsys.readouterr().out
        for each in (checkpoint(9), checkpoint(size, 3)):
            assert each.root.hex() in said
            assert str(each.size) in said
        assert WITNESS.name in said
        assert ("TWO HISTORIES" in said) is (language == "en")


def test_one_history_is_told_and_what_needs_a_proof(
    tmp_path: Path, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = pack(tmp_path / "1.zip", 7, None, (4,)), pack(tmp_path / "2.zip", 12, None, (4,))
    assert main([one, one, "--keys", keys]) == 0
    assert main([one, two, "--keys", keys]) == 3
    assert "lotbook-server proof 7 12" in capsys.readouterr().out
    hashes_ = tuple(consistency_proof(subtrees_of(hashes(12)), 7, 12))
    proof = tmp_path / "proof.txt"
    proof.write_text(AddCheckpoint(7, hashes_, checkpoint(12).sign(SERVER)).text(), "utf-8")
    assert main([one, two, "--keys", keys, "--proof", str(proof)]) == 0
    assert main([one, str(proof), "--keys", keys]) == 0
    note = tmp_path / "seen.note"
    note.write_text(checkpoint(12, 3).sign(SERVER), "utf-8")
    assert main([one, two, str(note), "--keys", keys, "--proof", str(proof)]) == 1


def test_what_cannot_be_used_is_said(
    tmp_path: Path, keys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = pack(tmp_path / "1.zip", 7)
    bad = tmp_path / "bad"
    for content in (
        b"", b"old x\n\nnote", b"x" * 100, b"old 0\n\nnote", checkpoint(7).sign(WITNESS).encode()
    ):  # fmt: skip
        bad.write_bytes(content)
        assert main([good, str(bad), "--keys", keys]) == 2
        assert str(bad) in capsys.readouterr().err
    assert main([good, "--keys", keys]) == 2
    assert main([good, good, "--keys", str(tmp_path / "none")]) == 2
    assert main([good, good, "--keys", good]) == 2
    assert main([good, good, "--keys", keys, "--proof", good]) == 0
    bad.write_bytes(b"old 0\n\nnote")
    assert main([good, good, "--keys", keys, "--proof", str(bad)]) == 2
    with bad.open("wb") as file:
        file.truncate(600_000_000)
    assert main([good, str(bad), "--keys", keys]) == 2
