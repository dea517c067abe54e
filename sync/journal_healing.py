"""A journal says in its own log what was put back into it; see ``sync.heal``."""

from __future__ import annotations

from sync.journal_standing import JournalStanding
from sync.journal_store import healed, healed_told
from sync.journal_types import Appended, Item
from sync.sqlite import Database

HEALED = "sync/healed"


class JournalHealing(JournalStanding):
    """The part of a journal that tells of healing; see ``sync.journal.Journal``."""

    _database: Database

    def _write(self, items: list[Item]) -> list[Appended]:
        raise NotImplementedError

    def tell_healed(self) -> Appended | None:
        """Keep an entry that names what was put back since the last one; None if nothing was.

        Cut between the entry and the note that it was written, it is written twice. Raises Fault.
        """
        spans = healed(self._database)
        if not spans:
            return None
        made = self._write([(HEALED, {"entries": [list(span) for span in spans]})])[0]
        healed_told(self._database)
        return made
