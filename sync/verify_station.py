"""Verifying one station's log within a server's content: heads, receipts, leaves, rights."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from sync.checkpoint import BadNote
from sync.findings import Finding
from sync.key_history import rotations_in, station_of
from sync.people_history import why_not
from sync.receipt import Receipt, open_receipt
from sync.seen import marks_of
from sync.server_source import ENTRIES, HEADS, LEAVES, RECEIPTS, log_file
from sync.verify_entries import EntryCheck
from sync.verify_keys import NotInForce, StationKeys
from sync.verify_leaves import LeafCheck, Named
from sync.verify_log import LogCheck, Place
from sync.verify_marks import Mark, by_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.keyring import Keyring
    from sync.server_source import ServerSource


class Around(NamedTuple):
    """What a station's log is checked against."""

    source: ServerSource
    leaves: LeafCheck
    """The server's log, read to its end."""
    ring: Keyring
    seen: Sequence[tuple[str, Mark]]
    file_problem: Callable[[str], str]
    """As :class:`sync.verify_entries.EntryCheck` takes it."""
    inside: bool
    """Whether to look into the entries."""


class StationCheck:
    """One station's log under examination."""

    def __init__(self, around: Around, origin: str) -> None:
        """The log of ``origin``."""
        self._source, self._leaves, self._ring, seen, problem, self._within = around
        self.origin = origin
        self._findings = self._leaves.findings
        self._named = self._leaves.named.get(origin, Named())
        self._cut_offs = self._leaves.stated.revoked.get(station_of(origin), [])
        self._keys = self._trusted()
        entries = log_file(origin, ENTRIES)
        self._log = LogCheck(origin, entries, self._marks(seen), self._findings)
        self._inside = EntryCheck(self._log, self._ring, self._findings, problem)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._log.next

    @property
    def signatures(self) -> int:
        """How many electronic signatures were verified."""
        return self._inside.signatures

    @property
    def unbound(self) -> int:
        """How many of these do not bind the signer's class."""
        return self._inside.unbound

    @property
    def files(self) -> int:
        """How many files named by records are as recorded."""
        return self._inside.files

    @property
    def late_heads(self) -> int:
        """Signatures whose head lies too far back to be looked up."""
        return self._inside.late_heads

    @property
    def signed(self) -> int:
        """Up to which size the station's own key signed what is here."""
        return self._log.held["head"].size if "head" in self._log.held else 0

    def run(self, tick: Callable[[], None]) -> None:
        """Read the log; ``tick`` is called for every entry."""
        aside = self._leaves.stated.quarantined
        for data, noted in self._source.entries(self.origin):
            excused = (self.origin, self._log.next) in aside
            place = self._log.take(data, noted, excused=excused)
            if self._within:
                self._look(place)
            tick()
        self._log.end(self._log.next)
        if self._log.next > self._named.next:
            size = str(self._named.next)
            self._findings.find("leaves-beyond", self._log.member, size=size)
        if self._log.next > self.signed and "head" not in self._log.differed:
            self._findings.find("head-beyond", self._log.member, size=str(self.signed))
        self._check_receipts()
        self._check_revoked()
        self._check_rotated()

    @property
    def valid(self) -> int | None:
        """Up to which size the log is valid; None if its key was never revoked."""
        return min((said.size for said in self._cut_offs), default=None)

    def _check_revoked(self) -> None:
        """Nothing that arrived after a revocation stands at or above the index it names."""
        for first, _, said in self._cut_offs:
            for index in range(first, len(self._named.positions)):
                if self._named.positions[index] > said:
                    found = {"first": str(first)}
                    place = (self._log.member, found, self.origin, index)
                    self._findings.add(Finding("revoked", *place))
                    return

    def _check_rotated(self) -> None:
        """Every change of key that the server states is one that this log holds."""
        for position, origin, index, key in self._leaves.stated.rotated:
            if origin != self.origin or self._keys is None:
                continue
            if self._keys.history.of_head(index + 2).public_key.hex() != key:
                found = {"name": origin, "index": str(index)}
                place = (LEAVES, found, self._source.origin, position, "station.rotated")
                self._findings.add(Finding("rotation-differs", *place))

    def _look(self, place: Place) -> None:
        """An electronic signature counts only by who the person was when it arrived."""
        record = self._inside.look(place)
        if record is None or record.envelope is None:
            return
        positions = self._named.positions
        position = positions[place.index] if place.index < len(positions) else 0
        person = str(record.context.get("person", ""))
        standing = self._leaves.stated.people.at(person, position)
        if code := why_not(standing, record.envelope.body, record.key):
            self._findings.add(record.finding(code, name=person))

    def _marks(self, seen: Sequence[tuple[str, Mark]]) -> Iterator[Mark]:
        """All by size, read as the log is: a log of single pushes has one of each an entry."""
        few = marks_of(seen, self.origin)
        few += [Mark(said.size, said.root, "revocation") for said in self._cut_offs if said.root]
        if self._named.whole and self._named.next:
            size, root = self._named.next, self._named.range.root().hex()
            few.append(Mark(size, root, "leaves"))
        receipts = (Mark(one.size, one.root.hex(), "receipt") for _, one in self._receipts())
        return heapq.merge(
            by_size(self._heads(), log_file(self.origin, HEADS), self._findings),
            by_size(receipts, log_file(self.origin, RECEIPTS), self._findings),
            sorted(few),
        )

    def _trusted(self) -> StationKeys | None:
        """The station's keys by index; None if the keys file holds none."""
        keys, stated = self._ring.get("station", self.origin), self._leaves.stated
        if not keys:
            return None
        # Who has one key only cannot have changed it: the log is not read for that.
        entries = (data for data, _ in self._source.entries(self.origin)) if keys[1:] else ()
        rotations = (envelope for _, envelope in rotations_in(entries))
        return StationKeys(keys, rotations, stated.stations.get(self.origin, ""))

    def _heads(self) -> Iterator[Mark]:
        member = log_file(self.origin, HEADS)
        for number, note in enumerate(self._source.heads(self.origin), start=1):
            place = f"{member}:{number}"
            if self._keys is None:
                self._findings.find("head", place, why="no key")
                continue
            try:
                head = self._keys.open_head(note, self.origin)
            except NotInForce as error:
                self._findings.find("head-key", place, size=str(error))
            except BadNote as error:
                self._findings.find("head", place, why=str(error))
            else:
                yield Mark(head.size, head.root.hex(), "head")

    def _receipts(self, *, tell: bool = False) -> Iterator[tuple[str, Receipt]]:
        member = log_file(self.origin, RECEIPTS)
        for number, note in enumerate(self._source.receipts(self.origin), start=1):
            place, why = f"{member}:{number}", "none of the server's keys"
            for key in self._ring.all("server"):
                try:
                    receipt = open_receipt(note, key)
                except BadNote as error:
                    why = str(error)
                    continue
                if receipt.origin == self.origin:
                    yield place, receipt
                    break
                why = f"of {receipt.origin}"
            else:
                if tell:
                    self._findings.find("receipt", place, why=why)

    def _check_receipts(self) -> None:
        """Every receipt names the leaves that its newest entries are."""
        positions = self._named.positions
        for place, one in self._receipts(tell=True):
            there = positions[max(0, one.start) : one.size]
            named = range(one.global_start, one.global_stop)  # of any length: never laid out
            if len(there) != len(named) or any(map(ne, there, named)):
                where = f"{one.global_start}-{one.global_stop}"
                self._findings.find("receipt-leaves", place, where=where)
