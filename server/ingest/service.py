"""Taking a station's push: judged by ``sync.check_push``, stored whole, answered by a receipt."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from server.ingest.awaited import Awaited
from server.log.leaves import EntryLeaf
from server.words import Refusal
from sync.protocol import (
    Accepted,
    Fork,
    ForkFound,
    Gap,
    GapFound,
    Head,
    Receipt,
    Received,
    check_push,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from server.ingest.branches import Branches
    from server.ingest.projector import Projections
    from server.log.book import Book
    from server.log.tree import Tree
    from server.store.protocol import Row
    from sync.keys import Signer, Verifier
    from sync.merkle import CompactRange

PULL_ENTRIES = 2_000
PULL_BYTES = 4 * 1024 * 1024


class Kept:
    """What the server keeps of one origin, as ``check_push`` asks for it."""

    def __init__(self, tree: Tree, origin: str) -> None:
        """Over the origin's tree."""
        self._tree, self._origin = tree, origin
        self._size = tree.size()

    @property
    def origin(self) -> str:
        """The station log's origin."""
        return self._origin

    @property
    def size(self) -> int:
        """How many entries are kept."""
        return self._size

    def leaf_at(self, index: int) -> bytes:
        """Stored leaf hash of an entry."""
        return self._tree.leaf(index)

    def range_at(self, size: int) -> CompactRange:
        """A compact range of the first ``size`` entries."""
        return self._tree.range_at(size)


class Ingest:
    """Appends entries, head, global leaves and receipt in one transaction per push.

    What the entries say is not looked at here: they are folded later, in the log's order.
    """

    def __init__(
        self, book: Book, signer: Signer, branches: Branches, projections: Projections
    ) -> None:
        """Into the book; receipts are signed by ``signer``, the server's key."""
        self._book, self._store, self._signer = book, book.store, signer
        self._awaited, self._fresh = Awaited(book, signer, projections), projections.fresh
        self.branches = branches
        """What cannot stand in a log is kept there."""

    def head(self, origin: str) -> Head:
        """What is kept of a log, and the newest receipt."""
        tree = self._book.trees.of(origin)
        size = tree.size()
        newest = self._store.newest("receipts", origin=origin)
        receipt = newest["data"].decode() if newest else ""
        root = tree.root(size).hex()
        signed = self._store.newest("heads", origin=origin)
        note = signed["note"] if signed else ""
        return Head(size=size, root=root, server_time=self._now(), receipt=receipt, note=note)

    def root(self, origin: str, size: int) -> str:
        """Root (hex) of a log's first ``size`` entries; Refusal if there are fewer."""
        return self._book.trees.of(origin).root(size).hex()

    def push(
        self, verifier: Verifier, from_: int, entries: Sequence[bytes], head: str,
        limit: int | None = None, saved: int = 0,
    ) -> Received | Gap | Fork:  # fmt: skip
        """Judge and store; ``verifier``: the enrolled key; ``limit``: the index not to reach.

        ``saved``: how many entries the station says to have.
        """
        origin, now = verifier.name, self._now()
        if limit is not None and from_ + len(entries) > limit:
            raise Refusal("station-revoked", name=origin, size=limit)
        kept = Kept(self._book.trees.of(origin), origin)
        verdict = check_push(kept, verifier, from_, entries, head)
        claimed = max(saved, from_ + len(entries))
        awaited = self._awaited.rows(origin, verdict) if isinstance(verdict, Accepted) else []
        if isinstance(verdict, Accepted):
            verdict = self._awaited.differs(awaited, verdict) or verdict
        if isinstance(verdict, Accepted) and awaited:
            note = self._accept_awaited(origin, verdict, head, claimed, awaited)
            return Received(receipt=note, server_time=now)
        if isinstance(verdict, Accepted) and verdict.new:
            first = self._book.size
            note = self._accept(origin, verdict, head, claimed, now)
            self._fresh.came(first, _leaves(origin, verdict, now), verdict.new)
            return Received(receipt=note, server_time=now)
        self._contact(origin, claimed, now)
        if isinstance(verdict, Accepted):
            return Received(receipt=self._again(origin, verdict), server_time=now)
        if isinstance(verdict, GapFound):
            return Gap(have=verdict.have, root=verdict.root.hex(), server_time=now)
        if isinstance(verdict, ForkFound):
            self.branches.keep(origin, from_, entries, head, verdict)
            return Fork(index=verdict.index, have=verdict.have, server_time=now)
        raise Refusal("push-unsound", why=verdict.code)

    def must_sign(self) -> None:
        """Refusal ``server-recovery`` while nothing may be signed; Fault where another serves.

        For what is signed and kept elsewhere before a transaction of ours can refuse it.
        """
        if self._book.recovery:
            raise Refusal("server-recovery")
        self._store.confirm()

    def alarm(self, code: str, about: str, why: str) -> None:
        """Raise an alarm about a log."""
        self._book.alarm(code, about, why=why)

    def pull(self, origin: str, start: int, stop: int) -> tuple[bytes, ...]:
        """Entries ``start`` on, bounded; verbatim."""
        stop = min(stop, start + PULL_ENTRIES)
        found: list[bytes] = []
        size = 0
        for row in self._store.rows("entries", origin=origin, start=start, stop=stop):
            size += len(row["data"])
            if found and size > PULL_BYTES:
                break
            found.append(bytes(row["data"]))
        return tuple(found)

    def receipt(self, origin: str, index: int) -> str:
        """The receipt that names the leaf of an entry; Refusal if there is none."""
        rows = self._store.rows("receipts", origin=origin, start=index + 1, limit=1)
        if not rows:
            raise Refusal("not-found", what="receipt", name=f"{origin}#{index}")
        return str(rows[0]["data"].decode())

    def seen(self, origin: str, saved: int = 0) -> None:
        """The station called, with ``saved`` entries; remembered for the alarm on silent ones."""
        self._contact(origin, saved, self._now())

    def _contact(self, origin: str, claimed: int, now: datetime) -> None:
        """What a station once said to have saved is missed until it is here: never less."""
        known = self._store.one("contacts", origin=origin)
        most = max(claimed, known["claimed"] if known else 0)
        row = {"origin": origin, "seen_at": now.isoformat(), "claimed": most}
        with self._store.transaction():
            self._store.put("contacts", row)

    def _now(self) -> datetime:
        return self._book.clock().astimezone(UTC)

    def _accept(
        self, origin: str, verdict: Accepted, head: str, claimed: int, now: datetime
    ) -> str:
        with self._book.unit():
            first = self._book.size
            self._store_entries(origin, verdict, now)
            self._add_head(origin, verdict, head, now)
            self._book.add_entries(origin, verdict.start, verdict.leaves, now)
            stop = self._book.size
            note = self._receipt(origin, verdict, now, first, stop)
            row = {"origin": origin, "size": verdict.range.size, "data": note.encode()}
            self._store.add("receipts", row)
            self._contact(origin, claimed, now)
        return note

    def _accept_awaited(
        self, origin: str, verdict: Accepted, head: str, claimed: int, awaited: list[Row]
    ) -> str:
        """Entries that the log waits for, and perhaps new ones after them: both or neither."""
        with self._book.unit():
            rest = self._awaited.take(origin, awaited, verdict)
            if rest.new:
                note = self._accept(origin, rest, head, claimed, self._now())
            else:
                self._add_head(origin, rest, head, self._now())
                self._contact(origin, claimed, self._now())
                note = self._again(origin, rest)
            self._awaited.whole_again()
            return note

    def _again(self, origin: str, verdict: Accepted) -> str:
        """The same batch again: the same receipt."""
        size = verdict.checkpoint.size
        row = self._store.one("receipts", origin=origin, size=size)
        row = row or self._store.newest("receipts", origin=origin)
        if row is not None:
            return str(row["data"].decode())
        here = self._book.size
        return self._receipt(origin, verdict, self._now(), here, here)

    def _store_entries(self, origin: str, verdict: Accepted, now: datetime) -> None:
        self._book.trees.of(origin).extend(verdict.leaves)
        first, at = self._book.size, now.isoformat()
        both = zip(verdict.new, verdict.leaves, strict=True)
        self._store.add_rows(
            "entries",
            [
                (origin, verdict.start + offset, leaf.hex(), data, first + offset, at)
                for offset, (data, leaf) in enumerate(both)
            ],
        )

    def _add_head(self, origin: str, verdict: Accepted, head: str, now: datetime) -> None:
        checkpoint = verdict.checkpoint
        row = {
            "origin": origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "note": head,
            "received_at": now.isoformat(),
        }
        self._store.add("heads", row)

    def _receipt(self, origin: str, verdict: Accepted, now: datetime, start: int, stop: int) -> str:
        receipt = Receipt(
            origin=origin,
            size=verdict.range.size,
            root=verdict.range.root(),
            time=now.isoformat(),  # as its leaves say it: the station can compute them
            global_start=start,
            global_stop=stop,
        )
        return receipt.sign(self._signer).note


def _leaves(origin: str, verdict: Accepted, now: datetime) -> Iterator[EntryLeaf]:
    """The leaves that refer to what was new."""
    for index, leaf in enumerate(verdict.leaves, verdict.start):
        yield EntryLeaf(origin=origin, index=index, leaf=leaf.hex(), received_at=now)
