"""A genealogy written twice: into a server's tables and leaves, and into plain lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import orjson

from server.log.leaves import EntryLeaf, Statement
from server.store.protocol import Store
from server.trace.graph.graph import Graph
from server.trace.reach import LotId

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
ORIGIN = "lotbook.test/S1/ST-01/1"


class Fact(NamedTuple):
    """A row of any kind, with its two times."""

    kind: str
    """edge | unit | line | back"""
    at: datetime
    known: int
    lot: LotId
    what: Any
    """The lot it went into, the serial, or the number of the line."""


def lot(number: int) -> LotId:
    """One of the lots there are: the same number under two items is two lots."""
    return LotId(f"I{number % 2}", f"L{number // 2}")


class Written:
    """Writes facts, and remembers them."""

    def __init__(self, store: Store) -> None:
        self.store, self.size = store, 0
        self.facts: list[Fact] = []
        self.graph: Graph | None = None
        self.entries = 0
        self._names = count()
        """No two leaves are alike: what is undone is told from what comes in its place."""

    def folded(self) -> int:
        return self.size

    def consumed(self, job: int, used: int, day: int, quantity: str) -> None:
        """A job order uses a lot; what it makes is decided by its number."""
        index = self._record(job)
        made = self._job(job)
        self._used(job, used, day, quantity, self.entries - 1)
        self._fact("edge", day, index, lot(used), (made, quantity))
        self._settled({f"J{job}"}, [])

    def awaited(self, job: int) -> tuple[int, int]:
        """A leaf whose entry is still to come: its place in the log, and in the station's."""
        index = self._record(job)
        self._job(job)
        key = {"origin": ORIGIN, "idx": self.entries - 1}
        self.store.remove("records", **key)
        row = {"leaf": "0" * 64, "global_index": index, "received_at": BEGIN.isoformat()}
        self.store.put("awaited", key | row)
        return index, self.entries - 1

    def came(self, job: int, used: int, place: tuple[int, int]) -> None:
        """The entry: a job order used a lot. No leaf tells of it now."""
        index, entry = place
        self.store.remove("awaited", origin=ORIGIN, idx=entry)
        self._row(job, index, entry)
        self._used(job, used, 1, "1", entry)
        self._fact("edge", 1, index, lot(used), (self._made(job), "1"))
        self._settled({f"J{job}"}, [])

    def produced(self, job: int, serial: str, day: int) -> None:
        """A job order makes a unit."""
        index = self._record(job)
        made = self._job(job)
        key = {"job": f"J{job}", "origin": ORIGIN, "idx": self.entries - 1}
        row = key | made._asdict() | {"wall": self._at(day), "effect": 1, "serial": serial}
        said = {"operation": "OP", "person": "P", "station": "ST-01", "expiry": "2030-01-01"}
        self.store.put("production", row | said)
        if serial not in [one.what for one in self.facts if one.lot == made]:
            self._fact("unit", day, index, made, serial)
        self._settled({f"J{job}"}, [])

    def withdrawn(self, job: int) -> None:
        """A job order is judged anew, and nothing of it stands."""
        self._record(job)
        self.store.remove("consumption", job=f"J{job}")
        self.store.remove("production", job=f"J{job}")
        made = self._made(job)
        self.facts = [
            one
            for one in self.facts
            if not (
                (one.kind == "edge" and one.what[0] == made and one.what[1] != "T")
                or (one.kind == "unit" and one.lot == made)
            )
        ]
        self._settled({f"J{job}"}, [])

    def transformed(self, one: int, into: int, day: int) -> None:
        """A lot is split, merged or worked on again into another."""
        row = lot(one)._asdict() | {"into_item": lot(into).item, "into_lot": lot(into).lot}
        row |= {"idx": self.size, "n": 0, "kind": "split", "quantity": "1", "unit": "ea"}
        self.store.put("transforms", row | {"at": self._at(day), "person": "P"})
        self._fact("edge", day, self.size, lot(one), (lot(into), "T"))
        self._stated("lots.transformed")

    def shipped(self, one: int, day: int, *, back: bool) -> None:
        """A lot leaves, or comes back."""
        number = str(self.size)
        row = lot(one)._asdict() | {"idx": self.size, "n": 0, "shipment": "S", "line": number}
        row |= {"consignee": f"C{one}", "quantity": "2", "unit": "ea", "at": self._at(day)}
        row |= {"person": "P", "returned": int(back), "serials": orjson.dumps([f"S{number}"])}
        self.store.put("shipment_lines", row)
        self._fact("back" if back else "line", day, self.size, lot(one), number)
        self._stated("shipment.recorded")

    def _made(self, job: int) -> LotId:
        return lot((job * 3 + 1) % 8)

    def _job(self, job: int) -> LotId:
        made = self._made(job)
        row: dict[str, Any] = {"id": f"J{job}", "lot": made.lot, "item": made.item, "units": 1}
        row |= dict.fromkeys(("master", "status", "operation"), "")
        numbers = ("records", "findings", "produced", "open_nonconformities")
        self.store.put("jobs", row | dict.fromkeys(numbers, 0))
        return made

    def _used(self, job: int, used: int, day: int, quantity: str, entry: int) -> None:
        key = {"job": f"J{job}", "origin": ORIGIN, "idx": entry}
        row = key | lot(used)._asdict() | {"wall": self._at(day), "effect": 1}
        said = {"operation": "OP", "person": "P", "station": "ST-01"}
        self.store.put("consumption", row | said | {"quantity": quantity, "unit": "m"})

    def _row(self, job: int, index: int, entry: int) -> None:
        words = ("ref", "kind", "person", "station", "work_unit", "operation", "step", "wall")
        row: dict[str, Any] = dict.fromkeys((*words, "quality"), "")
        row |= {"origin": ORIGIN, "idx": entry, "job_order": f"J{job}"}
        self.store.put("records", row | {"sound": 1, "read": 1, "global_index": index})

    def _record(self, job: int) -> int:
        index = self.size
        self._row(job, index, self.entries)
        name = f"{next(self._names):064x}"
        leaf = EntryLeaf(origin=ORIGIN, index=self.entries, leaf=name, received_at=BEGIN)
        self._leaf("entry", leaf.encode())
        self.entries += 1
        return index

    def _stated(self, kind: str) -> None:
        said = Statement(kind=kind, at=BEGIN, body={"name": next(self._names)})
        index = self.size
        self._leaf(kind, said.encode())
        self._settled(set(), [(index, said)])

    def _settled(self, jobs: set[str], stated: list[tuple[int, Statement]]) -> None:
        if self.graph is not None:
            self.graph.settled((self.size - 1, self.size), jobs, stated)

    def _leaf(self, kind: str, data: bytes) -> None:
        self.store.add("leaves", {"idx": self.size, "kind": kind, "data": data})
        self.size += 1

    @staticmethod
    def _at(day: int) -> str:
        return (BEGIN + timedelta(days=day)).isoformat()

    def _fact(self, kind: str, day: int, index: int, one: LotId, what: object) -> None:
        self.facts.append(Fact(kind, BEGIN + timedelta(days=day), index, one, what))


class Said(NamedTuple):
    """What the reference says of a lot."""

    depths: dict[LotId, int]
    serials: dict[LotId, list[str]]
    lines: list[str]
    returned: list[str]
    uses: list[tuple[LotId, LotId, str]]


def reference(
    facts: list[Fact],
    start: LotId,
    true_at: datetime | None,
    known_at: int | None,
    *,
    forward: bool,
) -> Said:
    """Breadth first over plain dicts, whatever the graph does."""
    held = [
        one
        for one in facts
        if (true_at is None or one.at <= true_at) and (known_at is None or one.known < known_at)
    ]
    edges = [(one.lot, *one.what) for one in held if one.kind == "edge"]
    depths, front = {start: 0}, [start]
    while front:
        found: list[LotId] = []
        for parent, child, _ in edges:
            here, there = (parent, child) if forward else (child, parent)
            if here in front and there not in depths and there not in found:
                found.append(there)
        depths |= dict.fromkeys(found, max(depths.values()) + 1)
        front = found
    return Said(
        depths,
        {one: [str(f.what) for f in held if f.kind == "unit" and f.lot == one] for one in depths},
        sorted(str(one.what) for one in held if one.kind == "line" and one.lot in depths),
        sorted(str(one.what) for one in held if one.kind == "back" and one.lot in depths),
        sorted(
            (parent, child, "1" if how == "T" else how)
            for parent, child, how in edges
            if (parent if forward else child) in depths
        ),
    )
