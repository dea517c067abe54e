"""How a server learns that it signed more than it holds: by its own signature, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.words import Refusal
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.succession import epoch_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from server.log.book import Book
    from server.store.protocol import Store
    from sync.keys import Verifier

MARK = "restored"
"""File in a data folder that was put back from a backup: the server asks before it signs."""
_SHOWN, _PUT_BACK = 1, 2
"""Rows of the desk: the newest checkpoint that somebody showed; the mark, where several servers
have the database and the folder is only one's own."""


def keep_mark(folder: Path, store: Store, now: datetime) -> None:
    """The database of a folder that was put back goes elsewhere: the mark goes with it."""
    if (folder / MARK).exists():
        row = {"id": _PUT_BACK, "note": "", "learnt_at": now.isoformat()}
        with store.transaction():
            store.put("recovery", row)


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
        self.ask_first()

    def note(self) -> str:
        """The note; empty if nothing newer is known."""
        row = self._store.one("recovery", id=_SHOWN)
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
            row = {"id": _SHOWN, "note": note, "learnt_at": self._book.clock().isoformat()}
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
        """Whatever opens a folder just put back: nothing is signed in it until it has asked.

        And nobody is signed in: a session may have been ended since.
        """
        if self._marked():
            self._book.recovery = True
            with self._store.transaction():
                self._store.remove("sessions")

    def only_asks(self) -> bool:
        """In recovery because it was put back, and for no other reason that is known."""
        return self._marked() and self.checkpoint() is None and self._book.consistent()

    def nothing_lost(self) -> None:
        """Everybody was asked and nobody has seen more: go on, if the second memory agrees."""
        if self._marked():
            self._store.remove("recovery", id=_PUT_BACK)
            self._mark.unlink(missing_ok=True)
            self._book.recheck()

    def reached(self) -> None:
        """The log holds it again."""
        self._store.remove("recovery")
        self._mark.unlink(missing_ok=True)

    def _marked(self) -> bool:
        return self._mark.exists() or self._store.one("recovery", id=_PUT_BACK) is not None

    def _held(self, shown: Checkpoint) -> bool:
        """Here; or of an epoch that ended, which two persons went on from: everybody is told so."""
        ours = epoch_of(self._book.origin, self._book.name)
        if self._epoch(shown) != ours:
            return self._epoch(shown) < ours
        if shown.size > self._book.size:
            return False
        return shown.size == 0 or self._book.tree.root(shown.size) == shown.root
