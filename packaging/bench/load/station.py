"""Stations made beforehand: real journals, so that the generator only sends what they signed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from records import records
from serving import signer_of

from sync.clock import SystemClock
from sync.framing import pack_push
from sync.journal import Journal
from sync.sqlite import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sync.journal import Batch
    from sync.keys import TestSigner


@dataclass
class Station:
    """A station and what it will send."""

    signer: TestSigner
    entries: list[bytes]
    """Its live records, in order."""
    heads: list[str]
    """The head signed after each of them: any run of records can be a push."""
    singles: list[bytes]
    """Each of them packed as a push by itself: a real station has a processor of its own for it."""
    backlog: Batch
    """What it recorded while there was no line, as its outbox packs it."""
    token: str = ""
    notes: list[str] = field(default_factory=list)
    """Receipts, checked when the clock has stopped."""

    @property
    def origin(self) -> str:
        """Its log's name."""
        return self.signer.name


def herd(
    folder: Path, names: Sequence[str], live: Sequence[int], backlog: Sequence[int],
    progress: Callable[[int], None],
) -> list[Station]:  # fmt: skip
    """One station a name, with so many live records and, after them, so many for the backlog."""
    folder.mkdir()
    most = max(here + later for here, later in zip(live, backlog, strict=True))
    pool = list(records(17, most))
    made = []
    for name, here, later in zip(names, live, backlog, strict=True):
        made.append(_station(folder, name, pool[: here + later], here))
        progress(len(made))
    shutil.rmtree(folder)
    return made


def _station(folder: Path, name: str, pool: Sequence[tuple[str, Any]], live: int) -> Station:
    signer = signer_of(name)
    database = open_database(folder / f"{name}.db")
    journal = Journal(database, signer.name, signer, SystemClock())
    own = {"station": name, "job_order": f"JO-{name}"}
    journal.append_many([(kind, {**body, "context": {**body["context"], **own}})
                         for kind, body in pool])  # fmt: skip
    single = [journal.batch(index, 1) for index in range(live)]
    backlog = journal.batch(live)
    database.close()
    return Station(signer, [one.entries[0] for one in single], [one.head for one in single],
                   [pack_push(one.entries, one.head) for one in single], backlog)  # fmt: skip
