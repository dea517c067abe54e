"""How a server learns that it signed more than it holds: by its own signature, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.succession import epoch_of

if TYPE_CHECKING:
    from pathlib import Path

    from server.log.book import Book
    from sync.keys import Verifier


MARK = "restored"
"""File in a data folder that was put back from a backup: the server asks before it signs."""


class Target:
    """The newest checkpoint this server is known to have signed, and does not hold."""

    def __init__(self, book: Book, server: Verifier, mark: Path) -> None:
        """Of the book; ``server`` is the key it signs with. A target known is gone back to.

        ``mark``: the file that says the folder was put back from a backup.
        """
        self._book, self._store, self._server = book, book.store, server
        self._mark = mark
        known = self.checkpoint()
        if known is not None and not self._held(known):
            book.recovery = True

    def note(self) -> str:
        """The note; empty if nothing newer is known."""
        row = self._store.one("recovery", id=1)
        return str(row["note"]) if row else ""

    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint to come back to; None if nothing newer is known."""
        note = self.note()
        return open_note(note, self._server) if note else None

    def present(self, note: str) -> bool:
        """Somebody shows a checkpoint signed here; True if the server is in recovery by it.

        Refusal ``bad-request`` unless this server's key signed it.
        """
        try:
            shown = open_note(note, self._server)
        except BadNote as error:
            raise Refusal("bad-request", why=f"not a checkpoint of this server: {error}") from error
        if not self._epoch(shown):
            raise Refusal("bad-request", why=f"not a checkpoint of this log: {shown.origin}")
        if self._held(shown):
            return False
        self._book.recovery = True
        known = self.checkpoint()
        if known is None or self._rank(shown) > self._rank(known):
            row = {"id": 1, "note": note, "learnt_at": self._book.clock().isoformat()}
            with self._store.transaction():
                self._store.put("recovery", row)
        return True

    def signed(self) -> Checkpoint:
        """The newest that was signed, as far as is known: shown, or in the second memory."""
        known = [one for one in (self.checkpoint(), self._book.remembered()) if one is not None]
        size = self._book.size
        here = Checkpoint(self._book.origin, size, self._book.tree.root(size))
        return max(known, key=self._rank, default=here)

    def _epoch(self, shown: Checkpoint) -> int:
        return epoch_of(shown.origin, self._book.name)

    def _rank(self, shown: Checkpoint) -> tuple[int, int]:
        """A later epoch is newer, whatever its size."""
        return self._epoch(shown), shown.size

    def ask_first(self) -> None:
        """Before anything is answered: a folder just put back signs nothing until it has asked."""
        if self._mark.exists():
            self._book.recovery = True

    def nothing_lost(self) -> None:
        """Everybody was asked and nobody has seen more: go on, if the second memory agrees."""
        if self._mark.exists():
            self._mark.unlink()
            self._book.recheck()

    def reached(self) -> None:
        """The log holds it again."""
        self._store.remove("recovery", id=1)
        self._mark.unlink(missing_ok=True)

    def _held(self, shown: Checkpoint) -> bool:
        """Here; or of an epoch that ended, which two persons went on from: everybody is told so."""
        ours = epoch_of(self._book.origin, self._book.name)
        if self._epoch(shown) != ours:
            return self._epoch(shown) < ours
        if shown.size > self._book.size:
            return False
        return shown.size == 0 or self._book.tree.root(shown.size) == shown.root
