"""The audit trail as people read it: who did what to what, from what to what, why, and where."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from forms.terms import Text
from server.audit.diff import Change, changes
from server.audit.kinds import CHANGES, FAILURES, KINDS, NOTABLE
from server.log.leaves import EntryLeaf, leaf_at
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from server.store.protocol import Row, Store

PAGE, MOST_LOOKED = 500, 20_000
"""Rows read at once, and looked through for one answer; the next one goes on from there."""
Only = Literal["", "changes", "failures"]
_HIDDEN = frozenset({"wrapped_sha256", "badge_digest", "sealed_sha256", "codes_sha256"})
"""Members that say nothing to a reader and are half of a secret."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What of the trail is asked for; empty members ask for everything."""

    person: str = ""
    kind: str = ""
    subject: str = ""
    place: str = ""
    since: str = ""
    """Date or time, ISO 8601, as are the events' (compared as text)."""
    until: str = ""
    only: Only = ""
    job: str = ""
    """What touched a job order and its lot."""

    def fits(self, row: Row) -> bool:
        """Whether an event is asked for."""
        wanted = {"changes": CHANGES, "failures": FAILURES}.get(self.only)
        return (
            all(
                not asked or asked == row[name]
                for name, asked in (
                    ("person", self.person), ("kind", self.kind), ("subject", self.subject),
                    ("place", self.place),
                )
            )
            and (not self.since or row["at"] >= self.since)
            and (not self.until or row["at"][: len(self.until)] <= self.until)
            and (wanted is None or row["sort"] in wanted)
        )  # fmt: skip


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    index: int
    """Of its leaf in the server's log."""
    at: str
    kind: str
    what: Text | None
    """None for a kind that nobody here knows the words of."""
    sort: str
    person: str
    role: str
    place: str
    subject: str
    result: str
    """Why it was refused; empty if it was done."""
    why: str
    detail: str
    changes: tuple[Change, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Events, the newest first, and where to go on."""

    events: tuple[Event, ...]
    more: int | None
    """Ask again with ``stop`` of this; None: there is nothing before."""


class Found(NamedTuple):
    """Events that fit, by their leaves, the newest first."""

    indexes: tuple[int, ...]
    more: int | None
    """As :attr:`Page.more`."""


class Events:
    """Reads the trail."""

    def __init__(self, store: Store) -> None:
        """Over the projections of ``store``."""
        self._store = store

    def page(self, asked: Filter, start: int, stop: int, most: int = 200) -> Page:
        """The newest ``most`` events asked for among leaves ``start`` to ``stop``."""
        found, more = self._find(asked, (start, stop), most, MOST_LOOKED)
        return Page(events=tuple(map(self.event, found)), more=more)

    async def found(self, asked: Filter, start: int, stop: int, most: int) -> Found:
        """Which events :meth:`page` would give, looked for in pieces: others work meanwhile."""
        indexes: list[int] = []
        more: int | None = stop
        while more is not None and len(indexes) < most and stop - more <= MOST_LOOKED:
            looked = MOST_LOOKED if asked.job else PAGE  # of a job all rows are read at once
            rows, more = self._find(asked, (start, more), most - len(indexes), looked)
            indexes += [int(row["idx"]) for row in rows]
            await asyncio.sleep(0)
        return Found(tuple(indexes), more)

    async def told(self, indexes: Iterable[int]) -> AsyncIterator[Event]:
        """These events, one after another: others work meanwhile, and none is held."""
        for index in indexes:
            row = self._store.one("trail", idx=index)
            if row is not None:
                yield self.event(row)
            await asyncio.sleep(0)

    def _find(
        self, asked: Filter, among: tuple[int, int], most: int, looked: int
    ) -> tuple[list[Row], int | None]:
        """Rows asked for among these leaves, and where to go on: after so many, or so many seen."""
        found: list[Row] = []
        start, stop = among
        last = stop
        for row in self._rows(asked, start, stop):
            last = int(row["idx"])
            if asked.fits(row):
                found.append(row)
            if len(found) >= most or stop - last > looked:
                return found, last
        return found, None

    def _rows(self, asked: Filter, start: int, stop: int) -> Iterator[Row]:
        """The rows to look at, the newest first."""
        if asked.job:
            rows = [row for row in self.of_job(asked.job) if start <= row["idx"] < stop]
            yield from reversed(rows)
            return
        named = ("person", "kind", "subject")
        equal = {name: getattr(asked, name) for name in named if getattr(asked, name)}
        while True:
            page = self._store.rows(
                "trail", start=start, stop=stop, newest_first=True, limit=PAGE, **equal
            )
            yield from page
            if len(page) < PAGE:
                return
            stop = int(page[-1]["idx"])

    def of_job(self, job: str) -> list[Row]:
        """What touched a job order: its records that count here, orders, lot, who came to it."""
        row = self._store.one("jobs", id=job)
        subjects = [f"job:{job}", f"review:{job}"]
        subjects += [f"lot:{row['item']}/{row['lot']}"] if row else []
        found = {
            one["idx"]: one for name in subjects for one in self._store.rows("trail", subject=name)
        }
        for read in self._store.rows("audit", about=job):
            one = self._store.one("trail", idx=read["idx"])
            found |= {one["idx"]: one} if one else {}
        return [found[index] for index in sorted(found)]

    def event(self, row: Row) -> Event:
        """The event of a row, with what changed."""
        body = self._body(int(row["idx"]))
        known = KINDS.get(row["kind"]) or NOTABLE.get(row["kind"])
        return Event(
            index=row["idx"],
            at=row["at"],
            kind=row["kind"],
            what=known.what if known else None,
            sort=row["sort"],
            person=row["person"],
            role=str(body.get("role", "")),
            place=row["place"],
            subject=row["subject"],
            result=str(body.get("result", "")),
            why=str(body.get("reason") or body.get("why") or body.get("conclusion") or ""),
            detail=_detail(row, body),
            changes=self._changes(row, body),
        )

    def _body(self, index: int) -> dict[str, Any]:
        leaf = leaf_at(self._store, index)
        if leaf is None:
            return {}
        if not isinstance(leaf, EntryLeaf):
            return leaf.body
        entry = self._store.one("entries", origin=leaf.origin, idx=leaf.index)
        found = canonical.loads(bytes(entry["data"])).get("body") if entry else None
        return found if isinstance(found, dict) else {}

    def _changes(self, row: Row, body: dict[str, Any]) -> tuple[Change, ...]:
        """Of a correction what it says; of a thing that was stated before, the difference."""
        if row["kind"] == "corrected":
            field, was, now = (str(body.get(name, "")) for name in ("field", "was", "now"))
            return (Change(name=field, old=was, new=now),)
        if row["kind"] not in KINDS or not row["subject"] or row["sort"] == "session":
            return ()
        old = self._before(row)
        shown = [{k: v for k, v in one.items() if k not in _HIDDEN} for one in (old or {}, body)]
        if row["kind"] == "lot.status" and old is not None:  # it says no more than what it sets
            shown[0] = {name: value for name, value in shown[0].items() if name in shown[1]}
        return changes(shown[0], shown[1])

    def _before(self, row: Row) -> dict[str, Any] | None:
        """What was said of the same thing before; that a session ended says nothing of it."""
        rows = self._store.rows(
            "trail", subject=row["subject"], stop=row["idx"], newest_first=True, limit=PAGE
        )
        before = next((one for one in rows if one["sort"] != "session"), None)
        return self._body(int(before["idx"])) if before else None


def _detail(row: Row, body: dict[str, Any]) -> str:
    """A few words of what it is about, where the subject does not say it."""
    if row["kind"] == "audit":
        count = f" ({body['count']})" if body.get("count", 1) != 1 else ""
        return f"{body['route']} {body['about']}{count}".strip()
    names = ("command", "code", "about", "description", "meaning", "decision", "disposition")
    return " ".join(str(body[name]) for name in names if body.get(name))
