"""Push bodies and entry lists as bytes: length-prefixed in one zstd frame, bounded when read."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

import zstandard

from sync.canonical import ENTRY_LIMIT
from sync.checkpoint import NOTE_LIMIT

MAGIC = b"LBP1"
BODY_LIMIT = 8 * 1024 * 1024
"""Most bytes of a body after decompression; a compressed body may not be longer either."""
BATCH_BYTES = 4 * 1024 * 1024
"""Most bytes of entries a sender puts in one batch."""
BATCH_ENTRIES = 2_000
"""Most entries a sender puts in one batch."""
ENTRIES_LIMIT = 20_000
"""Most entries of a body that is read."""
PUSH_TYPE = "application/vnd.lotbook.push+zstd"
ENTRIES_TYPE = "application/vnd.lotbook.entries+zstd"
_LEVEL = 3
_VARINT_BITS = 35


class BadFrame(ValueError):
    """The body is damaged, too large, or has bytes left over."""


class PushBody(NamedTuple):
    """What a push carries."""

    entries: tuple[bytes, ...]
    head: str
    """Signed note of the station's log after the last entry."""


def pack_push(entries: Iterable[bytes], head: str) -> bytes:
    """Body of a push."""
    return _compress([*_framed(entries), _prefixed(head.encode())])


def unpack_push(data: bytes) -> PushBody:
    """Read a push body. Raises BadFrame."""
    raw = _decompress(data)
    entries, at = _read_entries(raw)
    head, at = _read_piece(raw, at, NOTE_LIMIT)
    _nothing_left(raw, at)
    try:
        return PushBody(tuple(entries), head.decode())
    except UnicodeDecodeError as error:
        raise BadFrame("the head is not UTF-8") from error


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Body that answers a pull."""
    return _compress(_framed(entries))


def unpack_entries(data: bytes) -> tuple[bytes, ...]:
    """Read a pull's answer. Raises BadFrame."""
    raw = _decompress(data)
    entries, at = _read_entries(raw)
    _nothing_left(raw, at)
    return tuple(entries)


class _Contexts(threading.local):
    """Each thread's own: to make them takes longer than to pack and read a live push."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=BODY_LIMIT)


_contexts = _Contexts()


def _compress(pieces: list[bytes]) -> bytes:
    return _contexts.compressor.compress(b"".join(pieces))


def _decompress(data: bytes) -> bytes:
    if len(data) > BODY_LIMIT:
        raise BadFrame("the body is too long")
    try:
        declared = zstandard.frame_content_size(data)
        if declared > BODY_LIMIT:
            raise BadFrame("the body is too long when decompressed")
        raw = _contexts.decompressor.decompress(
            data, max_output_size=BODY_LIMIT, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise BadFrame(str(error)) from error
    if raw[: len(MAGIC)] != MAGIC:
        raise BadFrame("not a Lotbook body")
    return raw


def _framed(entries: Iterable[bytes]) -> list[bytes]:
    return [MAGIC, *(_prefixed(entry) for entry in entries), b"\x00"]


def _prefixed(piece: bytes) -> bytes:
    length, out = len(piece), bytearray()
    while length > 0x7F:  # noqa: PLR2004  seven bits a byte
        out.append(length & 0x7F | 0x80)
        length >>= 7
    out.append(length)
    return bytes(out) + piece


def _read_entries(raw: bytes) -> tuple[list[bytes], int]:
    at = len(MAGIC)
    entries: list[bytes] = []
    while True:
        entry, at = _read_piece(raw, at, ENTRY_LIMIT)
        if not entry:
            return entries, at
        entries.append(entry)
        if len(entries) > ENTRIES_LIMIT:
            raise BadFrame("too many entries")


def _read_piece(raw: bytes, at: int, limit: int) -> tuple[bytes, int]:
    length, at = _read_length(raw, at)
    if length > limit or at + length > len(raw):
        raise BadFrame("a piece is too long or cut off")
    return raw[at : at + length], at + length


def _read_length(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if at >= len(raw):
            raise BadFrame("cut off")
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  last byte
            if shift and byte == 0:
                raise BadFrame("a length in a second spelling")
            return value, at
    raise BadFrame("a length without end")


def _nothing_left(raw: bytes, at: int) -> None:
    if at != len(raw):
        raise BadFrame("bytes left over")
