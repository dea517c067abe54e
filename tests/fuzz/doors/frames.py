"""Doors for carried bytes: push bodies and entry lists in zstd, pipes between processes."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

import msgspec
import zstandard

from devices.looks import Ask, Look
from devices.messages import read_line, read_message
from sync.framing import (
    BODY_LIMIT,
    BadFrame,
    pack_entries,
    pack_push,
    unpack_entries,
    unpack_push,
)
from tests.fuzz.doors import samples
from tests.fuzz.doors.inputs import hurt
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Check, Inputs, Target, same

_PACK = zstandard.ZstdCompressor(level=1)
_BOMB = zstandard.ZstdCompressor(level=19).compress(bytes(4 * BODY_LIMIT))
_SILENT_BOMB = zstandard.ZstdCompressor(level=19, write_content_size=False).compress(
    bytes(4 * BODY_LIMIT)
)
_BODIES = [pack_push(samples.ENTRIES, samples.HEAD), pack_entries(samples.ENTRIES[:3])]
_RAW = [zstandard.decompress(body) for body in _BODIES] + [b"LBP1\x00\x00", b"LBP1" + b"\x01x" * 9]
_BOMBS = (*_BODIES, _BOMB, _SILENT_BOMB)
_WORDS = (b"\x80", b"\x80\x00", b"\xff\xff\x03", b"\xff" * 6, b"\x00", b"LBP1", b"\x80\x80\x04")


def bodies() -> Check:
    """Only BadFrame comes out; what is read, packed again, is the same inside."""

    def check(data: bytes) -> bool:
        return _push(data) | _entries(data)

    return check


def _push(data: bytes) -> bool:
    try:
        body = unpack_push(data)
    except BadFrame:
        return False
    same("inside", zstandard.decompress(pack_push(body.entries, body.head)), _inside(data))
    return True


def _entries(data: bytes) -> bool:
    try:
        entries = unpack_entries(data)
    except BadFrame:
        return False
    same("inside", zstandard.decompress(pack_entries(entries)), _inside(data))
    return True


def _inside(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=BODY_LIMIT)


def packed(chance: Random) -> Inputs:
    """Bodies hurt inside their compression, so that the lengths are what is wrong."""
    make = Mutator(chance, _RAW, _WORDS)
    return lambda: _PACK.compress(make.next())


def pipes() -> Check:
    """Messages and lines of a pipe: bounded reads, and MessagePack that is read or refused."""
    decoders = [msgspec.msgpack.Decoder(kind) for kind in (Look, Ask)]

    def check(data: bytes) -> bool:
        source = io.BytesIO(data)
        accepted = False
        while (message := read_message(source, 4_096)) is not None:
            assert len(message) <= 4_096
            accepted |= any(_decodes(one.decode, message) for one in decoders)
        source.seek(0)
        while (line := read_line(source, 256)) is not None:
            assert len(line) <= 256
            assert not line.endswith(b"\n")
        return accepted

    return check


def _decodes(decode: Callable[[bytes], object], message: bytes) -> bool:
    try:
        decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError):  # as whoever reads the pipe does
        return False
    return True


def _prefixed(value: object) -> bytes:
    data = msgspec.msgpack.encode(value)
    return len(data).to_bytes(4, "big") + data


_PIPES = [
    _prefixed(Look(640, 480, 120.5, 30.0)) + _prefixed(Look()),
    _prefixed(Ask(b"\x89PNG" * 9, 0)) + b'{"instruments": []}\n',
    b'{"type":"read","name":"balance"}\n' * 3,
]

TARGETS = (
    Target("zstd-bodies", 35, hurt(_BOMBS, (b"\x28\xb5\x2f\xfd",)), bodies),
    Target("packed-bodies", 45, packed, bodies),
    Target("pipes", 30, hurt(_PIPES, (b"\x00\x00\x10\x00", b"\xff\xff\xff\xff", b"\n")), pipes),
)
