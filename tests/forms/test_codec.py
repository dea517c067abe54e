"""Entries to builtins and bytes and back, with hostile input."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import codec, entries
from forms.terms import Quantity
from tests.forms.build import History
from tests.forms.documents import sample_master, sample_pack

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def a_reading() -> tuple[str, dict[str, Any]]:
    history = History().to_weighing().weigh("0.3500")
    entry = history.records[-1].entry
    assert isinstance(entry, entries.MeasurementTaken)
    kind, body = codec.encode(entry)
    return kind, body


@pytest.mark.covers("P11-10a", "ALC-A")
def test_every_kind_of_a_whole_job_comes_back_equal() -> None:
    history = History().to_release()
    for recorded in history.records:
        assert not isinstance(recorded.entry, entries.Unread)
        kind, body = codec.encode(recorded.entry)
        assert kind == codec.kind_of(recorded.entry)
        assert "type" not in body
        assert codec.decode(kind, orjson.loads(orjson.dumps(body))) == recorded.entry


def test_the_digits_of_the_instrument_are_kept() -> None:
    kind, body = a_reading()
    assert body["taken"]["quantity"] == {"value": "0.3500", "unit": "g"}
    back = codec.decode(kind, body)
    assert isinstance(back, entries.MeasurementTaken)
    assert back.taken.quantity is not None
    assert str(back.taken.quantity.value) == "0.3500"


@pytest.mark.covers("F56")
@pytest.mark.parametrize("digits", ["0.0000000", "0.00000012", "-0.00000001", "1E-9", "5E+1"])
def test_small_and_round_amounts_are_written_so_that_they_are_read(digits: str) -> None:
    """Python writes them with an exponent; a record so written would be unreadable for ever."""
    history = History().to_weighing()
    history.weigh(digits)
    written = history.records[-1].entry
    assert isinstance(written, entries.MeasurementTaken)
    kind, body = codec.encode(written)
    assert codec.decode(kind, body) == written
    assert body["taken"]["quantity"]["value"] == f"{Decimal(digits):f}"  # type: ignore[index]


@pytest.mark.covers("F45")
def test_a_newer_stations_fields_are_ignored_and_kinds_kept() -> None:
    kind, body = a_reading()
    assert codec.decode(kind, {**body, "mood": "good"}) == codec.decode(kind, body)
    unread = codec.decode("robot.danced", body)
    assert unread == entries.Unread(kind="robot.danced", body=body)


@pytest.mark.covers("F26")
@pytest.mark.parametrize(
    "value", ["1E+9", "nan", "Infinity", "\uff112", "1_2", " 1", "", 12, 1.5, None]
)
def test_amounts_are_plain_digits(value: object) -> None:
    kind, body = a_reading()
    body["taken"]["quantity"]["value"] = value
    assert isinstance(codec.decode(kind, body), entries.Unread)


@pytest.mark.parametrize("body", [None, 1, "x", [], {1: 2}, {"context": {"station": 1}}])
def test_a_body_that_does_not_fit_is_unread(body: object) -> None:
    assert isinstance(codec.decode("confirmed", body), entries.Unread)


def test_size_and_depth_are_bounded() -> None:
    deep: object = []
    for _ in range(100):
        deep = [deep]
    kind, body = a_reading()
    assert isinstance(codec.decode(kind, {**body, "x": deep}), entries.Unread)
    assert isinstance(codec.decode(kind, {**body, "x": [0] * 20_001}), entries.Unread)
    assert isinstance(codec.decode(kind, {**body, "x": 0.5}), entries.Unread)


@pytest.mark.covers("P11-10a")
@given(st.sampled_from(sorted(codec.KINDS)), JSON)
def test_decoding_never_raises(kind: str, body: object) -> None:
    codec.decode(kind, body)


@given(
    st.sampled_from(sorted(codec.KINDS)),
    JSON,
    st.sampled_from(["context", "taken", "scan", "covers"]),
)
def test_decoding_a_damaged_body_never_raises(kind: str, value: object, at: str) -> None:
    _, body = a_reading()
    codec.decode(kind, {**body, at: value})


def test_canonical_bytes_are_sorted_json() -> None:
    pack = sample_pack()
    data = codec.canonical(pack)
    assert orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS) == data
    assert codec.decode_work_pack(data) == pack
    master = sample_master()
    assert codec.decode_master(codec.canonical(master)) == master
    assert len(codec.digest(master)) == 64


@pytest.mark.covers("TC35")
def test_a_pack_whose_master_is_not_the_one_named_is_refused() -> None:
    pack = sample_pack()
    approved = msgspec.structs.replace(pack.masters[0], digest="0" * 64)
    bad = msgspec.structs.replace(pack, masters=(approved,))
    with pytest.raises(ValueError, match="does not match its digest"):
        codec.decode_work_pack(codec.canonical(bad))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b"{}", b"[" * 100_000, b" " * 1_000_001]
)
def test_bytes_that_are_no_master_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WorkMaster"):
        codec.decode_master(data)


def test_text_digest_is_over_utf8() -> None:
    assert codec.text_digest("中") == hashlib.sha256(b"\xe4\xb8\xad").hexdigest()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+500"])
def test_a_master_whose_limits_are_no_plain_numbers_is_refused(number: str) -> None:
    """Judging by such a limit would fail, or let everything pass."""
    master = codec.canonical(sample_master())
    altered = master.replace(b'"high":"0.50"', f'"high":"{number}"'.encode())
    assert altered != master
    with pytest.raises(ValueError, match="plain numbers"):
        codec.decode_master(altered)


def test_a_quantity_is_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        Quantity(value=Decimal("nan"), unit="g")
