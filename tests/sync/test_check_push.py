from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.check_push import Accepted, ForkFound, GapFound, LeafList, Refused, check_push
from sync.checkpoint import Checkpoint
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from tests.sync.plant import ORIGIN

STATION = TestSigner(ORIGIN, "station")
KEY = Verifier.of(STATION)
A = [f"a{n}".encode() for n in range(20)]
B = [*A[:5], *(f"b{n}".encode() for n in range(5, 20))]


def kept(entries: list[bytes]) -> LeafList:
    return LeafList(ORIGIN, [leaf_hash(entry) for entry in entries])


def head(entries: list[bytes], signer: TestSigner = STATION, origin: str = ORIGIN) -> str:
    root = root_of(leaf_hash(entry) for entry in entries)
    return Checkpoint(origin, len(entries), root).sign(signer)


@pytest.mark.covers("A33", "A34")
@given(st.integers(0, 20), st.data())
def test_any_honest_push_ends_the_same(have: int, data: st.DataObject) -> None:
    from_ = data.draw(st.integers(0, 20))
    to = data.draw(st.integers(from_, 20))
    verdict = check_push(kept(A[:have]), KEY, from_, A[from_:to], head(A[:to]))
    if from_ > have:
        assert isinstance(verdict, GapFound)
        assert (verdict.have, verdict.root) == (have, root_of(map(leaf_hash, A[:have])))
        return
    assert isinstance(verdict, Accepted)
    assert verdict.start == have
    assert [*A[:have], *verdict.new] == A[: max(have, to)]
    assert verdict.range.root() == root_of(map(leaf_hash, A[: max(have, to)]))
    assert list(verdict.leaves) == [leaf_hash(entry) for entry in verdict.new]


@pytest.mark.covers("A39", "A26", "TC33", "TC34")
@pytest.mark.parametrize(("from_", "to"), [(0, 10), (5, 8), (3, 20), (10, 10), (7, 7), (5, 20)])
def test_another_history_under_the_same_key_is_a_proof(from_: int, to: int) -> None:
    verdict = check_push(kept(A[:10]), KEY, from_, B[from_:to], head(B[:to]))
    assert isinstance(verdict, ForkFound)
    assert verdict.have == 10
    assert 5 <= verdict.index <= 10


@pytest.mark.covers("A02", "A03", "A04", "TC12", "TC20", "TC23", "F44")
def test_deleted_swapped_inserted_or_hurt_entries_are_refused() -> None:
    for entries in (
        [*A[10:14], A[15], A[14]],
        [*A[10:15], b"x"],
        [A[10], *A[10:15]],
        [*B[3:5], b"hurt", *A[6:16]][:13],
    ):
        from_ = 3 if b"hurt" in entries else 10
        verdict = check_push(kept(A[:10]), KEY, from_, entries, head(A[:16]))
        assert isinstance(verdict, Refused)
        assert verdict.code == "damaged"


@pytest.mark.covers("TC09", "A44")
@pytest.mark.parametrize("spelled", [b'{"n": 1}', b'{"n":1} ', b'{"\\u006e":1}'])
def test_an_entry_spelled_anew_is_another_entry(spelled: bytes) -> None:
    """What is signed are the bytes, not what they say."""
    entries = [b'{"n":0}', b'{"n":1}']
    verdict = check_push(kept(entries[:1]), KEY, 1, [spelled], head(entries))
    assert isinstance(verdict, Refused)
    assert verdict.code == "damaged"


@pytest.mark.covers("A13", "A14", "TC22", "TC18")
def test_other_keys_origins_and_sizes_are_refused() -> None:
    other = TestSigner(ORIGIN, "other")
    far = "lotbook.test/S1/ST-02/1"
    log = kept(A[:3])
    cases = {
        "bad-head": [
            (3, A[3:5], head(A[:5], other)),
            (3, A[3:5], head(A[:5], STATION, far)),
            (3, A[3:5], "no note"),
        ],
        "wrong-size": [(3, A[3:6], head(A[:5])), (-1, A[:6], head(A[:5]))],
        "entry-too-large": [
            (3, [b"x" * 65_536], head([*A[:3], b"x" * 65_536])),
            (3, [b""], head([*A[:3], b""])),
        ],
    }
    for code, pushes in cases.items():
        for from_, entries, note in pushes:
            verdict = check_push(log, KEY, from_, entries, note)
            assert isinstance(verdict, Refused)
            assert verdict.code == code
