from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical, envelope
from sync.clock import Stamp, Timekeeper
from sync.testing import ManualClock
from tests.sync.plant import ORIGIN

AT = Timekeeper(ManualClock()).stamp()
DATA = envelope.seal("test.entry", ORIGIN, 3, AT, {"a": 1})


def test_an_entry_is_read_back() -> None:
    found = envelope.check(DATA)
    assert (found.kind, found.origin, found.index, found.body) == (
        "test.entry",
        ORIGIN,
        3,
        {"a": 1},
    )
    assert found.at == AT


@pytest.mark.covers("F45", "A41")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"index":3', b'"index":-3'),
        (b'"index":3', b'"index":"3"'),
        (b'"index":3', b'"index":3,"index":3'),
        (b'"index":3', b'"index":3,"extra":1'),
        (b'"kind":"test.entry"', b'"kind":"TEST"'),
        (b'"quality":"free"', b'"quality":"perfect"'),
        (b"2026-03-02T", b"yesterday"),
        (AT.wall[-6:].encode(), b""),
        (b'"body":{"a":1}', b'"body":[]'),
        (b'"body":{"a":1}', b'"body":{"a":1.5}'),
    ],
)
def test_anything_else_is_no_entry(old: bytes, new: bytes) -> None:
    assert old in DATA
    with pytest.raises(envelope.BadEnvelope):
        envelope.check(DATA.replace(old, new))


def test_only_entries_of_the_form_are_sealed() -> None:
    for kind, body in (("Bad kind", {}), ("test.entry", {"x": "y" * 70_000})):
        with pytest.raises(canonical.NotCanonical):
            envelope.seal(kind, ORIGIN, 0, AT, body)


@pytest.mark.parametrize("origin", ["", "a/b/c", "a/b/c/0", "a/b/c/1/2", "a/ b/c/1", "a/b/c/1\n"])
def test_an_origin_is_plain(origin: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        envelope.check_origin(origin)


BODIES = st.dictionaries(
    st.text("abcXYZ_09", min_size=1, max_size=4),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner),
        max_leaves=8,
    ),
    max_size=4,
)
STAMPS = st.builds(
    Stamp,
    wall=st.just(AT.wall),
    mono_ns=st.integers(0, 2**52),
    boot=st.text(),
    offset_ms=st.none() | st.integers(-(10**9), 10**9),
    sync_age_s=st.none() | st.integers(0, 10**6),
    quality=st.sampled_from(["anchored", "free", "unknown"]),
)


@given(st.text(), st.integers(-1, 2**53), STAMPS, BODIES)
def test_the_template_writes_the_canonical_bytes(
    origin: str, index: int, at: Stamp, body: dict[str, object]
) -> None:
    whole = {
        "v": 1,
        "kind": "a/b-c",
        "origin": origin,
        "index": index,
        "at": msgspec.to_builtins(at),
        "body": body,
    }
    try:
        expected = canonical.dumps(whole)
    except canonical.NotCanonical:
        expected = b""
    if not expected or index < 0:
        with pytest.raises(canonical.NotCanonical):
            envelope.seal("a/b-c", origin, index, at, body)
    else:
        assert envelope.seal("a/b-c", origin, index, at, body) == expected


@pytest.mark.covers("A41")
@pytest.mark.parametrize("index", [-1, canonical.INT_LIMIT])
def test_an_index_is_a_number_from_nought(index: int) -> None:
    with pytest.raises(canonical.NotCanonical, match="an index is a number"):
        envelope.seal("test.entry", ORIGIN, index, AT, {})


def test_the_envelope_counts_in_the_depth_of_its_body() -> None:
    nested: object = 1
    for _ in range(canonical.DEPTH_LIMIT - 2):
        nested = [nested]
    assert envelope.seal("deep", ORIGIN, 0, AT, {"a": nested})
    with pytest.raises(canonical.NotCanonical, match="deep"):
        envelope.seal("deep", ORIGIN, 0, AT, {"a": [nested]})
