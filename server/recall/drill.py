"""A recall drill with a stopwatch: from a suspect lot to the complete list, with holds on the way.

Everything is done for real but for what would stop the plant: every online station's pack is built
and signed with the holds inside, and then discarded. Nothing is held, and no notice is sent.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from server.ingest.records import OFFICE
from server.recall import case as kinds
from server.recall.asked import Asked
from server.recall.case import Cause
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.book import Book
    from server.masters.packs import Packs
    from server.people.directory import Acting
    from server.people.stations import Stations
    from server.recall.case import RecallCase
    from server.recall.desk import Recalls
    from server.recall.scope import Scope
    from server.recall.suspects import Suspects
    from server.workers import Workers

ONLINE = timedelta(seconds=30)
"""A station that called within this time learns of a new pack with its next call."""
GOAL_MS = 5000
_Pairs = set[tuple[str, str]]


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What is known to be right, to judge the answer by."""

    lots: frozenset[tuple[str, str]] | None = None
    """Item and lot of everything downstream and the suspect itself; None: not known."""
    lines: frozenset[tuple[str, str]] | None = None
    """Shipment and line of everything shipped; None: not known."""


class Drills:
    """Runs drills."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is measured, and by what
        self,
        book: Book,
        recalls: Recalls,
        suspects: Suspects,
        stations: Stations,
        packs: Packs,
        mono_ns: Callable[[], int],
        random: Callable[[int], bytes],
    ) -> None:
        """``mono_ns``: a clock that only goes forward; ``random``: bytes, to choose a lot."""
        self._book, self._store, self._recalls = book, book.store, recalls
        self._suspects, self._stations, self._packs = suspects, stations, packs
        self._mono_ns, self._random = mono_ns, random

    async def run(
        self,
        cause: Cause | None,
        reason: str,
        acting: Acting,
        workers: Workers,
        truth: Truth | None = None,
    ) -> RecallCase:
        """One drill, ended with its signed report; ``cause`` None: a lot chosen at random."""
        chosen = cause or self._any_lot()
        watch = _Watch(self._mono_ns)
        roots = await self._suspects.some(chosen)
        watch.lap("find")
        scope = await workers.read(self._suspects.asked(roots))
        lots, lines = await workers.read(partial(_named, scope))
        watch.lap("list")
        asked = Asked(cause=chosen, reason=reason, depth="consumer", drill=True, hold=False)
        case = await self._recalls.open(asked, acting, workers, scope)
        watch.lap("freeze")
        sent = await self._rehearse(lots, case.id)
        watch.lap("packs")
        report = {
            "chosen": "given" if cause else "random",
            "roots": [list(one) for one in roots][:100],
            "lots": len(lots),
            "units": scope.units,
            "lines": len(lines),
            "consignees": len(scope.consignees),
            "not_known": len(scope.not_known),
            "stations": sent,
            "offline": self._offline(),
            **_judged("lots", lots, truth.lots if truth else None),
            **_judged("lines", lines, truth.lines if truth else None),
        }
        return self._signed(case.id, report, watch, acting)

    def _signed(
        self, case: str, report: dict[str, Any], watch: _Watch, acting: Acting
    ) -> RecallCase:
        """The report's own signature is timed by signing it once before it is stated."""
        acting.sign(kinds.DRILLED, {"case": case, **report})
        watch.lap("sign")
        body = {**report, "phases": watch.laps(), "total_us": watch.total_us(), "goal_ms": GOAL_MS}
        self._recalls.steps.add(kinds.DRILLED, case, body, acting)
        return self._recalls.steps.of(case)

    async def _rehearse(self, lots: set[tuple[str, str]], case: str) -> list[list[Any]]:
        """Each online station with how many lots its pack would stop, and the pack's bytes."""
        found = []
        for station in self._online():
            signed, stopped = self._packs.rehearse(station, lots, f"drill {case}")
            found.append([station.id, stopped, len(signed)])
            await asyncio.sleep(0)
        return found

    def _online(self) -> list[Any]:
        now = self._book.clock()
        return [
            one
            for one in self._enrolled()
            if (seen := self._seen(one.origin)) and now - seen <= ONLINE
        ]

    def _offline(self) -> list[str]:
        online = {one.id for one in self._online()}
        return sorted(one.id for one in self._enrolled() if one.id not in online)

    def _enrolled(self) -> list[Any]:
        found = {one.id: one for one in self._stations.all() if one.status == "enrolled"}
        return [one for one in found.values() if one.id != OFFICE]

    def _seen(self, origin: str) -> datetime | None:
        contact = self._store.one("contacts", origin=origin)
        return datetime.fromisoformat(contact["seen_at"]) if contact else None

    def _any_lot(self) -> Cause:
        """A lot at random: of those received or made here, else of imported history."""
        number = int.from_bytes(self._random(8), "big")
        rows = self._store.rows("lots")
        if rows:
            row = rows[number % len(rows)]
            return Cause(suspect="lot", item=row["item"], lot=row["lot"])
        count = self._store.count("history_lots")
        found = self._store.one("history_lots", number=number % count) if count else None
        if found is None:
            raise Refusal("not-found", what="lot", name="")
        return Cause(suspect="lot", item=found["item"], lot=found["lot_code"])


class _Watch:
    """A stopwatch with laps, in whole microseconds."""

    def __init__(self, mono_ns: Callable[[], int]) -> None:
        self._mono_ns = mono_ns
        self._start = self._last = mono_ns()
        self._laps: list[list[Any]] = []

    def lap(self, name: str) -> None:
        now = self._mono_ns()
        self._laps.append([name, (now - self._last) // 1000])
        self._last = now

    def laps(self) -> list[list[Any]]:
        return list(self._laps)

    def total_us(self) -> int:
        return (self._last - self._start) // 1000


def _named(scope: Scope) -> tuple[_Pairs, _Pairs]:
    """Its lots by item and number, its lines by shipment and number."""
    return (
        {(one.item, one.lot) for one in scope.lots},
        {(one.shipment, one.line) for one in scope.lines},
    )


def _judged(
    what: str, found: set[tuple[str, str]], right: frozenset[tuple[str, str]] | None
) -> dict[str, list[int]]:
    """How many were found, how many of them rightly, and how many there are; nothing unknown."""
    if right is None:
        return {}
    return {f"{what}_judged": [len(found), len(found & right), len(right)]}


def shares(judged: list[int]) -> tuple[str, str]:
    """Precision and recall of such a triple, as decimal text; 1 of nothing is all of it."""
    found, rightly, there = judged
    return _share(rightly, found), _share(rightly, there)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "1.0000"
