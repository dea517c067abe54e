"""Facts from programs beside the running server: left as files, stated by who has the log open.

A backup runs in a process of its own and cannot write to the log. It leaves what it did in the
data folder's ``spool``; the server states it within seconds, or at its next start. A fact may be
stated twice if the machine dies between the statement and the file's end; never not at all.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from server.audit.program import COMMAND
from sync import canonical, files

if TYPE_CHECKING:
    from pathlib import Path

    from server.log.book import Book

LOG = logging.getLogger("lotbook.server")
SPOOL = "spool"
BACKUP, DRILL = "backup.made", "restore.drilled"
KINDS = frozenset({BACKUP, DRILL, COMMAND})
"""What may be told so; everything else needs a person's signature."""
MOST_BYTES, MOST_FILES = 32_768, 1_000


def leave(folder: Path, kind: str, body: dict[str, Any]) -> Path:
    """Leave a fact in the data folder; durable when it returns. Raises OSError."""
    data = canonical.dumps({"kind": kind, "body": body})
    place = folder / SPOOL
    place.mkdir(mode=0o700, exist_ok=True)
    path = place / f"{sha256(data).hexdigest()[:32]}.json"
    files.replace(path, data)
    return path


def take(folder: Path, book: Book) -> int:
    """State what was left; how many facts. What is none is set aside and logged, not believed."""
    if book.recovery or not (folder / SPOOL).is_dir():
        return 0
    count = 0
    for path in sorted((folder / SPOOL).glob("*.json"))[:MOST_FILES]:
        fact = _read(path)
        if fact is None:
            LOG.error("no fact of ours, set aside: %s", path)
            path.rename(path.with_suffix(".refused"))
            continue
        kind, body = fact
        with book.unit():
            agrees = _agrees(book, body)
            book.state(kind, body | ({} if kind == COMMAND else {"agrees": agrees}))
            if kind != COMMAND and not agrees:
                book.alarm("backup-differs", str(body.get("file", kind)))
        path.unlink()
        count += 1
    return count


def _agrees(book: Book, body: dict[str, Any]) -> bool:
    """Whether what was derived of a backup is a beginning of this very log."""
    size = body.get("size")
    if not isinstance(size, int) or not 0 < size <= book.size:
        return False
    return book.tree.root(size).hex() == body.get("root")


def _read(path: Path) -> tuple[str, dict[str, Any]] | None:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        fact = canonical.loads(data, MOST_BYTES)
    except canonical.NotCanonical:
        return None
    kind, body = fact.get("kind"), fact.get("body")
    return (str(kind), body) if kind in KINDS and isinstance(body, dict) else None
