"""Bringing a plant's history from before Lotbook into it: a signed act over kept files."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import IO, TYPE_CHECKING, Any

import msgspec

from forms.rights import Action
from server.ingest.history import KIND, PIECE, STATED, History, in_order, note, packed, taken
from server.ingest.history_rows import FILES
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.log.book import Book
    from server.people.directory import Acting

MOST_BYTES = 4 * 1024**3
"""Of one file: its pieces are named in one leaf."""
MOST_WORDS = 1_000


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was brought in."""

    index: int
    """The leaf that states it."""
    rows: dict[str, int]
    """By file."""


class HistoryImport:
    """Imports of history."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def found(self, folder: Path) -> dict[str, int]:
        """The files there, in the order they are read, with their sizes; Refusal if none."""
        there = in_order(name for name in FILES if (folder / name).is_file())
        if not there:
            raise Refusal("history-missing", path=str(folder), files=", ".join(FILES))
        sizes = {name: (folder / name).stat().st_size for name in there}
        for name, size in sizes.items():
            if size > MOST_BYTES:
                raise Refusal("bad-request", why=f"{name} is longer than {MOST_BYTES:,} bytes")
        return sizes

    def bring(
        self,
        folder: Path,
        acting: Acting,
        origin: str,
        reason: str,
        read: Callable[[str, int], None] = lambda _file, _bytes: None,
    ) -> Imported | None:
        """Import what was not imported before, all or nothing; None if everything was.

        ``origin``: where the files come from, in words. Raises Refusal, BadRows, OSError.
        """
        acting.must(Action.IMPORT)
        origin, reason = _words(origin), _words(reason)
        if not reason:
            raise Refusal("reason-needed")
        digests = {name: _digest(folder / name) for name in self.found(folder)}
        fresh = [name for name, digest in digests.items() if not taken(self._store, digest)]
        if not fresh:
            return None
        if self._book.recovery:
            raise Refusal("server-recovery", status=503)
        with self._book.unit():
            self._book.catch_up()
            index = self._book.size  # of the statement: nothing comes before it in this unit
            history = History(self._store, index, read)
            files = [self._file(history, folder / name, digests[name]) for name in fresh]
            for file in files:
                note(self._store, index, file, file["rows"])
            body: dict[str, Any] = {"files": files, "origin": origin, "reason": reason}
            self._book.state(STATED, body, (acting.sign(STATED, body),))
        return Imported(index=index, rows={file["name"]: file["rows"] for file in files})

    def _file(self, history: History, path: Path, digest: str) -> dict[str, Any]:
        """Keep a file and write its rows; how it is named in the statement."""
        names: list[str] = []
        whole = hashlib.sha256()

        def kept(file: IO[bytes]) -> Iterator[bytes]:
            for piece in pieces(file):
                whole.update(piece)
                name, data = packed(piece)
                if self._store.one("documents", sha256=name) is None:
                    self._store.add("documents", {"sha256": name, "kind": KIND, "data": data})
                names.append(name)
                yield piece

        with path.open("rb") as file:
            rows = history.take(path.name, kept(file))
        if whole.hexdigest() != digest:
            raise Refusal("bad-request", why=f"{path.name} changed while it was read")
        size = path.stat().st_size
        return {"name": path.name, "sha256": digest, "size": size, "rows": rows, "pieces": names}


def _words(text: str) -> str:
    """As it can be signed. Refusal if it is too long."""
    if len(text) > MOST_WORDS:
        raise Refusal("bad-request", why=f"more than {MOST_WORDS} characters")
    return unicodedata.normalize("NFC", text).strip()


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces that end with a line where there is an end."""
    rest = b""
    while block := file.read(PIECE - len(rest)):
        data = rest + block
        cut = data.rfind(b"\n") + 1 or len(data)
        rest = data[cut:]
        yield data[:cut]
    if rest:
        yield rest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
