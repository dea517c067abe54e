"""Whether a journal may still grow: once frozen it is read and handed over, never written."""

from __future__ import annotations

from sync.faults import Fault
from sync.sqlite import Database


class JournalStanding:
    """The part of a journal that knows why no more is recorded; see ``sync.journal.Journal``."""

    _database: Database
    frozen: Fault | None = None
    """Why nothing more may be recorded under this key, if so; survives a restart."""

    def freeze(self, code: str, detail: str) -> Fault:
        """Record nothing more in this log, for good; the Fault that says why.

        A new epoch is the only way on. The first reason stays.
        """
        if self.frozen is None:
            with self._database.write() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO frozen (id, code, detail) VALUES (1, ?, ?)",
                    (code, detail),
                )
            self.frozen = Fault(code, detail)
        return self.frozen

    def _frozen_before(self) -> Fault | None:
        with self._database.read() as connection:
            row = connection.execute("SELECT code, detail FROM frozen").fetchone()
        return None if row is None else Fault(*row)

    def _refuse_if_frozen(self) -> None:
        if self.frozen is not None:
            raise Fault(self.frozen.code, self.frozen.detail)
