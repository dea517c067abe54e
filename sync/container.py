"""The evidence pack's container: a zip file with exactly one way of being written.

Members are stored, never compressed; times, attributes and versions are fixed; nothing stands
between, before or after the parts. So the same members give the same bytes, and a reader can
rebuild the file and compare it byte for byte: no header holds a bit that nobody looks at.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from zlib import crc32

MARK = b"lotbook-evidence/1"
"""The zip comment every pack ends with: says what the file is, even when its head is broken."""

FIRST = ("README.txt", "manifest.json", "manifest.sig", "batch-record.pdf")
"""Members that stand first, in this order; all others follow sorted by name."""

MOST_BYTES = 256 * 1024 * 1024
MOST_MEMBERS = 60_000
_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_NOON_1980 = (0, 0x21)  # zip's first day, midnight: the one time every pack carries


@dataclass(frozen=True)
class Region:
    """Bytes ``start`` to ``stop`` of the file belong to ``member`` (empty: to the end record)."""

    start: int
    stop: int
    member: str


@dataclass(frozen=True)
class Damage:
    """The file differs from the one way of writing it: where first, and in whose bytes."""

    offset: int
    member: str


@dataclass(frozen=True)
class Container:
    """What was read: the members as far as they could be told apart, and the first damage."""

    members: dict[str, bytes]
    damage: Damage | None


def order(names: list[str] | dict[str, bytes]) -> list[str]:
    """The one order of members."""
    first = {name: place for place, name in enumerate(FIRST)}
    return sorted(names, key=lambda name: (first.get(name, len(first)), name))


def write(members: dict[str, bytes]) -> bytes:
    """The container of ``members`` (names in ASCII). ValueError if it would be out of bounds."""
    size = sum(map(len, members.values()))
    if len(members) > MOST_MEMBERS or size > MOST_BYTES:
        msg = f"a pack holds at most {MOST_MEMBERS} members and {MOST_BYTES} bytes"
        raise ValueError(msg)
    return _written([(name, members[name]) for name in order(members)])[0]


def looks_like(data: bytes) -> bool:
    """Whether the bytes are, or once were, an evidence pack: three marks, one is enough."""
    head = data[30:40] == FIRST[0].encode() and data[10:14] == b"\x00\x00\x21\x00"
    early = data.startswith(b"PK\x03\x04") and b'"format":"' + MARK in data[: 1 << 22]
    return head or early or data.endswith(MARK)


def read(data: bytes) -> Container:
    """Read a container from its headers; where damaged, by whichever directory is still whole."""
    found = _by_headers(data)
    written, regions = _written(found)
    if written == data and [name for name, _ in found] == order([name for name, _ in found]):
        return Container(dict(found), None if len(dict(found)) == len(found) else _twice(regions))
    listed = _by_directory(data)
    candidates = [found] if listed is None else [found, listed]
    best = min(candidates, key=lambda candidate: _distance(candidate, data))
    return Container(dict(best), _difference(best, data))


def _twice(regions: list[Region]) -> Damage:
    seen: set[str] = set()
    for region in regions:
        if region.member in seen:
            return Damage(region.start, region.member)
        seen.add(region.member)
    return Damage(0, "")


def _written(members: list[tuple[str, bytes]]) -> tuple[bytes, list[Region]]:
    """The file of these members in the given order, and which bytes belong to which."""
    files: list[bytes] = []
    directory: list[bytes] = []
    regions: list[Region] = []
    listed: list[tuple[str, int]] = []
    at = 0
    for name, content in members:
        raw = name.encode("latin-1", "replace")
        facts = (*_NOON_1980, crc32(content), len(content), len(content), len(raw), 0)
        local = _LOCAL.pack(b"PK\x03\x04", 10, 0, 0, *facts) + raw
        attributes = (0, 0, 0, 0o100644 << 16, at)
        directory.append(_ENTRY.pack(b"PK\x01\x02", 0x314, 10, 0, 0, *facts, *attributes) + raw)
        files += (local, content)
        regions.append(Region(at, at + len(local) + len(content), name))
        listed.append((name, len(directory[-1])))
        at += len(local) + len(content)
    begin = at
    for name, length in listed:
        regions.append(Region(at, at + length, name))
        at += length
    count = len(members) & 0xFFFF
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, at - begin, begin, len(MARK)) + MARK
    regions.append(Region(at, at + len(end), ""))
    return b"".join((*files, *directory, end)), regions


def _by_headers(data: bytes) -> list[tuple[str, bytes]]:
    """The members as their own headers give them, up to the first header that is none."""
    members: list[tuple[str, bytes]] = []
    at = 0
    while data[at : at + 4] == b"PK\x03\x04" and at + 30 <= len(data):
        fields = _LOCAL.unpack_from(data, at)
        size, named = fields[7], fields[9]
        start = at + 30 + named
        if len(members) >= MOST_MEMBERS or start + size > len(data):
            break
        members.append((data[at + 30 : start].decode("latin-1"), data[start : start + size]))
        at = start + size
    return members


def _by_directory(data: bytes) -> list[tuple[str, bytes]] | None:
    """The members as the directory at the end gives them; None if it is broken."""
    end = len(data) - _END.size - len(MARK)
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        return None
    at = _END.unpack_from(data, end)[6]
    held = 0
    members: list[tuple[str, bytes]] = []
    while at + _ENTRY.size <= end and len(members) < MOST_MEMBERS:
        fields = _ENTRY.unpack_from(data, at)
        size, named, offset = fields[8], fields[10], fields[16]
        start = offset + 30 + named
        held += size
        if fields[0] != b"PK\x01\x02" or start + size > len(data) or held > len(data):
            return None  # overlapping members would make a small file fill the memory
        name = data[at + _ENTRY.size : at + _ENTRY.size + named].decode("latin-1")
        members.append((name, data[start : start + size]))
        at += _ENTRY.size + named
    return members if at == end else None


def _distance(members: list[tuple[str, bytes]], data: bytes) -> tuple[int, int]:
    """How far a reading is from the file: unlisted names, then the difference in length."""
    manifest = dict(members).get("manifest.json", b"")
    known = {*manifest.split(b'"'), b"manifest.json", b"manifest.sig"}
    unknown = sum(name.encode("latin-1") not in known for name, _ in members)
    size = sum(len(content) + 2 * len(name) + 76 for name, content in members)
    return unknown, abs(size + _END.size + len(MARK) - len(data))


def _difference(members: list[tuple[str, bytes]], data: bytes) -> Damage:
    """The first byte that is not as the one way of writing has it, and whose it is."""
    as_found, regions = _written(members)
    if as_found == data:  # written well, but in another order
        names = [name for name, _ in members]
        for name, wanted in zip(names, order(names), strict=True):
            if name != wanted:
                return Damage(next(r.start for r in regions if r.member == name), name)
    at = _common(as_found, data)
    for region in regions:
        if at < region.stop:
            return Damage(at, region.member)
    return Damage(at, "")


def _common(first: bytes, second: bytes) -> int:
    """How many bytes two byte strings have in common from their beginning."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
