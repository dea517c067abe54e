"""The way back: tails from keepers, until the log is what the server once signed.

Nothing is believed that does not lead to the root of the checkpoint to come back to, and that is
the newest one that anybody shows: every enrolled station is heard first, or a time has passed. Then
the leaves are put back as they were, the log is signed on from there, and the stations' next pushes
bring the bytes of the entries whose leaves are there already.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from server.log.leaves import Statement, decode
from server.masters.packs import ISSUED, STATED
from server.recovery.named import name_of, named
from server.words import Refusal
from sync.merkle import leaf_hash

if TYPE_CHECKING:
    from server.log.book import Book
    from server.recovery.seal import Content, Seal
    from server.recovery.target import Target

MOST_BYTES = 1024 * 1024 * 1024
"""Of leaves waiting in memory."""
Kept = tuple[str, dict[str, Any]]
"""A table and a row of it."""
WAIT = timedelta(minutes=5)
"""For stations that do not call: a keeper knows of every checkpoint that others were shown."""


class Returned(Protocol):
    """The office's journal."""

    def put_back(self, entries: list[tuple[int, bytes]]) -> str:
        """Keep what is missing; why it does not fit, or empty. May be called twice."""

    def came_back(self, parted: str) -> None:
        """Have what was kept ingested, or say why it does not fit."""


class Refill:
    """Collects what was lost. All calls from one thread."""

    def __init__(
        self,
        book: Book,
        target: Target,
        seal: Seal,
        office: Returned,
    ) -> None:
        """``office``: the server's own journal, which lost its entries with the log."""
        self._book, self._target, self._seal, self._office = book, target, seal, office
        self._called: set[str] = set()
        self._began: datetime | None = None
        self.parted = False
        """The tails do not lead to what was signed: another history was signed after the restore,
        or a keeper's tail is damaged. People decide, unless another keeper's tail fits."""
        self._forget()

    @property
    def held(self) -> int:
        """How many leaves are here: in the log, and waiting."""
        return self._book.size + len(self._leaves)

    @property
    def asked(self) -> bool:
        """Whether every enrolled station has called, or had its time to."""
        return self._began is not None and self._all_heard()

    def over(self) -> None:
        """People decided to go on without what is not here."""
        self.parted, self._began = False, None
        self._called.clear()
        self._forget()

    def missing(self) -> list[str]:
        """Origins of enrolled stations that have not called since the server was put back."""
        rows = self._book.store.rows("stations")
        enrolled = {str(row["origin"]) for row in rows if row["status"] == "enrolled"}
        return sorted(one for one in enrolled - self._called if "/OFFICE/" not in one)

    def called(self, origin: str) -> None:
        """A station called while the server is in recovery: it has shown what it saw."""
        if self._began is None:
            self._began = self._book.clock()
        self._called.add(origin)
        self._come_back()

    def give(self, box: bytes) -> None:
        """Take a tail; the log is put back when all is there. Refusal for what is no tail."""
        if not self._book.recovery:
            return
        content = self._seal.open(box)
        skip = self.held - content.start
        if not 0 <= skip < len(content.leaves):
            return  # known already, or not its turn: another tail comes first
        fresh = content.leaves[skip:]
        self._bytes += sum(map(len, fresh))
        if self._bytes > MOST_BYTES:
            self._forget()
            raise Refusal("damaged", why="the tails given are too large")
        self._leaves += fresh
        self._take(content)
        self._come_back()

    def _take(self, content: Content) -> None:
        self._rows += [one for one in content.rows if one not in self._rows]
        self._entries += [one for one in content.office if one not in self._entries]

    def _come_back(self) -> None:
        signed = self._target.checkpoint()
        if not self._all_heard():
            return
        if signed is None:
            self._target.nothing_lost()
            if not self._book.recovery:
                self._office.came_back("")  # what it has more than the log: it was copied later
            return
        first = self._book.size
        if signed.size <= first:
            self.parted = True
        if self.held < signed.size or signed.size <= first:
            return
        lost = self._leaves[: signed.size - first]
        range_ = self._book.tree.range_at(first)
        for leaf in lost:
            range_.append(leaf_hash(leaf))
        self.parted = range_.root() != signed.root
        if self.parted:
            self._forget()
            return
        rows, beyond = _parted(self._rows, lost)
        said = {"from": first, "to": signed.size, "root": signed.root.hex()}
        parted = self._office.put_back(self._entries)  # first: what is here is asked of nobody
        self._book.regrow(
            lost, signed, self._target.note(), lambda: self._put_back(rows),
            lambda: self._stated(said, beyond),
        )  # fmt: skip
        self._forget()
        self._called.clear()
        self._began = None
        self._office.came_back(parted)  # the next start does it where this one cannot

    def _stated(self, said: dict[str, Any], beyond: list[Kept]) -> None:
        """With the leaves, or not at all."""
        self._book.state("server.recovered", said)
        self._issue_again(beyond)

    def _put_back(self, rows: list[Kept]) -> None:
        """With the leaves, or not at all."""
        self._add(rows)
        self._target.reached()

    def _issue_again(self, rows: list[Kept]) -> None:
        """State packs that were issued after the last checkpoint anybody has.

        A station may work by one: its number is not given to another, and its bytes are known.
        """
        for table, row in rows:
            if table != "packs" or self._has(table, row):
                continue
            self._add([(table, row), *_document(rows, row["sha256"])])
            self._book.state(ISSUED, {name: row[name] for name in STATED})

    def _all_heard(self) -> bool:
        waited = self._began is not None and self._book.clock() - self._began >= WAIT
        return waited or not self.missing()

    def _add(self, rows: list[Kept]) -> None:
        for table, row in rows:
            if not self._has(table, row):
                self._book.store.add(table, row)

    def _has(self, table: str, row: dict[str, Any]) -> bool:
        key = {name: row[name] for name in KEYS[table]}
        return self._book.store.one(table, **key) is not None

    def _forget(self) -> None:
        self._leaves: list[bytes] = []
        self._rows: list[Kept] = []
        self._entries: list[tuple[int, bytes]] = []
        self._bytes = 0


def _parted(rows: list[Kept], lost: list[bytes]) -> tuple[list[Kept], list[Kept]]:
    """The rows that the leaves put back name, and those that later leaves named.

    Of the latter nothing was signed: evidence of a fork comes again with the station's next call,
    and without its statement it would pass for known.
    """
    said = [leaf for data in lost if isinstance(leaf := decode(data), Statement)]
    names = {one for statement in said for one in named(statement)}
    within = [one for one in rows if name_of(*one) in names]
    return within, [one for one in rows if one not in within]


def _document(rows: list[Kept], sha256: str) -> list[Kept]:
    return [one for one in rows if one[0] == "documents" and one[1]["sha256"] == sha256]


KEYS: dict[str, tuple[str, ...]] = {
    "documents": ("sha256",),
    "packs": ("station", "number"),
    "branches": ("origin", "branch", "idx"),
    "branch_heads": ("origin", "branch"),
}
"""Tables a tail may fill, and what tells their rows apart."""
