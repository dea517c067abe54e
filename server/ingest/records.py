"""Folding an accepted entry into the record projections: what it is, whose, and whether sound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from forms.codec import decode
from forms.entries import (
    AnyEntry,
    Entry,
    HoldLifted,
    HoldPlaced,
    ReleaseDecided,
    Signed,
    Unread,
)
from forms.rights import Action, allows, classes_at, seen_at
from forms.terms import Meaning
from server.ingest.beacons import fold_beacon
from server.ingest.beside import fold_beside
from server.ingest.found_by import refuse_long
from server.ingest.readings import fold_reading
from server.ingest.scopes import Scopes
from server.ingest.standing import standing_at
from server.log.tree import Tree
from sync import esign
from sync.envelope import BadEnvelope, Envelope, check
from sync.merkle import root_of

if TYPE_CHECKING:
    from forms.terms import Scope
    from server.log.leaves import EntryLeaf
    from server.store.protocol import Row, Store

SYNC = "sync/"
"""Kinds beginning so are the sync layer's own: kept and counted, without meaning here."""

OFFICE = "OFFICE"
"""The station name of the server's own journal."""

_MARK = re.compile(r"(0|[1-9][0-9]{0,15}):([0-9a-f]{64})")


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """An entry's bytes, understood as far as they can be."""

    envelope: Envelope
    entry: AnyEntry | Unread | None
    """None for the sync layer's own kinds."""


def understand(data: bytes, origin: str, index: int) -> Understood:
    """Read an entry's bytes; BadEnvelope if they are not the entry ``index`` of ``origin``."""
    envelope = check(data)
    if (envelope.origin, envelope.index) != (origin, index):
        msg = f"it claims to be entry {envelope.index} of {envelope.origin}"
        raise BadEnvelope(msg)
    if envelope.kind.startswith(SYNC):
        return Understood(envelope=envelope, entry=None)
    return Understood(envelope=envelope, entry=decode(envelope.kind, envelope.body))


def fold_entry(store: Store, index: int, leaf: EntryLeaf, data: bytes | None = None) -> Row | None:
    """Fold the entry behind a leaf; its row of ``records``, None if it is not here. BadEnvelope.

    ``data``: its bytes, if they were not to be read.
    """
    if data is None:
        row = store.one("entries", origin=leaf.origin, idx=leaf.index)
        data = None if row is None else row["data"]
    if data is None:  # a server that was put back: the station sends it again
        at = leaf.received_at.isoformat()
        key = {"origin": leaf.origin, "idx": leaf.index, "leaf": leaf.leaf}
        store.put("awaited", {**key, "global_index": index, "received_at": at})
        return None
    understood = understand(data, leaf.origin, leaf.index)
    entry = understood.entry
    if entry is None:
        fold_beacon(store, leaf, understood.envelope)
    sound = is_sound(store, entry, leaf, index)
    record = _record(index, leaf, understood, sound=sound)
    refuse_long(record, entry)
    store.put("records", record)
    fold_reading(store, leaf, record, entry)
    fold_beside(store, record, entry)
    if isinstance(entry, Signed):
        _fold_signature(store, leaf, entry, sound=sound)
        if sound:
            _lift(store, index, leaf, entry)
    if isinstance(entry, HoldPlaced):
        _fold_hold(store, index, leaf, entry)
    return record


def is_sound(store: Store, entry: AnyEntry | Unread | None, leaf: EntryLeaf, index: int) -> bool:
    """Whether the checks that need keys and hashes hold for the entry."""
    if isinstance(entry, Signed):
        return _signature_sound(store, entry, leaf, index)
    if isinstance(entry, ReleaseDecided):
        return _release_sound(store, entry, leaf, index)
    return True


def _signature_sound(store: Store, entry: Signed, leaf: EntryLeaf, index: int) -> bool:
    """By the person's key, over what it names, in this log at that place, and no copy.

    Who was deactivated by then signs nothing, whatever the clock said: kept, and without effect.
    """
    person = standing_at(store, entry.context.person, index)
    if person is None or not person.active:
        return False
    person = seen_at(person, _place(store, leaf.origin, entry))
    return (
        entry.printed_name == person.name
        and entry.personnel_class in person.classes
        and esign.covers_root(entry.covers) == entry.covers_root
        and _head_real(store, entry, leaf)
        and not _copied(store, entry, leaf)
        and bool(_held(entry, bytes.fromhex(person.public_key)))
    )


def _place(store: Store, origin: str, entry: Signed) -> Scope | None:
    """Where it was signed: at the station; for the office, at the job order, or wherever."""
    scopes = Scopes(store)
    if origin.split("/")[-2] != OFFICE:
        return scopes.of_log(origin)
    job = entry.context.job_order
    return scopes.of_job(job) if job else None


def _held(entry: Signed, public_key: bytes) -> str:
    return esign.holds(
        public_key,
        entry.signature,
        personnel_class=entry.personnel_class,
        meaning=entry.meaning,
        printed_name=entry.printed_name,
        time=entry.time,
        covers_root=entry.covers_root,
        head=entry.head,
        text_digest=entry.text_digest,
        language=entry.context.language,
    )


def _head_real(store: Store, entry: Signed, leaf: EntryLeaf) -> bool:
    """Whether the head that was signed is the root of this log before the signature."""
    mark = _MARK.fullmatch(entry.head)
    if mark is None or int(mark[1]) > leaf.index:
        return False
    return Tree(store, leaf.origin).root(int(mark[1])).hex() == mark[2]


def _copied(store: Store, entry: Signed, leaf: EntryLeaf) -> bool:
    """Whether the person's very signature was counted before: one act, one signature."""
    same = store.rows("signatures", signature=entry.signature, person=entry.context.person, sound=1)
    return any((row["origin"], row["idx"]) != (leaf.origin, leaf.index) for row in same)


def _release_sound(store: Store, entry: ReleaseDecided, leaf: EntryLeaf, index: int) -> bool:
    """The root must be over the job's records: all here before it, or those of its own log."""
    known = store.rows("records", job_order=entry.context.job_order)
    before = [row for row in known if row["global_index"] < index]
    own = [row for row in before if row["origin"] == leaf.origin and row["idx"] < leaf.index]
    return any(
        entry.records == len(rows) and entry.records_root == records_root(rows)
        for rows in (before, own)
    )


def records_root(rows: list[Row]) -> str:
    """RFC 9162 root over records' leaf hashes, by origin then index; hex."""
    ordered = sorted(rows, key=lambda row: (row["origin"], row["idx"]))
    return root_of(bytes.fromhex(row["ref"]) for row in ordered).hex()


def _record(index: int, leaf: EntryLeaf, understood: Understood, *, sound: bool) -> Row:
    entry, at = understood.entry, understood.envelope.at
    context = entry.context if isinstance(entry, Entry) else None
    return {
        "origin": leaf.origin,
        "idx": leaf.index,
        "ref": leaf.leaf,
        "kind": understood.envelope.kind,
        "job_order": context.job_order if context else _claimed_job(entry),
        "person": context.person if context else "",
        "station": context.station if context else leaf.origin.split("/")[-2],
        "work_unit": context.work_unit if context else "",
        "operation": context.operation if context else "",
        "step": context.step if context else "",
        "wall": at.wall,
        "quality": at.quality,
        "sound": int(sound),
        "read": int(not isinstance(entry, Unread)),
        "global_index": index,
    }


def _claimed_job(entry: object) -> str:
    """The job order an unread entry claims, so that it blocks that job's release."""
    if isinstance(entry, Unread):
        context = entry.body.get("context")
        job = context.get("job_order") if isinstance(context, dict) else ""
        return job if isinstance(job, str) else ""
    return ""


def _fold_signature(store: Store, leaf: EntryLeaf, entry: Signed, *, sound: bool) -> None:
    store.put(
        "signatures",
        {
            "origin": leaf.origin,
            "idx": leaf.index,
            "job": entry.context.job_order,
            "person": entry.context.person,
            "meaning": str(entry.meaning),
            "class": str(entry.personnel_class),
            "time": entry.time,
            "sound": int(sound),
            "ref": leaf.leaf,
            "signature": entry.signature,
        },
    )


def _lift(store: Store, index: int, leaf: EntryLeaf, entry: Signed) -> None:
    """Lift the holds whose lifting this sound signature covers: by quality of the lot's place."""
    known = standing_at(store, entry.context.person, index)
    if known is None:
        return
    if leaf.origin.split("/")[-2] != OFFICE or entry.meaning is not Meaning.APPROVED:
        return
    for ref in entry.covers:
        for row in store.rows("records", ref=ref, kind="hold.lifted", origin=leaf.origin):
            disputed = store.one("objections", origin=leaf.origin, idx=row["idx"])
            data = store.one("entries", origin=leaf.origin, idx=row["idx"])
            if disputed is not None or data is None or row["person"] != known.id:
                continue
            lifted = understand(data["data"], leaf.origin, row["idx"]).entry
            named = lifted.hold if isinstance(lifted, HoldLifted) else ""
            for hold in store.rows("holds", ref=named):
                place = Scopes(store).of_lot(hold["item"], hold["lot"])
                if allows(classes_at(known, place), Action.LIFT):
                    store.put("holds", hold | {"lifted": index})


def lift_in_force(store: Store, row: Row, entry: HoldLifted) -> bool:
    """Whether the hold that the record ``row`` lifts is lifted: its signature came with it."""
    lifted = [hold["lifted"] for hold in store.rows("holds", ref=entry.hold)]
    return any(index is not None and index > row["global_index"] for index in lifted)


def _fold_hold(store: Store, index: int, leaf: EntryLeaf, entry: HoldPlaced) -> None:
    store.put(
        "holds",
        {
            "item": entry.item,
            "lot": entry.lot,
            "ref": leaf.leaf,
            "reason": entry.reason,
            "source": "record",
            "placed": index,
            "lifted": None,
        },
    )
