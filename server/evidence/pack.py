"""Building the evidence pack from its parts; the same parts give the same bytes."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.evidence.readme import README
from sync import container, packfile
from sync.packfile import Range

if TYPE_CHECKING:
    from sync.keys import Signer


@dataclass(frozen=True)
class OriginPart:
    """A station log's range: its signed head, the entries from ``first``, their paths to it."""

    origin: str
    head_note: str
    size: int
    first: int
    entries: tuple[bytes, ...]
    paths: tuple[tuple[bytes, ...], ...]
    rotations: dict[int, tuple[bytes, tuple[bytes, ...]]] = field(default_factory=dict)
    """By index: changes of the station's key outside of the range, and their paths."""


@dataclass(frozen=True)
class LeafPart:
    """A leaf of the server's log and its path to the checkpoint."""

    position: int
    data: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class PackParts:
    """All that goes into a pack; bytes are never made again, only carried."""

    job: str
    lot: str
    origins: tuple[OriginPart, ...]
    checkpoint_note: str
    """The server's checkpoint with the witnesses' cosignature lines."""
    leaves: tuple[LeafPart, ...]
    pdf: bytes
    timestamp: bytes = b""
    """An authority's answer over the checkpoint; empty if there is none."""
    attachments: dict[str, bytes] = field(default_factory=dict)
    masters: dict[str, bytes] = field(default_factory=dict)
    work_packs: tuple[str, ...] = ()
    """Digests only: the signed bytes hold wrapped keys, and cannot be cut."""
    freeze: bytes = b""
    """Of a frozen evidence set: its document. Such a pack has no printed record."""
    readme: str = README
    told: dict[str, Any] = field(default_factory=dict)
    """What the manifest says beside."""


def build(parts: PackParts, signer: Signer) -> bytes:
    """The pack's bytes, its manifest signed by the server's key. ValueError if out of bounds."""
    members = _members(parts)
    ranges = [
        Range(one.origin, one.first, one.first + len(one.entries) - 1, one.size)
        for one in parts.origins
    ]
    named = list(parts.work_packs)
    manifest = packfile.manifest(parts.job, parts.lot, ranges, named, members, parts.told)
    members[packfile.MANIFEST] = manifest
    signature = signer.sign(packfile.signed_message(manifest))
    members[packfile.SIGNATURE] = b64encode(signature) + b"\n"
    return container.write(members)


def _members(parts: PackParts) -> dict[str, bytes]:
    members = {packfile.README: parts.readme.encode()}
    if parts.freeze:
        members[packfile.FREEZE] = parts.freeze
    else:
        members[packfile.PDF] = parts.pdf
    for one in parts.origins:
        members[packfile.head_name(one.origin)] = one.head_note.encode()
        paths = {one.first + at: list(path) for at, path in enumerate(one.paths)}
        for index, (entry, path) in one.rotations.items():
            members[packfile.rotation_name(one.origin, index)] = entry
            paths[index] = list(path)
        members[packfile.paths_name(one.origin)] = packfile.write_paths(dict(sorted(paths.items())))
        for at, entry in enumerate(one.entries):
            members[packfile.record_name(one.origin, one.first + at)] = entry
    members[packfile.CHECKPOINT] = parts.checkpoint_note.encode()
    if parts.timestamp:
        members[packfile.TIMESTAMP] = parts.timestamp
    members[packfile.LEAF_PATHS] = packfile.write_paths(
        {leaf.position: list(leaf.path) for leaf in parts.leaves}
    )
    members |= {packfile.leaf_name(leaf.position): leaf.data for leaf in parts.leaves}
    members |= {packfile.attachment_name(name): data for name, data in parts.attachments.items()}
    members |= {packfile.master_name(name): data for name, data in parts.masters.items()}
    return members
