"""Verifying a station's whole journal, exported or as its database, with public keys alone."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, Checkpoint
from sync.journal_source import (
    ENTRIES,
    HEAD,
    RECEIPTS,
    WITNESSED,
    DatabaseJournal,
    FolderJournal,
    JournalSource,
)
from sync.key_history import rotations_in
from sync.receipt import open_receipt
from sync.seen import marks_of
from sync.succession import open_of_log
from sync.verdict import Said, Verdict
from sync.verify_database import check_database
from sync.verify_entries import EntryCheck, problem_of
from sync.verify_keys import NotInForce, StationKeys
from sync.verify_log import LogCheck
from sync.verify_marks import Findings, Mark, by_size

if TYPE_CHECKING:
    from sync.keyring import Keyring

EVERY = 1_000
"""Entries between two calls of ``progress``."""


class JournalCheck:
    """One journal under examination."""

    def __init__(
        self, source: JournalSource, ring: Keyring, seen: Iterable[tuple[str, Mark]] = ()
    ) -> None:
        """``seen``: what is remembered outside (:func:`sync.seen.remembered`)."""
        self._source, self._ring = source, ring
        self._findings = Findings()
        self._seen = marks_of(seen, source.origin, only=True)

    def verdict(self, progress: Callable[[int], None] = lambda _count: None) -> Verdict:
        """Read everything once; ``progress`` is told how many entries were read."""
        source = self._source
        if isinstance(source, FolderJournal):
            for code, name in source.reader.damage():
                self._findings.find(code, name)
        head = self._head()
        log = LogCheck(source.origin, ENTRIES, self._marks(head), self._findings)
        files = self._file_problem if source.with_attachments else None
        inside = EntryCheck(log, self._ring, self._findings, files)
        for data, noted in source.entries():
            inside.look(log.take(data, noted))
            if log.range.size % EVERY == 0:
                progress(log.range.size)
        log.end(log.next)
        if head is not None and log.next > head.size:
            self._findings.find("head-beyond", ENTRIES, size=str(head.size))
        if isinstance(source, DatabaseJournal):
            check_database(source.connection, log.range, self._findings)
        return self._said(log, inside, self._witnessed())

    def _file_problem(self, digest: str) -> str:
        return problem_of(digest, self._source.attachment(digest))

    def _head(self) -> Checkpoint | None:
        """The head that the station's key signed; None (and a finding) if there is none."""
        origin, note = self._source.origin, self._source.head()
        keys = self._ring.get("station", origin)
        if not keys:
            self._findings.find("no-key", HEAD, purpose="station", name=origin)
            return None
        entries = (data for data, _ in self._source.entries()) if keys[1:] else ()
        rotations = (envelope for _, envelope in rotations_in(entries))
        try:
            return StationKeys(keys, rotations).open_head(note, origin)
        except NotInForce as error:
            self._findings.find("head-key", HEAD, size=str(error))
        except BadNote as error:
            self._findings.find("head", HEAD, why=str(error))
        return None

    def _marks(self, head: Checkpoint | None) -> Iterator[Mark]:
        own = [Mark(head.size, head.root.hex(), "head")] if head else []
        receipts = by_size(self._receipt_marks(), RECEIPTS, self._findings)
        return heapq.merge(receipts, sorted([*own, *self._seen]))

    def _receipt_marks(self) -> Iterator[Mark]:
        for number, note in enumerate(self._source.receipts(), start=1):
            mark = self._receipt(note)
            if isinstance(mark, Mark):
                yield mark
            else:
                self._findings.find("receipt", f"{RECEIPTS}:{number}", why=mark)

    def _receipt(self, note: str) -> Mark | str:
        why = "no server key"
        for key in self._ring.all("server"):
            try:
                receipt = open_receipt(note, key)
            except BadNote as error:
                why = str(error)
                continue
            if receipt.origin == self._source.origin:
                return Mark(receipt.size, receipt.root.hex(), "receipt")
            why = f"of {receipt.origin}"
        return why

    def _witnessed(self) -> Checkpoint | None:
        """The server's checkpoint that the station kept, if it is the server's."""
        note = self._source.witnessed()
        for key in self._ring.all("server") if note else ():
            try:
                return open_of_log(note, key)
            except BadNote:
                continue
        if note:
            self._findings.find("checkpoint", WITNESSED, why="not signed by a known server key")
        return None

    def _said(self, log: LogCheck, inside: EntryCheck, server: Checkpoint | None) -> Verdict:
        origin, size = log.origin, log.range.size
        accepted = log.held["receipt"].size if "receipt" in log.held else 0
        proved = [Said("journal-range", {"origin": origin, "last": size - 1, "size": size})]
        proved += [Said("journal-signatures", {"count": inside.signatures})]
        if accepted:
            proved.append(Said("journal-accepted", {"size": accepted}))
        if self._source.with_attachments:
            proved.append(Said("journal-files", {"count": inside.files}))
        seen = log.held.get("seen")
        proved += [Said("journal-seen", {"size": seen.size})] if seen else []
        if server is not None:
            proved.append(Said("journal-witnessed", {"checkpoint": server.mark()}))
        doubts = [Said("doubt-keys"), Said("doubt-truth"), Said("doubt-clock"), Said("doubt-class")]
        doubts += [Said("doubt-unbound", {"count": inside.unbound})] if inside.unbound else []
        doubts += [Said("doubt-unaccepted", {"size": accepted})] if accepted < size else []
        doubts += [] if seen else [Said("doubt-tail", {"size": size})]
        doubts += [Said("doubt-heads", {"count": inside.late_heads})] if inside.late_heads else []
        doubts += [] if self._source.with_attachments else [Said("doubt-files")]
        facts = {"format": "journal", "origin": origin, "records": size, "accepted": accepted,
                 "root": log.range.root().hex(), "signatures": inside.signatures}  # fmt: skip
        return Verdict(
            title=Said("sound-journal", {"origin": origin, "size": size}),
            findings=tuple(self._findings.kept),
            count=self._findings.count,
            proved=tuple(proved),
            not_proved=tuple(doubts),
            facts=facts,
        )
