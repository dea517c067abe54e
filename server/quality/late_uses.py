"""Work done under a pack that did not know of a hold yet: flagged when it comes in.

A station that was alone goes on with a lot that was held meanwhile, rightly by what it knew. Its
records are kept; what was made after the hold, or may have been, opens a deviation that names the
units. Nothing is released that contains them until quality concluded.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from forms.case import lot_of
from forms.entries import Entry, Produced
from forms.hold_rules import called_for
from forms.release import inside
from forms.rights import Action
from forms.terms import LotStatus
from server.ingest.beacons import interval_of
from server.ingest.records import understand
from server.ingest.statements_breaks import looked_at
from server.ingest.statements_holds import MOST_SERIALS, HoldScope
from server.log.leaves import EntryLeaf, leaf_at
from server.quality.holds import SCOPED, rules_of, stated
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.job_state import JobState
    from server.ingest.brought import Brought
    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.masters.holds import Holding, InForce
    from server.people.directory import Acting
    from server.store.protocol import Row

FOUND, CLOSED = "late-use.found", "late-use.closed"
Made = Literal["before", "after", "not-known"]
"""When a record was made, against the hold: by a beacon, the pack it names, or a good clock."""


class LateUse(msgspec.Struct, frozen=True, kw_only=True):
    """A deviation: work on a lot while it, or a lot inside it, was on hold."""

    number: int
    hold: str
    item: str
    lot: str
    """The lot that was held."""
    job: str
    into_item: str
    into_lot: str
    """The lot that was being made."""
    count: int
    """Records made after the hold, or of which nobody can say."""
    ranges: tuple[tuple[str, int, int], ...]
    """Origin, first and last index of these records."""
    serials: tuple[str, ...]
    """Units of that lot; not all are named where there are many."""
    units: int
    opened_at: str
    conclusion: str
    closed_by: str
    closed_at: str


class LateUses:
    """Looks at what a push brought; closes what quality concluded on."""

    def __init__(self, book: Book, jobs: Jobs, holding: Holding) -> None:
        """Statements and alarms go into the book."""
        self._book, self._store = book, book.store
        self._jobs, self._holding = jobs, holding

    def look(self, brought: Brought) -> None:
        """Open a deviation for each hold that the work brought in did not know of."""
        if not self._holding.any() or self._store.count("awaited"):
            return
        first, jobs = looked_at(self._store), dict.fromkeys(r["job_order"] for r in brought.records)
        for job in jobs:
            state = self._jobs.state(job) if job else None
            if state is None:
                continue
            rows = [
                row
                for row in brought.records
                if row["job_order"] == job and row["global_index"] >= first
            ]
            for (item, lot), hold in self._on(state):
                self._flag(state, item, lot, hold, rows)

    def _on(self, state: JobState) -> Iterator[tuple[tuple[str, str], InForce]]:
        """The holds on the lot being made and on those inside it, each once."""
        seen: set[str] = set()
        for item, lot in reversed(inside(state)):
            for hold in self._holding.over(item, lot):
                if hold.ref not in seen:
                    seen.add(hold.ref)
                    yield (item, lot), hold

    def _flag(self, state: JobState, item: str, lot: str, hold: InForce, rows: list[Row]) -> None:
        at = self._placed_at(hold)
        late = [
            row
            for row in rows
            if row["global_index"] > hold.placed and self._made(row, item, lot, at) != "before"
        ]
        if not late or self._said(hold.ref, state.order.id, late):
            return
        units = _units(state)
        body: dict[str, Any] = {
            "hold": hold.ref,
            "item": hold.item,
            "lot": hold.lot,
            "job": state.order.id,
            "into_item": state.master.product.item if state.master else "",
            "into_lot": state.order.lot,
            "count": len(late),
            "ranges": [[late[0]["origin"], late[0]["idx"], late[-1]["idx"]]],
            "serials": units[:MOST_SERIALS],
            "units": len(units),
        }
        known = [row for row in self._rows(hold.ref, state.order.id) if not row["closed_at"]]
        if known:
            self._book.state(FOUND, body | {"deviation": known[0]["idx"]})
            return
        self._book.state(FOUND, body)
        about = f"{hold.item}/{hold.lot}"
        said: dict[str, str | int] = {
            "episode": hold.ref,
            "count": len(late),
            "job": state.order.id,
        }
        self._book.alarm_unless_open("hold-touched", about, **said)
        self._hold_made(body)

    def _hold_made(self, body: dict[str, Any]) -> None:
        """Where quality's rules say so, hold the lot that was being made."""
        rule = called_for(rules_of(self._store).rules, "late-use")
        item, lot = body["into_item"], body["into_lot"]
        if rule is None or self._holding.itself(item, lot, downstream=rule.downstream):
            return
        about = f"{body['item']}/{body['lot']}"
        reason = f"worked on while {about} was on hold / 在 {about} 冻结期间仍有作业"
        index = self._book.state("lot.frozen", {"item": item, "lot": lot, "reason": reason})
        scope = HoldScope(
            hold=f"log:{index}",
            item=item,
            lot=lot,
            downstream=rule.downstream,
            event="late-use",
            about=about,
        )
        self._book.state(SCOPED, stated(scope))

    def _made(self, row: Row, item: str, lot: str, at: datetime) -> Made:
        """When the record was made; *before* too if its pack had the lot on hold: it was judged."""
        stored = self._store.one("entries", origin=row["origin"], idx=row["idx"])
        entry = understand(stored["data"], row["origin"], row["idx"]).entry if stored else None
        pack = self._jobs.pack(entry.context.work_pack) if isinstance(entry, Entry) else None
        known = lot_of(pack, item, lot) if pack else None
        if known is not None and known.status in {LotStatus.HOLD, LotStatus.REJECTED}:
            return "before"
        received = datetime.fromisoformat(stored["received_at"]) if stored else at
        least = interval_of(self._store, row["origin"], row["idx"], received).not_before
        if (least is not None and least >= at) or (pack is not None and pack.issued_at >= at):
            return "after"
        if row["quality"] != "anchored":
            return "not-known"
        return "before" if datetime.fromisoformat(row["wall"]) < at else "after"

    def _placed_at(self, hold: InForce) -> datetime:
        leaf = leaf_at(self._store, hold.placed)
        if leaf is None:
            raise Refusal("not-found", what="hold", name=hold.ref[:16])
        return leaf.received_at if isinstance(leaf, EntryLeaf) else leaf.at

    def _said(self, hold: str, job: str, late: list[Row]) -> bool:
        """Whether these records were named before: a server that was put back looks again."""
        origin, last = late[-1]["origin"], late[-1]["idx"]
        bodies = [canonical.loads(row["data"]) for row in self._rows(hold, job)]
        bodies += [
            one for one in self._book.waiting(FOUND) if (one["hold"], one["job"]) == (hold, job)
        ]
        ranges = [each for body in bodies for each in msgspec.convert(body["ranges"], list[_Range])]
        return any(name == origin and low <= last <= high for name, low, high in ranges)

    def _rows(self, hold: str, job: str) -> list[Row]:
        return self._store.rows("late_uses", hold=hold, job=job)

    def all(self) -> tuple[LateUse, ...]:
        """Every such deviation, newest first."""
        return tuple(map(_late_use, self._store.rows("late_uses", newest_first=True)))

    def of(self, number: int) -> LateUse:
        """One; Refusal if there is none."""
        row = self._store.one("late_uses", idx=number)
        if row is None:
            raise Refusal("not-found", what="deviation", name=number)
        return _late_use(row)

    def close(self, number: int, conclusion: str, acting: Acting) -> LateUse:
        """Quality's conclusion, signed; it is final."""
        acting.must(Action.CLOSE_DEVIATION)
        if self.of(number).closed_at:
            raise Refusal("wrong-state", what="deviation", name=number, state="closed")
        if not conclusion.strip():
            raise Refusal("reason-needed")
        body = {"deviation": number, "conclusion": conclusion}
        self._book.state(CLOSED, body, (acting.sign(CLOSED, body),))
        return self.of(number)


_Range = tuple[str, int, int]


def _units(state: JobState) -> list[str]:
    """Serials of every unit recorded, counted by the rule book or not: they are on the bench."""
    made = (each.entry for each in state.records)
    return list(dict.fromkeys(one.serial for one in made if isinstance(one, Produced)))


def _late_use(row: Row) -> LateUse:
    body = canonical.loads(row["data"]) | {"number": row["idx"]}
    beside = {name: row[name] for name in ("opened_at", "conclusion", "closed_by", "closed_at")}
    return msgspec.convert(body | beside, LateUse)
