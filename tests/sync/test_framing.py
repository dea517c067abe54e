from __future__ import annotations

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync.framing import (
    BODY_LIMIT,
    ENTRIES_LIMIT,
    MAGIC,
    BadFrame,
    pack_entries,
    pack_push,
    unpack_entries,
    unpack_push,
)

ENTRIES = st.lists(st.binary(min_size=1, max_size=300), max_size=20)


@given(ENTRIES, st.text(max_size=100))
def test_a_body_is_read_back(entries: list[bytes], head: str) -> None:
    head = head.encode("utf-8", "replace").decode()
    body = unpack_push(pack_push(entries, head))
    assert body.entries == tuple(entries)
    assert body.head == head
    assert unpack_entries(pack_entries(entries)) == tuple(entries)


@given(st.binary(max_size=200))
def test_garbage_is_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_push(data)
    with pytest.raises(BadFrame):
        unpack_entries(squeeze(MAGIC + b"\x05" + data[:4]))


def squeeze(raw: bytes, *, sized: bool = True) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=sized).compress(raw)


@pytest.mark.covers("F29")
def test_every_cut_is_refused() -> None:
    data = pack_push([b"entry one", b"entry two"], "head")
    for at in range(len(data)):
        with pytest.raises(BadFrame):
            unpack_push(data[:at])


@pytest.mark.covers("A42")
@pytest.mark.parametrize(
    "data",
    [
        squeeze(bytes(BODY_LIMIT * 4)),
        squeeze(MAGIC + bytes(BODY_LIMIT)),
        squeeze(MAGIC + (b"\xff\xff\x03" + bytes(65_535)) * 130 + b"\x00\x01h"),
        bytes(BODY_LIMIT + 1),
        pack_push([b"x"], "h") + b"trailing",
        pack_push([b"x"], "h") + pack_push([b"x"], "h"),
        squeeze(b"LBP2\x00\x00"),
        squeeze(MAGIC + b"\x00\x00left over"),
        squeeze(MAGIC + b"\x80\x80\x04" + bytes(65_536) + b"\x00\x00"),
        squeeze(MAGIC + b"\x81\x00x\x00\x00"),
        squeeze(MAGIC + b"\xff\xff\xff\xff\xff\xff\x00"),
        squeeze(MAGIC + b"\x01"),
        squeeze(MAGIC + b"\x00\x01\xff"),
        squeeze(MAGIC + b"\x01x" * (ENTRIES_LIMIT + 1) + b"\x00\x00"),
    ],
)
def test_bombs_trailing_bytes_and_wrong_lengths_are_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_push(data)


def test_a_body_without_declared_size_is_read_and_bounded() -> None:
    stream = zstandard.ZstdCompressor().compressobj()
    unsized = stream.compress(MAGIC + b"\x01x\x00\x01h") + stream.flush()
    assert unpack_push(unsized).entries == (b"x",)
    bomb = zstandard.ZstdCompressor().compressobj()
    with pytest.raises(BadFrame):
        unpack_push(bomb.compress(MAGIC + bytes(BODY_LIMIT * 4)) + bomb.flush())


def test_the_longest_entry_travels() -> None:
    assert unpack_entries(pack_entries([b"x" * 65_535])) == (b"x" * 65_535,)
