from __future__ import annotations

import base64
import json
import unicodedata
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical
from tests.sync.plant import rows

BIG = 4_000_000
TEXT = st.text().map(lambda text: unicodedata.normalize("NFC", text))
NAMES = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value: object) -> None:
    data = canonical.dumps(value)
    assert canonical.loads_any(data, BIG) == value
    assert canonical.dumps(canonical.loads_any(data, BIG)) == data
    # RFC 8785 for this profile: the standard library's sorted, tight, unescaped output.
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert json.loads(data) == json.loads(plain)


@pytest.mark.covers("A41")
@pytest.mark.parametrize(
    "value",
    [1.0, 2**53, -(2**53), {"é": 1}, {1: 2}, "e\u0301", "\ud800", b"x", {"a": {1, 2}}],
)
def test_values_outside_the_profile_are_refused(value: object) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(value)


def test_nesting_is_bounded() -> None:
    value: object = 1
    for _ in range(canonical.DEPTH_LIMIT):
        value = [value]
    canonical.dumps(value)
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps([value])


@pytest.mark.covers("A41")
@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"a":2}}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":18446744073709551616}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        '{"a":"e\u0301"}'.encode(),
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":' + b"[" * 900 + b"]" * 900 + b',"a":1}',
        b"[" * 100_000,
        b"[]",
        b'{"a":"' + b"x" * 65_535 + b'"}',
    ],
)
def test_bytes_outside_the_profile_are_refused(data: bytes) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.loads(data)


def test_a_body_from_elsewhere_with_spaces_and_other_order_is_read() -> None:
    assert canonical.loads(b'{ "b" : 1, "a" : [ true, null ] }') == {"b": 1, "a": [True, None]}


def test_json_corpus(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/json/parsing.jsonl"):
        data = _data(case)
        try:
            canonical.loads_any(data, BIG)
            accepted = True
        except canonical.NotCanonical:
            accepted = False
        if case["expect"] == "reject":
            assert not accepted, case["id"]
        if case["expect"] == "accept" and not accepted:
            assert _outside_profile(data), case["id"]


def _data(case: dict[str, object]) -> bytes:
    if "repeat" in case:
        text, times = cast("tuple[str, int]", case["repeat"])
        return (text * times + str(case.get("suffix", ""))).encode()
    return base64.b64decode(str(case["data_b64"]))


def _outside_profile(data: bytes) -> bool:
    floats: list[str] = []
    value = json.loads(data, parse_float=floats.append)
    text = json.dumps(value, ensure_ascii=False)
    return bool(floats) or not text.isascii() or "\\ud" in json.dumps(value)


def test_transform_and_jcs_corpora(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/json/transform.jsonl"):
        try:
            once = canonical.dumps(canonical.loads_any(_data(case)))
        except canonical.NotCanonical:
            continue
        assert canonical.dumps(canonical.loads_any(once)) == once
    for case in rows(shared / "corpora/trust/jcs/documents.jsonl"):
        data = base64.b64decode(str(case["input_b64"]))
        try:
            made = canonical.dumps(canonical.loads_any(data))
        except canonical.NotCanonical:
            continue
        assert made == base64.b64decode(str(case["expect_b64"])), case["id"]
