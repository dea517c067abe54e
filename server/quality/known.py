"""What only the server knows against releasing a lot: holds anywhere, holes in logs, the unread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from forms.codec import decode_work_pack
from forms.entries import Context, Entry, HoldPlaced
from forms.release import inside, judge_release
from forms.rules import because, verdict
from server.ingest.claims import claimed, kept
from server.ingest.stock import OVERDRAWN
from server.log.alarmed import open_alarms
from server.quality.in_doubt import in_doubt, used_late
from server.quality.let_go import LetGo, awaited, let_go
from server.quality.review import unreviewed
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.job_state import JobState
    from forms.rules import Reason, Verdict
    from forms.terms import MaterialLot, Person
    from server.masters.catalogue import Catalogue
    from server.masters.holds import Holding
    from server.store.protocol import Row, Store

_OUTSIDE = frozenset(
    {
        "lot-held",
        "lot-status",
        "log-gap",
        "records-outstanding",
        "unread-kind",
        "open-elsewhere",
        "attachment-missing",
        "deviation-open",
        "late-use-open",
    }
)
"""Rules whose facts a station may lack."""


class Known:
    """The same answer for who asks before deciding and for a decision that arrives."""

    def __init__(self, store: Store, catalogue: Catalogue, holding: Holding) -> None:
        """Over the projections."""
        self._store, self._catalogue, self._holding = store, catalogue, holding

    def verdict(self, state: JobState, person: Person | None = None, own: str = "") -> Verdict:
        """The rule book over the records, and everything known here.

        ``own``: an origin that has just decided, and said all it knew; what it saves later is not
        waited for, nor what stations hold of which no record of the batch is here: those are asked
        for before a decision.
        """
        wanted = set(inside(state))
        holds = self._holds(state)
        found = judge_release(
            replace(state, holds={}),  # the table below knows of every lift, the fold may not
            person=person,
            holds=[hold for hold in holds if (hold.item, hold.lot) in wanted],
            elsewhere=[
                *(
                    f"{hold.item}/{hold.lot}: {hold.reason}"
                    for hold in holds
                    if (hold.item, hold.lot) not in wanted
                ),
                *self._overdrawn(wanted),
            ],
            lots=self._lots(state, wanted),
            gaps=sorted(set(self._gaps(state))),
            outstanding=sorted(self._outstanding(state, own)),
            unread=sorted(set(self._unread(state))),
        )
        missing = [because("attachment-missing", digest=one) for one in self._missing(state)]
        orders = self._orders(state)
        doubts = [*in_doubt(self._store, orders), *used_late(self._store, orders)]
        doubts += unreviewed(self._store, state.order.id)
        return verdict(*found.reasons, *missing, *self._unsound(state), *doubts)

    def against(self, state: JobState, origin: str, decided: int) -> tuple[Reason, ...]:
        """What only the server knows against a decision to release that ``origin`` sent.

        ``decided``: index of its leaf.
        """
        reasons = self.verdict(state, own=origin).reasons
        outside = [reason for reason in reasons if reason.code in _OUTSIDE]
        trail = unreviewed(self._store, state.order.id, decided)
        return verdict(*outside, *self._unsound(state), *trail).reasons

    def let_go(self, state: JobState) -> tuple[LetGo, ...]:
        """What may be of the batch, never came, and quality let go: a release says so."""
        found = (let_go(self._store, origin) for origin in sorted(self._owing(state)))
        return tuple(one for one in found if one is not None)

    def _missing(self, state: JobState) -> list[str]:
        """Photos that records name and nobody handed over: complete only by the hashes named."""
        photos = (getattr(judged.entry, "photo", None) for judged in state.records)
        named = {photo.sha256 for photo in photos if photo is not None}
        return sorted(
            digest[:12] for digest in named if self._store.one("attachments", sha256=digest) is None
        )

    def _unsound(self, state: JobState) -> list[Reason]:
        """Signatures that count for nothing by which people of the batch answer for their work.

        They are of no job order; who was deactivated by the time they came answers for nothing.
        """
        doers = {
            (one.recorded.origin, one.entry.context.person)
            for one in state.records
            if isinstance(one.entry, Entry)
        }
        rows = [
            row
            for origin in sorted(self._origins(state))
            for row in self._store.rows("signatures", origin=origin, job="", sound=0)
        ]
        found = [row for row in rows if (row["origin"], row["person"]) in doers]
        return [because("record-unsound", ref=str(row["ref"])[:8]) for row in found]

    def _holds(self, state: JobState) -> list[HoldPlaced]:
        """Every open hold on a lot upstream of this one, however it was placed."""
        found = []
        for item, lot in self._upstream(state):
            for row in self._store.rows("holds", item=item, lot=lot):
                if row["lifted"] is None and not self._cleared(state, row["ref"]):
                    context = Context(station="", work_unit="")
                    hold = HoldPlaced(context=context, item=item, lot=lot, reason=row["reason"])
                    found.append(hold)
        return found

    def _cleared(self, state: JobState, ref: str) -> bool:
        """Whether quality cleared this very lot of a hold placed upstream."""
        item, lot = inside(state)[0]
        return self._holding.cleared(ref, item, lot)

    def _lots(self, state: JobState, wanted: set[tuple[str, str]]) -> list[MaterialLot]:
        """The lots inside as they stand; without the holds this lot was cleared of."""
        found = []
        for item, lot in sorted(wanted):
            if self._store.one("lots", item=item, lot=lot) is None:
                continue
            one, holds = self._catalogue.lot(item, lot), self._holding.over(item, lot)
            if holds and all(self._cleared(state, hold.ref) for hold in holds):
                own = self._catalogue.own_status(item, lot)
                one = msgspec.structs.replace(one, status=own)
            found.append(one)
        return found

    def _upstream(self, state: JobState) -> list[tuple[str, str]]:
        """The lots inside this one: lots made or changed here are opened up to what became them.

        A draw that does not count was made all the same, as in :func:`forms.release.inside`.
        """
        pending, seen = list(inside(state)), dict[tuple[str, str], None]()
        while pending:
            lot = pending.pop()
            if lot not in seen:
                seen[lot] = None
                pending += [(row["item"], row["lot"]) for row in self._went_into(*lot)]
        return list(seen)

    def _went_into(self, item: str, lot: str) -> Iterator[Row]:
        """What names the lots that a lot was made of, split from, merged or reworked of."""
        for job in self._store.rows("jobs", item=item, lot=lot):
            yield from self._store.rows("consumption", job=job["id"])
        yield from self._store.rows("transforms", into_item=item, into_lot=lot)

    def _orders(self, state: JobState) -> list[str]:
        """The job order itself and those that made a lot inside this one."""
        made = [
            str(job["id"])
            for item, lot in self._upstream(state)
            for job in self._store.rows("jobs", item=item, lot=lot)
        ]
        return list(dict.fromkeys([state.order.id, *made]))

    def _origins(self, state: JobState) -> set[str]:
        return {judged.recorded.origin for judged in state.records}

    def _gaps(self, state: JobState) -> Iterator[str]:
        """Origins of the batch whose log forked or has quarantined entries."""
        for origin in self._origins(state):
            if self._store.rows("forks", origin=origin, status="open"):
                yield origin
            if self._unread_bytes(origin):
                yield origin

    def _outstanding(self, state: JobState, own: str) -> Iterator[str]:
        """Origins whose records are waited for; of a log that ended until quality let them go."""
        for origin in self._owing(state, own):
            if origin != own and awaited(self._store, origin):
                yield origin

    def _owing(self, state: JobState, own: str = "") -> Iterator[str]:
        """Origins of the batch, and others that may hold some of it, that saved more than is here.

        Those that have the job in their work pack may: a log that ended before there was the job
        does not. With ``own`` they are not asked.
        """
        origins = self._origins(state)
        for row in self._store.rows("stations"):
            origin = str(row["origin"])
            if claimed(self._store, origin) <= kept(self._store, origin):
                continue
            if origin in origins or (not own and self._has(row, state.order.id)):
                yield origin

    def _has(self, station: Row, job: str) -> bool:
        """Whether the station has the job in its newest work pack, and had it in this epoch."""
        last = self._store.newest("packs", station=station["id"])
        pack = self._store.one("documents", sha256=last["sha256"]) if last else None
        orders = decode_work_pack(pack["data"]).job_orders if pack else ()
        ended = self._store.one("breaks", origin=station["origin"])
        order = self._store.one("orders", id=job)
        said = self._store.one("trail", idx=order["global_index"]) if order else None
        if ended is not None and said is not None and said["at"] > ended["at"]:
            return False
        return any(one.id == job for one in orders)

    def _unread_bytes(self, origin: str) -> bool:
        """Whether entries of the log are quarantined that nobody of quality looked at yet."""
        return any(
            str(row["about"]).startswith(f"{origin}#")
            for row in open_alarms(self._store, "entry-quarantined")
        )

    def _overdrawn(self, lots: set[tuple[str, str]]) -> Iterator[str]:
        """Lots of the batch from which more was drawn than received, until quality has looked."""
        abouts = {f"{item}/{lot}" for item, lot in lots}
        for row in open_alarms(self._store, OVERDRAWN):
            if row["about"] in abouts:
                said = canonical.loads(row["params"])
                yield f"{row['about']}: {said['drawn']} drawn of {said['received']}"

    def _unread(self, state: JobState) -> Iterator[str]:
        for row in self._store.rows("records", job_order=state.order.id, read=0):
            yield str(row["kind"])
