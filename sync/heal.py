"""Putting back, byte for byte, what a disk forgot: from the server, proved by this station's head.

The station needs not believe the server. Its own newest signed head says what all entries were; if
the log with what came back in place has that root, each of them is the one that was signed. Where
something else is damaged that the server never had, the newest receipt over a part says so of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.faults import Fault
from sync.journal_store import put_back, spans_of
from sync.keys import Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.protocol import SyncService
from sync.receipt import open_receipt
from sync.sqlite import Database

_PAGE = 500
Spans = tuple[tuple[int, int], ...]
"""First and last index of runs of entries."""


class Healed(NamedTuple):
    """What came of it."""

    entries: Spans
    """Put back as they were."""
    left: Spans
    """Still damaged: the server does not have them."""
    proved_by: str
    """``head`` or ``receipt``: what the log has the root of again; empty if nothing was put back"""


class Healing:
    """One journal's healing, in its database; the journal itself need not be fit to be opened."""

    def __init__(
        self, database: Database, service: SyncService, own: Verifier, server: Verifier
    ) -> None:
        """``own``: the station's key in force; nobody writes to the database meanwhile."""
        self._database, self._service = database, service
        self._own, self._server = own, server

    def run(self) -> Healed:
        """Find, fetch, prove, put back. Raises Fault ``journal-damaged`` if nothing can be proved.

        Faults of the line pass through; it may be repeated.
        """
        head, accepted = self._head()
        damaged = [index for index, _, sound in self._rows(head.size) if not sound]
        found = self._fetch(damaged, accepted)
        proved = self._proved(found, head)
        if not proved:  # an entry and its hash were changed together: compare all that is there
            found = self._differing(accepted)
            damaged = sorted({*damaged, *found})
            proved = self._proved(found, head)
        if not proved:
            raise Fault("journal-damaged", "what came back is not what was signed")
        put_back(self._database, found)
        left = [index for index in damaged if index not in found]
        return Healed(tuple(spans_of(found)), tuple(spans_of(left)), proved if found else "")

    def _head(self) -> tuple[Checkpoint, int]:
        """The newest head by the station's key, and how many entries the server accepted."""
        with self._database.read() as connection:
            row = connection.execute("SELECT note, accepted FROM journal").fetchone()
        try:
            return open_note(row[0] if row else "", self._own), int(row[1]) if row else 0
        except BadNote as error:
            raise Fault("journal-damaged", f"the head: {error}") from error

    def _rows(self, size: int) -> Iterator[tuple[int, bytes, bool]]:
        """Index, leaf hash as stored, and whether the bytes have it; a missing row is not sound."""
        for start in range(0, size, _PAGE):
            stop = min(start + _PAGE, size)
            with self._database.read() as connection:
                rows = connection.execute(
                    "SELECT idx, leaf, data FROM entry WHERE idx >= ? AND idx < ?", (start, stop)
                ).fetchall()
            held = {index: (leaf, leaf_hash(data) == leaf) for index, leaf, data in rows}
            for index in range(start, stop):
                yield index, *held.get(index, (b"", False))

    def _fetch(self, wanted: list[int], accepted: int) -> dict[int, bytes]:
        """The entries from the server, as far as it has them."""
        found: dict[int, bytes] = {}
        for first, last in spans_of([index for index in wanted if index < accepted]):
            at = first
            while at <= last:
                page = self._service.pull(self._own.name, at, last + 1)
                if not page:
                    break
                found.update(enumerate(page[: last + 1 - at], at))
                at += len(page)
        return found

    def _differing(self, accepted: int) -> dict[int, bytes]:
        """What the server has otherwise than it stands here."""
        found: dict[int, bytes] = {}
        for start in range(0, accepted, _PAGE):
            stop = min(start + _PAGE, accepted)
            theirs = self._fetch(list(range(start, stop)), accepted)
            ours = {index: leaf for index, leaf, sound in self._rows(stop) if sound}
            found |= {at: data for at, data in theirs.items() if ours.get(at) != leaf_hash(data)}
        return found

    def _proved(self, found: Mapping[int, bytes], head: Checkpoint) -> str:
        """What the log with ``found`` in place agrees with; empty if with nothing."""
        receipt = self._receipt(max(found, default=0))
        range_, by = CompactRange(), ""
        for index, leaf, _ in self._rows(head.size):
            range_.append(leaf_hash(found[index]) if index in found else leaf)
            if receipt is not None and range_.size == receipt.size:
                by = "receipt" if range_.root() == receipt.root else ""
        return "head" if range_.root() == head.root else by

    def _receipt(self, above: int) -> Checkpoint | None:
        """The newest receipt that the server signed, if it covers entry ``above``."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT note FROM receipt WHERE size > ? ORDER BY size DESC LIMIT 1", (above,)
            ).fetchall()
        try:
            return open_receipt(rows[0][0], self._server).checkpoint if rows else None
        except BadNote:
            return None
