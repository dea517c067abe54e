"""What records of other job orders, or of none, matter to one: found by what they name.

A station's history grows for years. Of it a job order needs who was signed in when its own records
began, which work pack the station had by then, and what others recorded of the lots it names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.codec import decode
from forms.entries import Consumed, Entry, HoldLifted, HoldPlaced, LotIdentified
from server.log.leaves import EntryLeaf, leaf_at
from sync.envelope import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from forms.entries import AnyEntry, Unread
    from forms.job_state import Recorded
    from server.ingest.folded import Folded
    from server.store.protocol import Row, Store

SESSIONS = ("session.opened", "session.closed")
SCANNED, DRAWN = "lot.identified", "material.consumed"
HELD, LIFTED = "hold.placed", "hold.lifted"
OF_ORIGIN = (*SESSIONS, HELD, LIFTED)
"""Kinds that matter to every job order of the log: they say who is there, and under which pack."""

Spans = dict[str, tuple[int, int]]
"""First and last index of a job order's own records, by origin."""


def fold_beside(store: Store, record: Row, entry: AnyEntry | Unread | None) -> None:
    """Keep a record by what it may matter by: its lot, or the hold it lifts; and its pack."""
    key = {"origin": record["origin"], "idx": record["idx"]}
    if isinstance(entry, (LotIdentified, Consumed, HoldPlaced, HoldLifted)):
        what = entry.hold if isinstance(entry, HoldLifted) else entry.lot
        store.put("beside", {"what": what, "kind": record["kind"], **key})
    if record["kind"] in OF_ORIGIN and isinstance(entry, Entry):
        _fold_pack(store, key, entry.context.work_pack)


def _fold_pack(store: Store, key: Row, sha256: str) -> None:
    """Where a log named a newer pack than anywhere before."""
    pack = store.one("packs", sha256=sha256)
    if pack is None:
        return
    if pack["number"] > newest_pack(store, key["origin"], key["idx"]):
        store.put("packs_named", key | {"number": pack["number"]})
    elif store.one("packs_named", **key) is not None:  # what came late lies before it
        store.remove("packs_named", **key)


def newest_pack(store: Store, origin: str, before: int) -> int:
    """The greatest number of a pack that the log named below an index; 0 if there is none."""
    rows = store.rows("packs_named", origin=origin, stop=before, newest_first=True, limit=1)
    return int(rows[0]["number"]) if rows else 0


def taken_by(store: Store, origin: str, index: int) -> set[str]:
    """Job orders whose fold takes the hold, or the lift of one, that lies there.

    Those that name its lot, and have a record that came later.
    """
    row = store.one("records", origin=origin, idx=index)
    if row is None or row["kind"] not in {HELD, LIFTED}:
        return set()
    ref = row["ref"] if row["kind"] == HELD else _hold_of(store, row)
    jobs = {job for one in store.rows("holds", ref=ref) for job in _naming(store, one["lot"])}
    return {
        job
        for job in jobs
        if any(
            one["global_index"] > row["global_index"]
            for one in store.rows("records", job_order=job)
        )
    }


def _hold_of(store: Store, row: Row) -> str:
    """Which hold a lift is of."""
    data = store.one("entries", origin=row["origin"], idx=row["idx"])
    envelope = check(data["data"]) if data else None
    entry = decode(envelope.kind, envelope.body) if envelope else None
    return entry.hold if isinstance(entry, HoldLifted) else ""


def _naming(store: Store, lot: str) -> set[str]:
    """Job orders for a lot, and those that scanned, drew or held it."""
    made = {str(row["job"]) for row in store.rows("allotted", kind="lot", value=lot)}
    rows = (row for kind in (SCANNED, DRAWN, HELD) for row in _named(store, lot, kind))
    return made | {str(row["job_order"]) for row in rows} - {""}


def spans_of(own: Iterable[Row]) -> Spans:
    """Where a job order's own records lie."""
    spans: Spans = {}
    for row in own:
        first, last = spans.get(row["origin"], (row["idx"], row["idx"]))
        spans[row["origin"]] = min(first, row["idx"]), max(last, row["idx"])
    return spans


def named_by(lot: str, own: Iterable[Recorded]) -> set[str]:
    """The lots and holds that a job order for ``lot`` and its own records name."""
    names = {lot}
    for one in own:
        entry = one.entry
        if isinstance(entry, (LotIdentified, Consumed, HoldPlaced)):
            names.add(entry.lot)
        if isinstance(entry, HoldPlaced):
            names.add(one.ref)
        if isinstance(entry, HoldLifted):
            names.add(entry.hold)
    return names


def is_wanted(one: Recorded, job_id: str, names: set[str]) -> bool:
    """Whether the record is the job order's own, or not about a lot that it does not name."""
    entry = one.entry
    if not isinstance(entry, Consumed) or entry.context.job_order == job_id:
        return True
    return entry.lot in names


def rows_beside(
    store: Store, job_id: str, known: Folded, own: list[Row], names: set[str]
) -> list[Row]:
    """Rows that matter beside the fresh ones of its ``own``, and were not taken yet.

    ``names``: what is named for the first time. Only what lies before the newest own record in the
    server's log, so that the fold does not depend on what others record later (holds placed later
    are asked for at release).
    """
    newest = max(int(row["global_index"]) for row in own)
    spans = spans_of(own)
    origins = sorted({*known.own, *spans})
    held = [*_held_since(store, known, newest), *_held_on(store, names)]
    refs = sorted(names | known.holds | {row["ref"] for row in held})
    found = [
        *(row for origin in spans for row in _of_origin(store, known, own, origin)),
        *(row for origin in known.own for row in _drawn_since(store, known, origin, newest)),
        *(row for origin in origins for what in names for row in _drawn(store, what, origin)),
        *held,
        *(row for ref in refs for row in _named(store, ref, LIFTED)),
    ]
    fresh = {
        (row["origin"], row["idx"]): row
        for row in found
        if row["job_order"] != job_id and row["global_index"] < newest
    }
    return [row for at, row in fresh.items() if at not in known.beside]


def _of_origin(store: Store, known: Folded, own: list[Row], origin: str) -> Iterator[Row]:
    """Who was there, and under which pack, while the log's fresh own records were made."""
    mine = sorted(row["idx"] for row in own if row["origin"] == origin)
    start, last = mine[0], mine[-1]
    if origin in known.own:
        start = known.own[origin] + 1
    else:
        yield from _session_before(store, origin, start)
    if last - start >= len(mine):  # else nothing lies between them
        for kind in OF_ORIGIN:
            yield from store.rows("records", kind=kind, origin=origin, start=start, stop=last)


def _session_before(store: Store, origin: str, index: int) -> list[Row]:
    """The last time before that somebody signed in or out."""
    rows = [
        row
        for kind in SESSIONS
        for row in store.rows(
            "records", kind=kind, origin=origin, stop=index, newest_first=True, limit=1
        )
    ]
    return sorted(rows, key=lambda row: int(row["idx"]))[-1:]


def _drawn_since(store: Store, known: Folded, origin: str, newest: int) -> list[Row]:
    """What the log drew since it was last looked through; of whatever lot."""
    start = known.drawn.get(origin, known.own[origin]) + 1
    rows = store.rows("records", kind=DRAWN, origin=origin, start=start)
    return [row for row in rows if row["global_index"] < newest]


def _held_since(store: Store, known: Folded, newest: int) -> Iterator[Row]:
    """Holds placed since, by whomever, on lots that were named before."""
    if not known.own:
        return
    for told in store.rows("trail", kind=HELD, start=known.newest + 1, stop=newest):
        leaf = leaf_at(store, told["idx"])
        if not isinstance(leaf, EntryLeaf):
            continue
        hold = store.one("holds", ref=leaf.leaf)
        row = store.one("records", origin=leaf.origin, idx=leaf.index)
        if row is not None and hold is not None and hold["lot"] in known.names:
            yield row


def _held_on(store: Store, names: set[str]) -> Iterator[Row]:
    """Holds on these lots, and those of which a name is the ref."""
    for name in sorted(names):
        yield from _named(store, name, HELD)
        yield from store.rows("records", ref=name, kind=HELD)


def _drawn(store: Store, lot: str, origin: str) -> Iterator[Row]:
    """What the log drew of the lot; of other logs it does not count here."""
    for one in store.rows("beside", what=lot, kind=DRAWN, origin=origin):
        row = store.one("records", origin=origin, idx=one["idx"])
        if row is not None:
            yield row


def _named(store: Store, what: str, kind: str) -> Iterator[Row]:
    """The records of a kind, of any log, that name a lot or a hold."""
    for one in store.rows("beside", what=what, kind=kind):
        row = store.one("records", origin=one["origin"], idx=one["idx"])
        if row is not None:
            yield row
