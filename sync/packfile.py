"""How an evidence pack is laid out: the names of its members, its manifest, its plain lists.

=====================================  =========================================================
``README.txt``                         how to verify, in English and Chinese
``manifest.json``                      job, lot, ranges; every other member's SHA-256 and size
``manifest.sig``                       the server's signature over the manifest's bytes
``batch-record.pdf``                   the batch record for people
``freeze.json``                        of a frozen evidence set: what belongs to it
``attachments/SHA256``                 photos and other files the records name
``heads/SLUG.note``                    the station's signed head (C2SP checkpoint)
``heads/SLUG.paths``                   inclusion path of every record in that head
``log/checkpoint.note``                the server's checkpoint with cosignatures
``log/checkpoint.tsr``                 an authority's time stamp over it, where there is one
``log/leaves/POSITION.json``           leaves of the server's log: records and statements
``log/leaves.paths``                   inclusion path of every such leaf
``masters/SHA256``                     bytes of the work masters worked by
``records/SLUG/INDEX.json``            the entries, byte for byte
``rotations/SLUG/INDEX.json``          changes of the station's key outside of the range
=====================================  =========================================================

A *paths* file has one line per leaf: its index, then the hashes in hex, divided by spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sync import canonical
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "lotbook-evidence/1"
LABEL = "lotbook/evidence-pack/1"
README, MANIFEST, SIGNATURE, PDF = "README.txt", "manifest.json", "manifest.sig", "batch-record.pdf"
CHECKPOINT, LEAF_PATHS = "log/checkpoint.note", "log/leaves.paths"
TIMESTAMP = "log/checkpoint.tsr"
FREEZE = "freeze.json"
"""The document of a frozen evidence set (:mod:`sync.verify_freeze`)."""
MOST_MANIFEST_BYTES = 16 * 1024 * 1024


def slug(origin: str) -> str:
    """The origin as a folder's name: ``/`` becomes ``~``, which no origin holds."""
    return origin.replace("/", "~")


def record_name(origin: str, index: int) -> str:
    """Where the entry ``index`` of ``origin`` lies."""
    return f"records/{slug(origin)}/{index:08d}.json"


def head_name(origin: str) -> str:
    """Where the signed head of ``origin`` lies."""
    return f"heads/{slug(origin)}.note"


def paths_name(origin: str) -> str:
    """Where the inclusion paths of the records of ``origin`` lie."""
    return f"heads/{slug(origin)}.paths"


def rotation_name(origin: str, index: int) -> str:
    """Where the rotation entry ``index`` of ``origin`` lies, if it is outside of the range."""
    return f"rotations/{slug(origin)}/{index:08d}.json"


def leaf_name(position: int) -> str:
    """Where the leaf at ``position`` of the server's log lies."""
    return f"log/leaves/{position:010d}.json"


def attachment_name(digest: str) -> str:
    """Where the attachment with that SHA-256 lies."""
    return f"attachments/{digest}"


def master_name(digest: str) -> str:
    """Where the work master with that SHA-256 lies."""
    return f"masters/{digest}"


@dataclass(frozen=True)
class Range:
    """The entries ``first`` to ``last`` (inclusive) of a log, proved in its head at ``size``."""

    origin: str
    first: int
    last: int
    size: int


def manifest(
    job: str,
    lot: str,
    ranges: list[Range],
    work_packs: list[str],
    members: dict[str, bytes],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> bytes:
    """The manifest's canonical bytes over ``members`` (all but manifest and signature).

    ``more``: what it says beside; of a recall case ``recall``, how many ``steps`` it had when the
    log had ``size`` leaves.
    """
    origins = [
        {"origin": r.origin, "first": r.first, "last": r.last, "size": r.size}
        for r in sorted(ranges, key=lambda r: r.origin)
    ]
    listed = {
        name: {"sha256": sha256(content).hexdigest(), "size": len(content)}
        for name, content in members.items()
    }
    return _dumps({
        "format": FORMAT, "job": job, "lot": lot, "members": listed, "origins": origins,
        "work_packs": sorted(work_packs), **more,
    })  # fmt: skip


def _dumps(body: dict[str, Any]) -> bytes:
    return canonical.dumps(body)


def signed_message(manifest_bytes: bytes) -> bytes:
    """What the server signs: the manifest's bytes, bound to this purpose."""
    return pae(LABEL, manifest_bytes)


def write_paths(paths: dict[int, list[bytes]]) -> bytes:
    """The text of a paths file."""
    lines = [" ".join((str(index), *(h.hex() for h in path))) for index, path in paths.items()]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def read_paths(data: bytes) -> dict[int, list[bytes]]:
    """The paths of a paths file; ValueError if it is none."""
    found: dict[int, list[bytes]] = {}
    for line in data.decode("ascii").splitlines():
        index, *hashes = line.split(" ")
        found[int(index)] = [bytes.fromhex(one) for one in hashes]
    return found
