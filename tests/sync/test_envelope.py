from __future__ import annotations

import pytest

from sync import canonical, envelope
from sync.clock import Timekeeper
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
