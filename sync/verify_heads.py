"""Verifying an evidence pack: every record lies in the head that its station's key signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import packfile
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.envelope import BadEnvelope, Envelope, check
from sync.findings import Finding
from sync.key_history import ROTATED
from sync.merkle import leaf_hash, root_up_to, verify_inclusion
from sync.verify_keys import NotInForce, StationKeys

if TYPE_CHECKING:
    from sync.packfile import Range
    from sync.verify_records import Case, Record

Paths = dict[int, list[bytes]]


def check_heads(case: Case) -> None:
    """Every record is in the head its station signed, with the key that holds at that size."""
    for one in case.ranges:
        head = _head(case, one)
        if head is None:
            continue
        paths = case.paths(packfile.paths_name(one.origin))
        records = [record for record in case.records if record.origin == one.origin]
        for record in records:
            _place(case, record, head, paths)
        _check_key(case, one, head, [*_carried(case, head, paths), *_recorded(records)])
    _check_foreign(case)


def _place(case: Case, record: Record, head: Checkpoint, paths: Paths) -> None:
    leaf, path = bytes.fromhex(record.ref), paths.get(record.index)
    if path is not None and verify_inclusion(leaf, record.index, head.size, path, head.root):
        record.root = root_up_to(leaf, record.index, head.size, path).hex()
    else:
        case.findings.append(record.finding("not-in-log"))


def _head(case: Case, one: Range) -> Checkpoint | None:
    """The head over the range, by any key of the station; None (and a finding) if there is none."""
    name, keys = packfile.head_name(one.origin), case.ring.get("station", one.origin)
    if not keys:
        case.find("no-key", name, purpose="station", name=one.origin)
        return None
    note, why = case.members.get(name, b"").decode("utf-8", "replace"), ""
    for key in keys:
        try:
            head = open_note(note, key, one.origin)
        except BadNote as error:
            why = str(error)
        else:
            if head.size == one.size > one.last:
                return head
            why = f"size {head.size}"
    case.find("head", name, why=why)
    return None


def _carried(case: Case, head: Checkpoint, paths: Paths) -> list[Envelope]:
    """The rotations that lie outside of the range, each proved to be of this log."""
    found = []
    for index in sorted(paths):
        name = packfile.rotation_name(head.origin, index)
        data = case.members.get(name)
        if data is None:
            continue
        if not verify_inclusion(leaf_hash(data), index, head.size, paths[index], head.root):
            case.findings.append(Finding("not-in-log", name, {}, head.origin, index, ROTATED))
            continue
        try:
            found.append(check(data))
        except BadEnvelope as error:
            case.find("unreadable", name, why=str(error)[:200])
    return found


def _recorded(records: list[Record]) -> list[Envelope]:
    """The rotations that are records of the pack."""
    found = [one.envelope for one in records if one.root and one.envelope is not None]
    return [one for one in found if one.kind == ROTATED]


def _check_key(case: Case, one: Range, head: Checkpoint, rotations: list[Envelope]) -> None:
    """The head's key is the one that holds at its size."""
    name = packfile.head_name(one.origin)
    rotations.sort(key=lambda entry: entry.index)
    first = _enrolled(case, one.origin)
    keys = StationKeys(case.ring.get("station", one.origin), rotations, first)
    case.histories[one.origin] = keys.history
    case.unplaced += keys.unplaced
    try:
        keys.open_head(case.members[name].decode("utf-8", "replace"), one.origin)
    except NotInForce:
        case.find("head-key", name, size=str(head.size))


def _enrolled(case: Case, origin: str) -> str:
    """The key (hex) that the log was enrolled with, as the server's log states; else empty."""
    for _, leaf in case.statements:
        body = leaf.get("body")
        own = isinstance(body, dict) and body.get("origin") == origin
        if leaf.get("kind") == "station.enrolled" and own:
            return str(leaf["body"].get("public_key", ""))
    return ""


def _check_foreign(case: Case) -> None:
    """Every rotation carried belongs to a log of the pack and has its path."""
    known = {
        packfile.rotation_name(one.origin, index)
        for one in case.ranges
        for index in case.paths(packfile.paths_name(one.origin), tell=False)
        if not one.first <= index <= one.last
    }
    for name in case.members:
        if name.startswith("rotations/") and name not in known:
            case.find("foreign", name)
