"""Collecting what an evidence pack is made of from the server's parts.

The server answers on one thread, so nothing can grow between the first read and the last. What is
collected is plain data: the slow part, printing and packing it, may run in another thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forms.entries import Entry, Inspected, Unread
from server.evidence.pack import LeafPart, OriginPart, PackParts, build
from server.evidence.record_pdf import render
from server.evidence.view import view
from server.log.leaves import Statement, decode
from server.words import Refusal
from sync.key_history import station_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.parts import Parts
    from server.quality.batch import BatchData, BatchReader, Checkpoint
    from sync.keys import Signer

STATEMENTS = {
    "person.enrolled": "id",
    "person.changed": "id",
    "station.enrolled": "origin",
    "person.rekeyed": "id",
    "person.granted": "id",
    "station.revoked": "id",
    "station.rotated": "origin",
    "master.approved": "digest",
    "order.dispatched": "id",
}
"""Statements of the server's log that go with a pack, and the field that must name its own."""


@dataclass(frozen=True)
class RecordData:
    """What a printed batch record shows; nothing of the store is in it."""

    records: int
    shown: dict[str, Any]
    photos: dict[str, bytes]

    def pdf(self) -> bytes:
        """The batch record as a PDF; takes seconds, and may run in any thread."""
        return render(self.shown, self.photos)


@dataclass(frozen=True)
class PackData:
    """What a pack holds, but for the printed record."""

    record: RecordData
    parts: PackParts

    def pack(self, signer: Signer) -> bytes:
        """The pack's bytes, signed; takes seconds, and may run in any thread."""
        return build(replace(self.parts, pdf=self.record.pdf()), signer)


def record_data(parts: Parts, job: str, language: str) -> RecordData:
    """Read what the batch record of a job order shows, in ``en`` or ``zh_CN``."""
    batch = parts.reader.batch(job)
    return _record(parts, batch, _checkpoint(parts, batch), language)


def pack_data(parts: Parts, job: str, language: str) -> PackData:
    """Read what the evidence pack of a job order holds."""
    batch = parts.reader.batch(job)
    checkpoint = _checkpoint(parts, batch)
    record = _record(parts, batch, checkpoint, language)
    origins = tuple(_origin(parts, batch, origin) for origin in sorted(batch.heads))
    own = {*batch.people, *batch.heads, batch.order.id, batch.order.work_master}
    pack = PackParts(
        job=batch.order.id,
        lot=batch.order.lot,
        origins=origins,
        checkpoint_note=noted(checkpoint),
        timestamp=parts.reader.timestamp(checkpoint.size),
        leaves=leaves(
            parts.reader, positions(parts, origins, own, checkpoint.size), checkpoint.size
        ),
        pdf=b"",
        attachments=record.photos,
        masters={batch.order.work_master: parts.reader.document(batch.order.work_master)},
        work_packs=tuple(sorted(_named_packs(batch))),
    )
    return PackData(record, pack)


def evidence_pack(parts: Parts, job: str, language: str = "en") -> bytes:
    """The evidence pack of a job order, signed by the server's key."""
    return pack_data(parts, job, language).pack(parts.signer)


def _record(parts: Parts, batch: BatchData, checkpoint: Checkpoint, language: str) -> RecordData:
    shown = view(batch, checkpoint, parts.verifier.name, language)
    return RecordData(len(batch.records), shown, _photos(parts, batch))


def noted(checkpoint: Checkpoint) -> str:
    """The checkpoint's note with the witnesses' lines below the server's, each once."""
    lines = [line.rstrip("\n") for line in checkpoint.cosignatures]
    fresh = [line for line in dict.fromkeys(lines) if line not in checkpoint.note]
    return checkpoint.note + "".join(f"{line}\n" for line in fresh)


def _checkpoint(parts: Parts, batch: BatchData) -> Checkpoint:
    """The best witnessed checkpoint that covers every record, else the newest of all.

    It covers every revocation of these stations too: who reads the pack must be told.
    """
    newest = max((record.global_index for record in batch.records), default=-1)
    newest = max([newest, *(_last_global(parts, batch, origin) for origin in batch.heads)])
    stations = {station_of(origin) for origin in batch.heads}
    for index, data in parts.reader.statements("station.revoked"):
        said = decode(data)
        if isinstance(said, Statement) and f"{said.body['id']}/{said.body['epoch']}" in stations:
            newest = max(newest, index)
    return parts.reader.witnessed_checkpoint(newest) or parts.reader.newest_checkpoint()


def _range(batch: BatchData, origin: str) -> tuple[int, int]:
    """First and last index of the job order's records in that log."""
    indexes = [record.index for record in batch.records if record.origin == origin]
    return min(indexes), max(indexes)


def _last_global(parts: Parts, batch: BatchData, origin: str) -> int:
    _, last = _range(batch, origin)
    row = parts.store.one("entries", origin=origin, idx=last)
    return int(row["global_index"]) if row else -1


def _origin(parts: Parts, batch: BatchData, origin: str) -> OriginPart:
    first, last = _range(batch, origin)
    head = batch.heads[origin]
    paths = [
        tuple(parts.reader.inclusion_station(origin, index, head.size))
        for index in range(first, last + 1)
    ]
    return OriginPart(
        origin=origin,
        head_note=head.note,
        size=head.size,
        first=first,
        entries=tuple(parts.reader.entries(origin, first, last + 1)),
        paths=tuple(paths),
        rotations=rotations(parts, origin, range(first, last + 1), head.size),
    )


def rotations(
    parts: Parts, origin: str, inside: range, size: int
) -> dict[int, tuple[bytes, tuple[bytes, ...]]]:
    """The changes of the station's key outside of the range, up to the head."""
    changes = [int(row["idx"]) for row in parts.store.rows("station_keys", origin=origin)]
    return {
        index: (
            parts.reader.entries(origin, index, index + 1)[0],
            tuple(parts.reader.inclusion_station(origin, index, size)),
        )
        for index in changes
        if index < size and index not in inside
    }


def positions(parts: Parts, origins: tuple[OriginPart, ...], own: set[str], size: int) -> set[int]:
    """Where the leaves of every entry in the ranges are, and of the statements below ``size``.

    ``own``: what these name; whoever recorded in the ranges, and where, goes without saying.
    """
    found = {
        int(row["global_index"])
        for one in origins
        for row in parts.store.rows(
            "entries", origin=one.origin, start=one.first, stop=one.first + len(one.entries)
        )
    }
    wanted = own | _signers(parts, origins) | {one.origin.split("/")[2] for one in origins}
    for kind, key in STATEMENTS.items():
        for index, data in parts.reader.statements(kind):
            said = decode(data)
            if index < size and isinstance(said, Statement) and said.body.get(key) in wanted:
                found.add(index)
    return found


def leaves(reader: BatchReader, found: Iterable[int], size: int) -> tuple[LeafPart, ...]:
    """These leaves with their paths in the log of that size."""
    return tuple(
        LeafPart(
            position=position,
            data=reader.leaf(position),
            path=tuple(reader.inclusion_global(position, size)),
        )
        for position in sorted(found)
    )


def _signers(parts: Parts, origins: tuple[OriginPart, ...]) -> set[str]:
    """Everybody who recorded anything in the ranges: other people's signatures lie in between."""
    return {
        str(row["person"])
        for one in origins
        for row in parts.store.rows(
            "records", origin=one.origin, start=one.first, stop=one.first + len(one.entries)
        )
    }


def _photos(parts: Parts, batch: BatchData) -> dict[str, bytes]:
    """The attachments the records name, as far as they have arrived."""
    found: dict[str, bytes] = {}
    for record in batch.records:
        if isinstance(record.entry, Inspected) and record.entry.photo is not None:
            digest = record.entry.photo.sha256
            try:
                found[digest] = parts.attachments.get(digest)
            except Refusal:
                continue  # the pack then says that the file is missing: that is the truth
    return found


def _named_packs(batch: BatchData) -> set[str]:
    return {
        record.entry.context.work_pack
        for record in batch.records
        if isinstance(record.entry, Entry) and not isinstance(record.entry, Unread)
        and record.entry.context.work_pack
    }  # fmt: skip
