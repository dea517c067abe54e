"""The evidence pack of a frozen set: what belonged to it then, proved, whatever came later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.entries import Inspected
from server.evidence.gather import leaves, noted, positions, rotations
from server.evidence.pack import OriginPart, PackParts, build
from server.evidence.readme_freeze import FREEZE_README
from server.ingest.records import understand
from server.words import Refusal
from sync.container import MOST_BYTES, MOST_MEMBERS
from sync.key_history import station_of

if TYPE_CHECKING:
    from server.evidence.freeze import Freezer
    from server.parts import Parts
    from sync.keys import Signer


def freeze_pack(parts: Parts, freezer: Freezer, number: int) -> PackParts:
    """Read what the pack of a frozen set holds; Refusal ``too-large`` past what one can."""
    frozen, content = freezer.of(number), freezer.content(number)
    logs = content["logs"]
    span = sum(log["spans"][-1][1] - log["spans"][0][0] + 1 for log in logs)
    if 2 * span > MOST_MEMBERS:
        raise Refusal("too-large", limit=MOST_BYTES)
    origins = tuple(_origin(parts, log) for log in logs)
    found = parts.reader.witnessed_checkpoint(number) or parts.reader.newest_checkpoint()
    named = _positions(parts, content, origins, number, found.size)
    jobs = content["jobs"]
    first = jobs[0] if jobs else {"id": "", "lot": ""}
    return PackParts(
        job=first["id"],
        lot=first["lot"],
        origins=origins,
        checkpoint_note=noted(found),
        timestamp=parts.reader.timestamp(found.size),
        leaves=leaves(parts.reader, {at for at in named if at < found.size}, found.size),
        pdf=b"",
        attachments=_files(parts, origins, {one["id"] for one in jobs}),
        masters={one: parts.reader.document(one) for one in content["masters"]},
        work_packs=tuple(content["packs"]),
        freeze=freezer.document(frozen.number),
        readme=FREEZE_README,
    )


def packed(found: PackParts, signer: Signer) -> bytes:
    """The pack's bytes, signed; may run in any thread. Refusal ``too-large``."""
    try:
        return build(found, signer)
    except ValueError as error:
        raise Refusal("too-large", limit=MOST_BYTES) from error


def _origin(parts: Parts, log: dict[str, Any]) -> OriginPart:
    """A log's records from the set's first to its last, under the head of that time."""
    origin, size = log["origin"], log["size"]
    first, last = log["spans"][0][0], log["spans"][-1][1]
    head = parts.store.one("heads", origin=origin, size=size)
    if head is None:
        raise Refusal("damaged", why=f"the head of {origin} at {size} is missing")
    inside = range(first, last + 1)
    return OriginPart(
        origin=origin,
        head_note=head["note"],
        size=size,
        first=first,
        entries=tuple(parts.reader.entries(origin, first, last + 1)),
        paths=tuple(tuple(parts.reader.inclusion_station(origin, at, size)) for at in inside),
        rotations=rotations(parts, origin, inside, size),
    )


def _positions(
    parts: Parts,
    content: dict[str, Any],
    origins: tuple[OriginPart, ...],
    number: int,
    size: int,
) -> set[int]:
    """Leaves of the records, of the set itself, and of what states people, keys and orders."""
    own = {_signer(parts, number)}
    own |= {one.origin for one in origins} | {station_of(one.origin) for one in origins}
    own |= {str(job[name]) for job in content["jobs"] for name in ("id", "master")}
    return {number, *content["leaves"], *positions(parts, origins, own, size)}


def _signer(parts: Parts, number: int) -> str:
    row = parts.store.one("freezes", idx=number)
    return "" if row is None else str(row["person"])


def _files(parts: Parts, origins: tuple[OriginPart, ...], jobs: set[str]) -> dict[str, bytes]:
    """The photos that records of the set's job orders name, as far as they have arrived."""
    found: dict[str, bytes] = {}
    for one in origins:
        for index, data in enumerate(one.entries, one.first):
            entry = understand(data, one.origin, index).entry
            if isinstance(entry, Inspected) and entry.photo and entry.context.job_order in jobs:
                digest = entry.photo.sha256
                if parts.attachments.has(digest):
                    found[digest] = parts.attachments.get(digest)
    return found
