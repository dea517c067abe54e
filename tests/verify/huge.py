"""A server's export of many records, every few of them a push with its head and its receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from server.evidence.export import ServerExport
from sync.checkpoint import Checkpoint
from sync.envelope import seal
from sync.merkle import CompactRange, leaf_hash
from sync.receipt import Receipt
from tests.server.plant import plant_at

if TYPE_CHECKING:
    from tests.server.plant import Plant, Station

AT_ONCE = 10_000
"""Records that are written in one transaction, whatever their pushes were."""


def exported(folder: Path, records: int, push: int) -> tuple[Path, str]:
    """The export of a server with one station's ``records``, sent ``push`` by push; its keys."""
    with plant_at(folder) as plant:
        station = plant.station()
        station.outbox.drain()
        range_ = CompactRange()
        for data in station.journal.entries(0, station.journal.size):
            range_.append(leaf_hash(data.data))
        while range_.size < records:
            _take_in(plant, station, range_, min(AT_ONCE, records - range_.size), push)
        plant.parts.projections._move(plant.parts.book.size)
        plant.parts.book.alarm("fork", "a checkpoint over all of it", who="x")
        station.close()
        ServerExport(plant.parts, folder / "export").write()
        return folder / "export", plant.folder.keys()


def _take_in(plant: Plant, station: Station, range_: CompactRange, count: int, push: int) -> None:
    """What taking in so many notes leaves among what is signed, without the way there."""
    book, store, origin = plant.parts.book, plant.parts.store, station.origin
    at, stamp, first = plant.clock.wall(), station.journal.time(), range_.size
    sealed = [seal("later.note", origin, n, stamp, {"n": n}) for n in range(first, first + count)]
    leaves = [leaf_hash(data) for data in sealed]
    with book.unit():
        place = book.size
        book.trees.of(origin).extend(leaves)
        rows = [
            (origin, index, leaf.hex(), data, place + index - first, at.isoformat())
            for index, (leaf, data) in enumerate(zip(leaves, sealed, strict=True), first)
        ]
        store.add_rows("entries", rows)
        book.add_entries(origin, first, leaves, at)
        heads, receipts = [], []
        for begun in range(0, count, push):
            done = min(begun + push, count)
            for leaf in leaves[begun:done]:
                range_.append(leaf)
            head = Checkpoint(origin, range_.size, range_.root())
            said = Receipt(origin, head.size, head.root, at.isoformat(),
                           place + begun, place + done)  # fmt: skip
            note, root = head.sign(station.signer), head.root.hex()
            heads.append((origin, head.size, root, note, at.isoformat()))
            receipts.append((origin, head.size, said.sign(plant.parts.signer).note.encode()))
        store.add_rows("heads", heads)
        store.add_rows("receipts", receipts)
