"""Verifying a server's whole content with public keys alone: every log to its last entry."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, Checkpoint
from sync.seen import marks_of
from sync.server_source import CHECKPOINTS, LEAVES, log_file
from sync.succession import open_of_log
from sync.verify_branches import check_branches
from sync.verify_cosignatures import CosignatureCheck
from sync.verify_entries import problem_of
from sync.verify_leaves import LeafCheck
from sync.verify_marks import Findings, Mark, by_size
from sync.verify_station import Around, StationCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.keyring import Keyring
    from sync.server_source import ServerSource

EVERY = 1_000
"""Leaves or entries between two calls of ``progress``."""


class ExportCheck:
    """A server's content under examination; :meth:`run` reads everything."""

    def __init__(
        self,
        source: ServerSource,
        ring: Keyring,
        seen: Sequence[tuple[str, Mark]] = (),
        progress: Callable[[int], None] = lambda _count: None,
        *,
        inside: bool = True,
    ) -> None:
        """``seen``: what is remembered outside; ``progress`` is told how much was read.

        ``inside``: look into the entries too, at electronic signatures and files named.
        """
        self.source, self.ring = source, ring
        self.findings = Findings()
        self.logs: list[StationCheck] = []
        self.newest: Checkpoint | None = None
        """The server's newest checkpoint that its key signed."""
        self.witnesses = CosignatureCheck(source.cosignatures(), ring, self.findings)
        self._named: dict[str, int] = {}
        """Names of the log on its checkpoints, with the number of the first one so named."""
        self._progress, self._read = progress, 0
        outside = marks_of(seen, source.origin)
        marks = heapq.merge(by_size(self._signed(), CHECKPOINTS, self.findings), outside)
        self.leaves = LeafCheck(source.origin, LEAVES, marks, self.findings, ring)
        files = set(source.attachments())
        self._around = Around(source, self.leaves, ring, seen, self._file_problem(files), inside)

    def run(self) -> None:
        """Read it all: the server's log first, then every station's."""
        for data, noted in self.source.leaves():
            self.leaves.take(data, noted)
            self._tick()
        self.leaves.end(self.leaves.range.size)
        self.witnesses.end()
        size = self.newest.size if self.newest else 0
        if self.leaves.range.size > size:
            self.findings.find("checkpoint-beyond", LEAVES, size=str(size))
        self._names()
        self._people()
        for origin in sorted(self._origins()):
            log = StationCheck(self._around, origin)
            log.run(self._tick)
            self.logs.append(log)
        check_branches(self.source, self.ring, self.leaves.stated, self.findings)

    def _tick(self) -> None:
        self._read += 1
        if self._read % EVERY == 0:
            self._progress(self._read)

    def _signed(self) -> Iterator[Mark]:
        """Every checkpoint that the server's key signed, its witnesses looked at on the way."""
        for number, note in enumerate(self.source.checkpoints(), start=1):
            found = self._open(note)
            if isinstance(found, Checkpoint):
                self.newest = found
                self._named.setdefault(found.origin, number)
                self.witnesses.checkpoint(found.size, note)
                yield Mark(found.size, found.root.hex(), "checkpoint")
            else:
                self.findings.find("checkpoint", f"{CHECKPOINTS}:{number}", why=found)

    def _open(self, note: str) -> Checkpoint | str:
        why = "none of its keys"
        for key in self.ring.all("server"):
            try:
                return open_of_log(note, key)
            except BadNote as error:
                why = str(error)
        return why

    def _names(self) -> None:
        """A later name of the log is one that a statement of two persons gave it."""
        first = {key.name for key in self.ring.all("server")}
        for name in self._named.keys() - first - self.leaves.stated.continued:
            why = f"no statement tells why the log is called {name}"
            self.findings.find("checkpoint", f"{CHECKPOINTS}:{self._named[name]}", why=why)

    def _people(self) -> None:
        """The keys that the log ends with are those of the keys file."""
        for person, standing in self.leaves.stated.people.newest().items():
            held = [key.public_key.hex() for key in self.ring.get("person", person)]
            if not held:
                self.findings.find("no-key", LEAVES, purpose="person", name=person)
            elif standing.public_key not in held:
                self.findings.find("key-differs", LEAVES, name=person)

    def _origins(self) -> set[str]:
        """Every log there is or must be: enrolled, named by a leaf, kept, known outside."""
        outside = {name for purpose, name in self.ring.keys if purpose == "station"}
        stated = set(self.leaves.stated.stations)
        for origin in sorted(outside - stated):
            self.findings.find("station-missing", LEAVES, name=origin)
        kept = set(self.source.logs())
        for origin in sorted(stated - kept):
            self.findings.find("log-missing", log_file(origin, ""), name=origin)
        return stated | kept | set(self.leaves.named)

    def _file_problem(self, files: set[str]) -> Callable[[str], str]:
        def problem(digest: str) -> str:
            if digest not in files:
                return "attachment"
            if not self.source.with_attachments:
                return ""
            return problem_of(digest, self.source.attachment(digest))

        return problem
