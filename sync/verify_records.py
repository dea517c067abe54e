"""Verifying an evidence pack: entries against their stations' logs and the server's log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync import canonical, packfile
from sync.checkpoint import BadNote, Checkpoint, cosigned_at, open_note, split_note
from sync.envelope import BadEnvelope, Envelope, check
from sync.findings import Finding
from sync.keys import cosignature_id
from sync.merkle import leaf_hash, verify_inclusion
from sync.packfile import Range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.key_history import KeyHistory
    from sync.keyring import Keyring
    from sync.verify_marks import Mark

_MOST_DIGITS = 16
"""Of a position in a log; Python refuses to read a number of more than some thousand."""


@dataclass
class Record:
    """One entry of the pack, its bytes, and where the server's log holds it (None: nowhere)."""

    origin: str
    index: int
    name: str
    data: bytes
    envelope: Envelope | None
    ref: str
    position: int | None = None
    root: str = ""
    """Root (hex) of its station's log when it was the newest entry; empty if not proved."""
    key: str = ""
    """Public key (hex) under which its electronic signature holds; empty if it has none."""

    @property
    def context(self) -> dict[str, Any]:
        """The ``context`` of the entry's body; empty where there is none."""
        found = self.envelope.body.get("context") if self.envelope else None
        return found if isinstance(found, dict) else {}

    def finding(self, code: str, **params: str) -> Finding:
        """A finding about this record, naming kind and person where known."""
        kind = self.envelope.kind if self.envelope else ""
        who = str(self.context.get("person", ""))
        return Finding(code, self.name, params, self.origin, self.index, kind, who)


@dataclass
class Case:
    """What the verifier works on, and what it has found so far."""

    members: dict[str, bytes]
    ring: Keyring
    ranges: list[Range] = field(default_factory=list)
    job: str = ""
    lot: str = ""
    jobs: list[tuple[str, str]] = field(default_factory=list)
    """Job order and lot of all that it is about; of most packs one."""
    freeze: dict[str, Any] | None = None
    """The frozen evidence set that it holds, if it holds one."""
    recall: dict[str, Any] | None = None
    """Of a recall case: how many steps it had when the log had which size, by the manifest."""
    steps: int = 0
    """Steps of the recall case that the pack is about."""
    findings: list[Finding] = field(default_factory=list)
    aside: list[Finding] = field(default_factory=list)
    """Found about signatures that no release of the lot rests on."""
    records: list[Record] = field(default_factory=list)
    statements: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    checkpoint: Checkpoint | None = None
    witnesses: list[str] = field(default_factory=list)
    signatures: int = 0
    unbound: int = 0
    """Signatures of the older form, which does not bind the signer's class."""
    conceded: list[Finding] = field(default_factory=list)
    """Found about records that two persons accepted as they are, with a reason."""
    sound: list[Record] = field(default_factory=list)
    """Signature records about which nothing was found."""
    signed: set[tuple[str, str]] = field(default_factory=set)
    """Ref and meaning of every record that a sound electronic signature covers."""
    releases: int = 0
    unknown_witnesses: list[str] = field(default_factory=list)
    histories: dict[str, KeyHistory] = field(default_factory=dict)
    """The keys of every log in the pack, by index."""
    authorities: tuple[Any, ...] = ()
    """Certificates of time stamping authorities, got outside."""
    stamped: bool = False
    """Whether a time stamp is in the pack."""
    stamped_at: str = ""
    """When an authority saw the checkpoint; empty if that was not checked, or is not so."""
    unplaced: int = 0
    """Keys of these stations that the pack does not tell the place of."""

    def of(self, job: str) -> list[Record]:
        """The records of a job order."""
        return [one for one in self.records if one.context.get("job_order") == job]

    def paths(self, name: str, *, tell: bool = True) -> dict[int, list[bytes]]:
        """The paths of a paths file; none, and (with ``tell``) a finding, if it is not one."""
        try:
            return packfile.read_paths(self.members.get(name, b""))
        except ValueError as error:
            if tell:
                self.find("unreadable", name, why=str(error)[:200])
            return {}

    def find(self, code: str, member: str, **params: str) -> None:
        """Note a finding about a member that is no record."""
        self.findings.append(Finding(code, member, params))


def read_entries(case: Case) -> None:
    """Read every record of every range; holes, foreign places and unreadable bytes are found."""
    for one in case.ranges:
        for index in range(one.first, one.last + 1):
            name = packfile.record_name(one.origin, index)
            data = case.members.get(name)
            if data is None:
                case.findings.append(Finding("hole", name, {}, one.origin, index))
            else:
                case.records.append(_entry(case, one.origin, index, data))


def _entry(case: Case, origin: str, index: int, data: bytes) -> Record:
    name, ref = packfile.record_name(origin, index), leaf_hash(data).hex()
    try:
        envelope = check(data)
    except BadEnvelope as error:
        record = Record(origin, index, name, data, None, ref)
        case.findings.append(record.finding("unreadable", why=str(error)[:200]))
        return record
    record = Record(origin, index, name, data, envelope, ref)
    if (envelope.origin, envelope.index) != (origin, index):
        says = f"{envelope.origin} #{envelope.index}"
        case.findings.append(record.finding("misplaced", says=says))
    return record


def check_checkpoint(case: Case) -> None:
    """The server's checkpoint is signed by a key from outside, and by which witnesses."""
    note = case.members.get(packfile.CHECKPOINT, b"").decode("utf-8", "replace")
    why = "none of its keys"
    for key in case.ring.all("server"):
        try:
            case.checkpoint = open_note(note, key)
            break
        except BadNote as error:
            why = str(error)
    if case.checkpoint is None:
        case.find("checkpoint", packfile.CHECKPOINT, why=why)
        return
    _check_witnesses(case, note)


def _check_witnesses(case: Case, note: str) -> None:
    known = {
        (key.name, cosignature_id(key)): key
        for purpose in ("station", "witness")
        for key in case.ring.all(purpose)
    }
    servers = {key.name for key in case.ring.all("server")}
    for line in split_note(note)[1]:
        key = known.get((line.name, line.key_id))
        if key is None:
            if line.name not in servers:
                case.unknown_witnesses.append(line.name)
            continue
        try:
            cosigned_at(note, key)
            case.witnesses.append(line.name)
        except BadNote:
            case.find("cosignature", packfile.CHECKPOINT, name=line.name)


def check_leaves(case: Case) -> None:
    """Every leaf is in the checkpoint; every record has its leaf, in its station's order."""
    if case.checkpoint is None:
        return
    paths = case.paths(packfile.LEAF_PATHS)
    places = {(record.origin, record.index): record for record in case.records}
    for name in sorted(name for name in case.members if name.startswith("log/leaves/")):
        position, leaf = _leaf(case, name, paths)
        if leaf is None:
            continue
        if leaf.get("kind") != "entry":
            case.statements.append((position, leaf))
            continue
        record = places.get((str(leaf.get("origin")), _integer(leaf.get("index"))))
        if record is not None:
            _match(case, record, leaf, position)
    _check_order(case)


def _leaf(
    case: Case, name: str, paths: dict[int, list[bytes]]
) -> tuple[int, dict[str, Any] | None]:
    data, text = case.members[name], name.removeprefix("log/leaves/").removesuffix(".json")
    digits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    position = int(text) if digits else -1
    path, head = paths.get(position), case.checkpoint
    included = head is not None and path is not None and verify_inclusion(
        leaf_hash(data), position, head.size, path, head.root
    )  # fmt: skip
    try:
        leaf = canonical.loads(data, packfile.MOST_MANIFEST_BYTES)
    except ValueError as error:
        case.find("unreadable", name, why=str(error)[:200])
        return position, None
    if not included:
        case.find("leaf", name)
    return position, leaf


def _integer(value: object) -> int:
    return value if isinstance(value, int) else -1


def _match(case: Case, record: Record, leaf: dict[str, Any], position: int) -> None:
    if leaf.get("leaf") != record.ref:
        case.findings.append(record.finding("leaf-differs"))
    elif record.position is None:
        record.position = position


def _check_order(case: Case) -> None:
    last: dict[str, int] = {}
    for record in case.records:
        if record.position is None:
            case.findings.append(record.finding("no-leaf"))
        elif record.position < last.get(record.origin, -1):
            case.findings.append(record.finding("leaf-order"))
        else:
            last[record.origin] = record.position


def check_seen(case: Case, seen: Iterable[tuple[str, Mark]]) -> None:
    """The states of logs that somebody outside remembers are states of the logs in the pack."""
    roots = {(one.origin, one.index + 1): one for one in case.records}
    for origin, mark in seen:
        record = roots.get((origin, mark.size))
        if record is not None and record.root and not record.root.startswith(mark.root):
            first = last = str(record.index)
            params = {"size": str(mark.size), "first": first, "last": last}
            case.findings.append(record.finding("seen-differs", **params))
        for one in case.ranges:
            if one.origin == origin and mark.size > one.size:
                params = {"have": str(one.size), "size": str(mark.size)}
                case.find("seen-short", packfile.head_name(origin), **params)
        server = case.checkpoint
        if server is not None and server.origin == origin and server.size == mark.size:
            _same_server(case, server, mark)


def _same_server(case: Case, server: Checkpoint, mark: Mark) -> None:
    if not server.root.hex().startswith(mark.root):
        size = str(mark.size)
        case.find("seen-differs", packfile.CHECKPOINT, size=size, first="0", last=size)
