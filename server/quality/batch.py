"""The batch read API: everything known about a job order, with the proofs for it.

Used by the console, the batch record and the evidence pack. Nothing here writes, and nothing
here is audited: the route that calls it appends the audit leaf.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from forms.entries import AnyEntry, Entry, Unread
from forms.job_state import JobState
from forms.release import inside
from forms.rules import Verdict
from forms.terms import MaterialLot, Person
from forms.workpack import ApprovedMaster, JobOrder
from server.ingest.beacons import interval_of
from server.ingest.records import understand
from server.log.tree import Tree
from server.masters.orders import WorkMasters
from server.people.directory import Directory
from server.people.key_lines import key_lines
from server.people.station_keys import key_history
from server.words import Refusal
from sync.interval import Interval
from sync.keys import Verifier

if TYPE_CHECKING:
    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.store.protocol import Row
    from sync.key_history import KeyHistory


_RECENT = 256
"""Cosignatures looked through for the best witnessed checkpoint."""


class BatchRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the job order, verbatim and understood."""

    origin: str
    index: int
    ref: str
    """Hex leaf hash of ``data``."""
    data: bytes
    """The entry's exact bytes, as signed by the station."""
    entry: AnyEntry | Unread
    verdict: Verdict | None
    """What the rule book said; None for kinds it does not judge."""
    at: datetime
    """The station's wall clock, with offset."""
    quality: str
    """Clock quality: anchored | free | unknown."""
    global_index: int
    """Index of its reference leaf in the server's log."""
    received_at: datetime
    made: Interval
    """Between which times it was made, by the server's own clock."""
    contradiction: str
    """How its wall time contradicts that: too-early | too-late; empty if it does not."""
    sound: bool
    """False when a cryptographic check of the record failed."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A station log's newest accepted signed head."""

    origin: str
    size: int
    root: str
    note: str
    """The C2SP note text signed by the station."""
    vkey: str
    """The station's verifier key, ``name+hash8+base64``."""


class ReceiptRow(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as it was given, its bytes, and the range of global leaves it covers."""

    origin: str
    size: int
    data: bytes


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The newest checkpoint of the global log, its note, and the stations' cosignatures."""

    size: int
    root: str
    note: str
    vkey: str
    cosignatures: tuple[str, ...]
    """Signature lines (``— name base64``) by witnesses, for this size or the newest cosigned."""


class BatchData(msgspec.Struct, frozen=True, kw_only=True):
    """All there is about one job order."""

    order: JobOrder
    master: ApprovedMaster
    people: dict[str, Person]
    """Everyone a record names, by id."""
    records: tuple[BatchRecord, ...]
    """In the order of the global log (order of acceptance)."""
    heads: dict[str, Head]
    receipts: tuple[ReceiptRow, ...]
    state: JobState
    packs: dict[str, bytes]
    """WorkPack content bytes by SHA-256, those the records name."""
    lots: tuple[MaterialLot, ...]
    """The component lots offered or consumed, and the finished lot if known."""


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A job order in the list."""

    id: str
    lot: str
    item: str
    units: int
    work_master: str
    status: str
    """dispatched | running | complete | released | rejected"""
    records: int
    findings: int
    produced: int


class BatchReader:
    """Reads batches from the store."""

    def __init__(self, book: Book, jobs: Jobs, server: Verifier, catalogue: Catalogue) -> None:
        """Read from the book's store; ``server`` is the key on checkpoints and receipts."""
        self._book, self._store, self._jobs, self._server = book, book.store, jobs, server
        self._catalogue = catalogue

    def list_jobs(self) -> tuple[JobRow, ...]:
        """Every job order dispatched, by id."""
        return tuple(self._job_row(row) for row in self._store.rows("jobs"))

    def list_lots(self) -> tuple[MaterialLot, ...]:
        """Every lot, received or made here, with open holds laid over its status."""
        return self._catalogue.lots()

    def batch(self, job_id: str) -> BatchData:
        """Everything about a job order; Refusal ``not-found`` if it is unknown."""
        state = self._jobs.state(job_id)
        if state is None:
            raise Refusal("not-found", what="job order", name=job_id)
        records = self._records(job_id, state)
        origins = sorted({record.origin for record in records})
        return BatchData(
            order=state.order,
            master=WorkMasters(self._book).approved(state.order.work_master),
            people=self._people(records),
            records=records,
            heads={origin: head for origin in origins if (head := self.head(origin))},
            receipts=tuple(one for origin in origins for one in self.receipts(origin)),
            state=state,
            packs=self._packs(records),
            lots=self._lots(state),
        )

    def head(self, origin: str) -> Head | None:
        """The newest accepted head of a station's log; None before the first."""
        row = self._store.newest("heads", origin=origin)
        station = self._store.one("stations", origin=origin)
        if row is None or station is None:
            return None
        key = self._keys(station).of_head(row["size"])
        return Head(
            origin=origin, size=row["size"], root=row["root"], note=row["note"], vkey=key.vkey
        )

    def receipts(self, origin: str) -> tuple[ReceiptRow, ...]:
        """Every receipt given for a station's log, by size."""
        rows = self._store.rows("receipts", origin=origin)
        return tuple(
            ReceiptRow(origin=origin, size=row["size"], data=bytes(row["data"])) for row in rows
        )

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint that stations have cosigned, else the newest of all."""
        cosigned = self._book.cosigned()
        row, lines = cosigned or (self._book.checkpoint(), [])
        if row is None:
            raise Refusal("not-found", what="checkpoint", name="")
        return Checkpoint(
            size=row["size"],
            root=row["root"],
            note=row["note"],
            vkey=self._server.vkey,
            cosignatures=tuple(str(line["line"]) for line in lines),
        )

    def witnessed_checkpoint(self, above: int) -> Checkpoint | None:
        """Of the checkpoints that cover leaf ``above``, the one with the most witnesses.

        Witnesses under another administrator count before stations; of equals, one with a time
        stamp, then the newest.
        """
        stations = {row["origin"] for row in self._store.rows("stations")}
        names: dict[int, set[str]] = {}
        for row in self._store.rows("cosignatures", newest_first=True, limit=_RECENT):
            names.setdefault(int(row["size"]), set()).add(row["name"])
        stamped = {int(row["size"]) for row in self._store.rows("timestamps", start=above + 1)}
        for size in stamped:
            names.setdefault(size, set())

        def rank(size: int) -> tuple[int, int, bool, int]:
            return len(names[size] - stations), len(names[size]), size in stamped, size

        best = max((size for size in names if size > above), key=rank, default=0)
        found = self._store.one("checkpoints", size=best)
        return None if found is None else self._noted(found)

    def timestamp(self, size: int) -> bytes:
        """An authority's time stamp over the checkpoint of that size; empty if there is none."""
        row = self._store.one("timestamps", size=size)
        return b"" if row is None else bytes(row["token"])

    def newest_checkpoint(self) -> Checkpoint:
        """The newest checkpoint, cosigned or not."""
        row = self._book.checkpoint()
        if row is None:
            raise Refusal("not-found", what="checkpoint", name="")
        return self._noted(row)

    def _noted(self, row: Row) -> Checkpoint:
        lines = self._store.rows("cosignatures", size=row["size"])
        return Checkpoint(
            size=row["size"],
            root=row["root"],
            note=row["note"],
            vkey=self._server.vkey,
            cosignatures=tuple(str(line["line"]) for line in lines),
        )

    def inclusion_station(self, origin: str, index: int, size: int) -> list[bytes]:
        """The audit path of an entry in its station's log of ``size`` entries."""
        return Tree(self._store, origin).inclusion(index, size)

    def inclusion_global(self, index: int, size: int) -> list[bytes]:
        """The audit path of a leaf in the global log of ``size`` leaves."""
        return self._book.tree.inclusion(index, size)

    def entries(self, origin: str, start: int, stop: int) -> list[bytes]:
        """A station's entries ``start`` to ``stop`` (not included), verbatim."""
        rows = self._store.rows("entries", origin=origin, start=start, stop=stop)
        return [bytes(row["data"]) for row in rows]

    def leaf(self, index: int) -> bytes:
        """The bytes of a leaf of the global log; Refusal if there is none."""
        row = self._store.one("leaves", idx=index)
        if row is None:
            raise Refusal("not-found", what="leaf", name=index)
        return bytes(row["data"])

    def statements(self, kind: str) -> tuple[tuple[int, bytes], ...]:
        """(index, bytes) of every statement of a kind, such as ``person.enrolled``.

        Found by the trail's index as far as the log is folded: millions of leaves are not looked
        through for a few.
        """
        folded = self._book.size - self._book.behind
        rows = [
            row
            for event in self._store.rows("trail", kind=kind, stop=folded)
            for row in self._store.rows("leaves", idx=event["idx"], kind=kind)
        ]
        rows += self._store.rows("leaves", kind=kind, start=folded)
        return tuple((int(row["idx"]), bytes(row["data"])) for row in rows)

    def key_lines(self) -> list[str]:
        """Every public key as a line of a keys file (``sync.keyring``)."""
        return key_lines(self._store, self._server)

    def _keys(self, station: Row) -> KeyHistory:
        """A station's keys by index."""
        return key_history(self._store, station)

    def document(self, sha256: str) -> bytes:
        """A document by digest: a work master's or a pack's bytes; Refusal if unknown."""
        row = self._store.one("documents", sha256=sha256)
        if row is None:
            raise Refusal("not-found", what="document", name=sha256[:12])
        return bytes(row["data"])

    def _records(self, job_id: str, state: JobState) -> tuple[BatchRecord, ...]:
        verdicts = {judged.ref: judged.verdict for judged in state.records}
        rows = sorted(
            self._store.rows("records", job_order=job_id), key=lambda row: int(row["global_index"])
        )
        return tuple(self._record(row, verdicts.get(row["ref"])) for row in rows)

    def _record(self, row: Row, verdict: Verdict | None) -> BatchRecord:
        stored = self._store.one("entries", origin=row["origin"], idx=row["idx"])
        if stored is None:
            raise Refusal("damaged", why=f"entry {row['origin']}#{row['idx']} is missing")
        understood = understand(stored["data"], row["origin"], row["idx"])
        assert understood.entry is not None  # noqa: S101 - kinds of sync name no job order
        at, received_at = understood.envelope.at, datetime.fromisoformat(stored["received_at"])
        made = interval_of(self._store, row["origin"], row["idx"], received_at)
        return BatchRecord(
            origin=row["origin"],
            index=row["idx"],
            ref=row["ref"],
            data=bytes(stored["data"]),
            entry=understood.entry,
            verdict=verdict,
            at=at.when(),
            quality=row["quality"],
            global_index=row["global_index"],
            received_at=received_at,
            made=made,
            contradiction=made.against(at),
            sound=bool(row["sound"]),
        )

    def _people(self, records: tuple[BatchRecord, ...]) -> dict[str, Person]:
        named = {
            record.entry.context.person for record in records if isinstance(record.entry, Entry)
        }
        everyone = Directory(self._store).everyone()
        return {person.id: person for person in everyone if person.id in named}

    def _packs(self, records: tuple[BatchRecord, ...]) -> dict[str, bytes]:
        named = {
            record.entry.context.work_pack for record in records if isinstance(record.entry, Entry)
        }
        rows = [self._store.one("documents", sha256=key, kind="pack") for key in sorted(named)]
        return {row["sha256"]: bytes(row["data"]) for row in rows if row is not None}

    def _lots(self, state: JobState) -> tuple[MaterialLot, ...]:
        wanted = set(inside(state))
        wanted |= {
            (row["item"], row["lot"]) for row in self._store.rows("consumption", job=state.order.id)
        }
        return tuple(one for one in self.list_lots() if (one.item, one.lot) in wanted)

    def _job_row(self, row: Row) -> JobRow:
        return JobRow(
            id=row["id"],
            lot=row["lot"],
            item=row["item"],
            units=row["units"],
            work_master=row["master"],
            status=row["status"],
            records=row["records"],
            findings=row["findings"],
            produced=row["produced"],
        )
