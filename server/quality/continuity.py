"""Broken continuity: a station goes on in a new epoch, and exactly what is missing of the old one.

What is known to have existed comes from the station itself (each contact says how much it has) and
from outside it: every label carries the log's size and eight digits of its head.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from forms.rights import Action
from server.ingest.claims import claimed, kept
from server.words import Refusal
from sync.envelope import BadEnvelope, check

if TYPE_CHECKING:
    from server.ingest.brought import Brought
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row

_MARK = re.compile(r"([1-9][0-9]{0,14}):([0-9a-f]{8})")
"""Of a size that can be stated: below 2^53."""
_OPENED = "sync/opened"
MOST_MISSING = 10_000
"""Indices named one by one: how many a station or a label speaks of is theirs to say."""


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """An old epoch that ended, as it stands now."""

    origin: str
    next: str
    kept: int
    """Entries of the old log that are here."""
    claimed: int
    """Entries it is known to have had."""
    missing: tuple[int, ...]
    """Indices known to have existed that are not here: the first of ``kept`` to ``claimed``."""
    at: str
    reason: str
    person: str
    """Who restored the station, as its new log says; empty until that log has begun."""
    agrees: bool | None
    """Whether the new log names the old one's head as it is here; None until it has begun."""
    marks: tuple[Row, ...]
    """What labels said."""


class Continuity:
    """The breaks of all stations."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def all(self) -> list[Break]:
        """Every break, with what is missing now: a tail found later closes it."""
        return [self._break(row) for row in self._store.rows("breaks")]

    def _break(self, row: Row) -> Break:
        here, known = kept(self._store, row["origin"]), claimed(self._store, row["origin"])
        return Break(
            origin=row["origin"],
            next=row["next"],
            kept=here,
            claimed=known,
            missing=tuple(range(here, min(known, here + MOST_MISSING))),
            at=row["at"],
            reason=row["reason"],
            person=row["person"],
            agrees=None if row["agrees"] is None else bool(row["agrees"]),
            marks=tuple(self._store.rows("label_marks", origin=row["origin"])),
        )

    def mark_seen(self, origin: str, mark: str, place: str, acting: Acting) -> str:
        """A mark ``size:8hex`` was read on a label: ``known``, ``missing`` or ``contradicts``.

        Signed. ``missing``: records up to there existed and are not here. ``contradicts``: this
        key signed another history, an alarm. Refusal if it is no mark.
        """
        acting.must(Action.REPORT_MARK)
        match = _MARK.fullmatch(mark.strip())
        if match is None:
            raise Refusal("bad-request", why="a mark is a number, a colon, 8 hex digits")
        size, prefix = int(match[1]), match[2]
        finding = self._finding(origin, size, prefix)
        body = {"origin": origin, "size": size, "prefix": prefix, "place": place}
        body |= {"finding": finding}
        with self._book.unit():
            self._book.state("mark.seen", body, (acting.sign("mark.seen", body),))
            if finding == "contradicts":
                self._book.alarm("mark-contradicts", origin, size=size)
            if finding == "missing":
                self._book.alarm("records-missing", origin, kept=kept(self._store, origin),
                                 claimed=size)  # fmt: skip
        return finding

    def _finding(self, origin: str, size: int, prefix: str) -> str:
        if size > kept(self._store, origin):
            return "missing"
        root = self._book.trees.of(origin).root(size).hex()
        return "known" if root.startswith(prefix) else "contradicts"

    def look(self, brought: Brought) -> None:
        """Compare what a new log says it continues with what is here."""
        if brought.start or not brought.stop:
            return
        origin = brought.origin
        first = self._store.one("entries", origin=origin, idx=0)
        if first is None:
            return
        try:
            opened = check(first["data"])
        except BadEnvelope:
            return
        row = self._store.one("breaks", next=origin)
        if row is None or opened.kind != _OPENED:
            return
        before = opened.body.get("previous")
        named = before if isinstance(before, dict) else {}
        size, root = named.get("size"), named.get("root")
        agrees = named.get("origin") == row["origin"] and self._is_ours(row["origin"], size, root)
        body = {
            "origin": row["origin"],
            "next": origin,
            "size": size if isinstance(size, int) else 0,
            "reason": str(opened.body.get("reason", ""))[:200],
            "person": str(opened.body.get("person", ""))[:64],
            "agrees": int(agrees),
        }
        self._book.state("continuity.named", body)
        if not agrees:
            self._book.alarm("continuity-contradicted", row["origin"], next=origin)

    def _is_ours(self, origin: str, size: object, root: object) -> bool:
        if not isinstance(size, int) or not 0 <= size <= kept(self._store, origin):
            return False
        return self._book.trees.of(origin).root(size).hex() == root
