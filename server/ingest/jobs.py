"""Folding job orders with the one rule book (``forms.job``), and their projections."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from forms.codec import decode_master, decode_work_pack
from forms.entries import Entry, Unread
from forms.job import advance, merge, pack_of, set_aside, start
from forms.job_state import Recorded
from forms.rules import because
from forms.workpack import JobOrder
from server.ingest.beside import is_wanted, named_by, newest_pack, rows_beside, spans_of
from server.ingest.folded import Folded, fresh_own
from server.ingest.job_tables import JobTables
from server.ingest.records import OFFICE, understand
from server.ingest.stock import overdrawn
from sync import canonical
from sync.envelope import BadEnvelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.job_state import JobState
    from forms.masters import WorkMaster
    from forms.rules import Reason
    from forms.workpack import WorkPack
    from server.ingest.failures import Failures
    from server.store.protocol import Row, Store

STATES_HELD = 256
"""Job orders whose state is kept in memory; the one folded longest ago is let go first."""

_Stated = tuple[str, list[tuple[str, str]]]
"""A reason in a statement: the rule's code, and its facts by name."""


class Jobs:
    """Job states from the records, and the tables folded from them."""

    def __init__(self, store: Store, failures: Failures) -> None:
        """Over ``store``; decoded packs and the newest states are remembered."""
        self._store, self._failures = store, failures
        self._tables = JobTables(store)
        self._packs: dict[str, WorkPack | None] = {}
        self._states: OrderedDict[str, Folded] = OrderedDict()

    def forget(self) -> None:
        """Drop what is remembered."""
        self._states.clear()

    def order(self, job_id: str) -> JobOrder | None:
        """The job order of that id; None if unknown."""
        row = self._store.one("orders", id=job_id)
        return None if row is None else msgspec.convert(canonical.loads(row["data"]), JobOrder)

    def pack(self, sha256: str) -> WorkPack | None:
        """The pack of a digest, decoded; None if unknown."""
        if sha256 not in self._packs:
            row = self._store.one("documents", sha256=sha256, kind="pack")
            if row is None:
                return None
            self._packs[sha256] = decode_work_pack(row["data"])
        return self._packs[sha256]

    def state(self, job_id: str) -> JobState | None:
        """The fold of all records known that concern the job; None if the order is unknown."""
        folded = self._current(job_id)
        return None if folded is None else folded.state

    def _current(self, job_id: str) -> Folded | None:
        """What is remembered, gone on with; folded anew if it is unknown or order demands it."""
        order = self.order(job_id)
        if order is None:
            return None
        objections = self._store.count("objections", job=job_id)  # folds what is behind
        known = self._states.get(job_id)
        if (
            known is not None
            and self._unobjected(known, objections)
            and self._went_on(order, known)
        ):
            return known
        known = Folded(start(order, self._master(order)), objections)
        own = self._store.rows("records", job_order=job_id)
        seen = {
            origin: number
            for origin, (first, _) in spans_of(own).items()
            if (number := newest_pack(self._store, origin, first))
        }
        known.state = replace(known.state, packs_seen=seen)
        self._go_on(known, order, own)
        self._states[job_id] = known
        self._states.move_to_end(job_id)
        if len(self._states) > STATES_HELD:
            self._states.popitem(last=False)
        return known

    def _went_on(self, order: JobOrder, known: Folded) -> bool:
        """Whether what came since could simply be added, and was."""
        own = fresh_own(self._store, order.id, known)
        if own is None:
            return False
        return self._go_on(known, order, own)

    def _unobjected(self, known: Folded, objections: int) -> bool:
        """Whether nothing was stated since against a record that was taken."""
        return objections == known.objections and not any(
            self._store.one("objections", origin=origin, idx=index)
            for origin, index in known.undisputed
        )

    def _go_on(self, known: Folded, order: JobOrder, own: list[Row]) -> bool:
        """Add own records, and what matters beside them; False if they cannot come last."""
        if not own:
            return True
        mine = list(self._recorded(own))
        names = named_by(order.lot, mine) - known.names
        rows = rows_beside(self._store, order.id, known, own, names)
        read = {(one.origin, one.index): one for one in (*mine, *self._recorded(rows))}
        rows = sorted([*own, *rows], key=lambda row: int(row["global_index"]))
        found = [read[at] for row in rows if (at := (row["origin"], row["idx"])) in read]
        records = [one for one in found if is_wanted(one, order.id, known.names | names)]
        if not known.is_followed_by(records):
            return False
        records = _ordered(records)
        known.state = self._fold(known.state, records)
        known.took(own, records)
        known.looked(names, rows)
        return True

    def _fold(self, state: JobState, records: list[Recorded]) -> JobState:
        """``forms.job.fold``, but a record on which the judge fails is set aside, alone."""
        for recorded in records:
            pack = pack_of(recorded, self.pack)
            judged = self._failures.attempt(
                recorded.origin,
                recorded.index,
                recorded.ref,
                partial(advance, state, recorded, pack),
            )
            state = judged[0] if judged is not None else set_aside(state, recorded)
        return state

    def refold(self, job_id: str) -> list[dict[str, Any]]:
        """Bring the job's projections up to date; alarms for records newly disputed."""
        folded = self._current(job_id)
        if folded is None:
            return []
        alarms = self._tables.write(folded.state, folded.written)
        folded.written = len(folded.state.records)
        return [*overdrawn(self._store, job_id), *alarms]

    def _master(self, order: JobOrder) -> WorkMaster | None:
        row = self._store.one("documents", sha256=order.work_master, kind="master")
        return None if row is None else decode_master(row["data"])

    def _recorded(self, rows: list[Row]) -> Iterator[Recorded]:
        for row in rows:
            data = self._store.one("entries", origin=row["origin"], idx=row["idx"])
            if data is None:
                continue
            try:
                understood = understand(data["data"], row["origin"], row["idx"])
            except BadEnvelope:
                continue
            if isinstance(understood.entry, (Entry, Unread)):
                yield Recorded(
                    ref=row["ref"],
                    origin=row["origin"],
                    index=row["idx"],
                    wall=understood.envelope.at.when(),
                    corrected=understood.envelope.at.corrected(),
                    quality=row["quality"],
                    entry=understood.entry,
                    sound=bool(row["sound"]),
                    against=self._against(row),
                )

    def _against(self, row: Row) -> tuple[Reason, ...]:
        """What the server stated against the record when it came."""
        said = self._store.one("objections", origin=row["origin"], idx=row["idx"])
        if said is None:
            return ()
        found = msgspec.convert(canonical.loads(said["reasons"])["reasons"], list[_Stated])
        return tuple(because(code, **dict(params)) for code, params in found)


def _ordered(records: list[Recorded]) -> list[Recorded]:
    """Stations' records merged; the office's after all that the server had when it wrote them.

    The office decides on what was accepted, so its place is known better than any clock says.
    """
    ordered: list[Recorded] = []
    before: list[Recorded] = []
    for recorded in records:
        if recorded.origin.split("/")[-2] != OFFICE:
            before.append(recorded)
            continue
        ordered += [*merge(before), recorded]
        before = []
    return [*ordered, *merge(before)]
