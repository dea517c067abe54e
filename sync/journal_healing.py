"""A journal says in its own log what was put back into it; see ``sync.heal``."""

from __future__ import annotations

from sync.attachments import Attachments
from sync.journal_standing import JournalStanding
from sync.journal_store import healed, healed_told
from sync.journal_types import Appended, Item
from sync.sqlite import Database

HEALED = "sync/healed"
MOST_FILES = 500
"""Photos and files that one entry tells of."""


class JournalHealing(JournalStanding):
    """The part of a journal that tells of healing; see ``sync.journal.Journal``."""

    _database: Database

    def _write(self, items: list[Item]) -> list[Appended]:
        raise NotImplementedError

    def tell_healed(self) -> Appended | None:
        """Keep entries that name what was put back since the last; the newest, None if none was.

        Cut between the entry and the note that it was written, it is written twice. Raises Fault.
        """
        spans, files = healed(self._database), Attachments(self._database)
        made = None
        while (digests := files.healed(MOST_FILES)) or spans:
            body: dict[str, object] = {"entries": [list(span) for span in spans]}
            made = self._write([(HEALED, body | ({"attachments": digests} if digests else {}))])[0]
            healed_told(self._database)
            files.healed_told(digests)
            spans = []
        return made
