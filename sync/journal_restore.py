"""Putting entries back into a journal whose file is an older copy, under the same key.

Only for the office, whose journal and server are one: nobody else wrote under its key meanwhile, so
the same bytes make the same log. A station opens a new epoch instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync import envelope
from sync.envelope import BadEnvelope
from sync.faults import Fault
from sync.journal import Journal


def put_back(journal: Journal, entries: Sequence[tuple[int, bytes]]) -> int:
    """Append what the journal lacks of ``entries`` (index, bytes), verbatim; how many.

    Raises Fault ``journal-damaged`` for entries that are not this log's next ones.
    """
    missing: list[bytes] = []
    for index, data in sorted(entries):
        if index < journal.size + len(missing):
            continue
        try:
            found = envelope.check(data)
        except BadEnvelope as error:
            raise Fault("journal-damaged", str(error)) from error
        place = (journal.origin, journal.size + len(missing))
        if (found.origin, found.index) != place or index != found.index:
            raise Fault("journal-damaged", f"entry {found.origin}#{found.index} at {place}")
        missing.append(data)
    if missing:
        journal.append_verbatim(missing)
    return len(missing)
