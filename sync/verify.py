"""Verifying an evidence pack with public keys alone: no server, no network, no clock.

Nothing in the pack is believed because the pack says so: keys come from the keys file; the file
itself must be, to the byte, the one way its members can be written.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sync import canonical, container, packfile
from sync.envelope import check_origin
from sync.findings import Finding
from sync.packfile import Range
from sync.verify_aside import set_aside
from sync.verify_cut_offs import check_cut_offs
from sync.verify_freeze import check_freeze, named, read_freeze
from sync.verify_heads import check_heads
from sync.verify_recall import check_recalls
from sync.verify_records import (
    Case,
    check_checkpoint,
    check_leaves,
    check_seen,
    read_entries,
)
from sync.verify_signatures import (
    check_files,
    check_releases,
    check_signatures,
    check_statements,
)
from sync.verify_timestamp import check_timestamp
from sync.verify_words import as_body, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.keyring import Keyring
    from sync.verify_marks import Mark

MOST_RANGES = 1_000
MOST_FINDINGS = 1_000


class NotAPack(ValueError):
    """The bytes are not an evidence pack, or out of bounds: nothing can be said about them."""


@dataclass(frozen=True)
class Report:
    """What a verification found; sound if there are no findings."""

    job: str
    lot: str
    findings: tuple[Finding, ...]
    aside: tuple[Finding, ...]
    """Found about signatures that no release of the lot rests on; see ``sync.verify_aside``."""
    conceded: tuple[Finding, ...]
    """Found about records that two persons accepted as they are: ``sync.verify_concession``."""
    records: int
    ranges: tuple[Range, ...]
    signatures: int
    unbound: int
    """Of these, how many do not bind the signer's class."""
    stamped: bool
    """Whether there is a time stamp."""
    stamped_at: str
    """When an authority saw the checkpoint; empty if that was not checked, or is not so."""
    unplaced: int
    """Keys of the stations whose place in the log the pack does not tell."""
    releases: int
    attachments: int
    freeze: str
    """Of a frozen evidence set: cause, what it is about, revision; empty of other packs."""
    steps: int
    """Of a recall case; 0 of other packs."""
    checkpoint: str
    """``origin size root`` of the server's checkpoint; empty if not sound."""
    witnesses: tuple[str, ...]
    unknown_witnesses: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """True if nothing is wrong."""
        return not self.findings

    def text(self, language: str) -> str:
        """All of it for a person."""
        return as_text(self, language)

    def body(self) -> dict[str, Any]:
        """All of it for a program."""
        return as_body(self)


def verify(
    data: bytes,
    ring: Keyring,
    seen: Iterable[tuple[str, Mark]] = (),
    authorities: Iterable[Any] = (),
) -> Report:
    """Verify the pack ``data`` with the keys of ``ring``. Raises NotAPack.

    ``seen``: what is remembered outside of the logs (:func:`sync.seen.remembered`).
    ``authorities``: whose time stamps count (:func:`sync.timestamp.authorities`).
    """
    if len(data) > container.MOST_BYTES * 2 or not container.looks_like(data):
        msg = "not an evidence pack, or larger than one may be"
        raise NotAPack(msg)
    read = container.read(data)
    case = Case(read.members, ring, authorities=tuple(authorities))
    if read.damage is not None:
        case.find("changed-file", read.damage.member, offset=str(read.damage.offset))
    manifest = _manifest(case)
    if manifest is not None:
        _check_members(case, manifest["members"])
        _check_content(case)
        check_seen(case, seen)
    return _report(case)


def _check_content(case: Case) -> None:
    read_freeze(case)
    read_entries(case)
    check_checkpoint(case)
    check_timestamp(case)
    check_leaves(case)
    check_heads(case)
    check_signatures(case)
    check_releases(case)
    set_aside(case)
    check_files(case)
    check_statements(case)
    check_cut_offs(case)
    check_freeze(case)
    check_recalls(case)


def _report(case: Case) -> Report:
    head = case.checkpoint
    return Report(
        job=case.job,
        lot=case.lot,
        findings=tuple(_once(case.findings)[:MOST_FINDINGS]),
        aside=tuple(_once(case.aside)[:MOST_FINDINGS]),
        conceded=tuple(_once(case.conceded)[:MOST_FINDINGS]),
        records=len(case.records),
        ranges=tuple(case.ranges),
        signatures=case.signatures,
        unbound=case.unbound,
        stamped=case.stamped,
        stamped_at=case.stamped_at,
        unplaced=case.unplaced,
        releases=case.releases,
        attachments=sum(name.startswith("attachments/") for name in case.members),
        freeze=named(case),
        steps=case.steps,
        checkpoint=f"{head.origin} {head.size} {head.root.hex()}" if head else "",
        witnesses=tuple(case.witnesses),
        unknown_witnesses=tuple(case.unknown_witnesses),
    )


def _once(findings: list[Finding]) -> list[Finding]:
    """Findings without repeats, those about records first: they are what a person looks for."""
    unique = {(one.code, one.member, str(one.params)): one for one in findings}
    return sorted(unique.values(), key=lambda one: (one.code != "changed-file", one.index is None))


def _manifest(case: Case) -> dict[str, Any] | None:
    """The manifest if it can be read; its signature is checked on the way."""
    data = case.members.get(packfile.MANIFEST, b"")
    _check_manifest_signature(case, data)
    try:
        body = canonical.loads(data, packfile.MOST_MANIFEST_BYTES)
        case.ranges = _ranges(body)
        case.job, case.lot = str(body["job"]), str(body["lot"])
        case.jobs = [(case.job, case.lot)]
        told = body.get("recall")
        case.recall = told if isinstance(told, dict) else None
        if body["format"] != packfile.FORMAT or not isinstance(body["members"], dict):
            _fail("not a manifest of this format")
    except (ValueError, KeyError, TypeError) as error:
        case.find("manifest", packfile.MANIFEST, why=str(error)[:200])
        return None
    return body


def _check_manifest_signature(case: Case, data: bytes) -> None:
    message, written = packfile.signed_message(data), case.members.get(packfile.SIGNATURE, b"")
    try:
        signature = b64decode(written.strip(), validate=True)
    except ValueError:
        signature = b""
    one_spelling = b64encode(signature) + b"\n" == written
    keys = case.ring.all("server")
    if not (one_spelling and any(key.verify(message, signature) for key in keys)):
        case.find("manifest-signature", packfile.SIGNATURE)


def _ranges(body: dict[str, Any]) -> list[Range]:
    found = [
        Range(check_origin(str(one["origin"])), int(one["first"]), int(one["last"]),
              int(one["size"]))
        for one in body["origins"][:MOST_RANGES]
    ]  # fmt: skip
    total = sum(one.last - one.first + 1 for one in found)
    if any(not 0 <= one.first <= one.last < one.size for one in found):
        _fail("a range is not one")
    if len({one.origin for one in found}) != len(body["origins"]):
        _fail("an origin stands twice, or there are too many")
    if total > container.MOST_MEMBERS:
        _fail("the ranges are longer than a pack can be")
    return found


def _fail(why: str) -> None:
    raise ValueError(why)


def _check_members(case: Case, listed: dict[str, Any]) -> None:
    """Every listed member is there with its digest; nothing else is; every record is ranged."""
    own = (packfile.MANIFEST, packfile.SIGNATURE)
    ranged = {
        packfile.record_name(one.origin, index): (one.origin, index)
        for one in case.ranges
        for index in range(one.first, one.last + 1)
    }
    for name in container.order([*{*listed, *case.members}]):
        if name in own and name not in listed:
            continue
        code = _member_problem(case, name, listed.get(name), foreign=name not in listed)
        if code is None and name.startswith("records/") and name not in ranged:
            code = "foreign"
        if code is not None:
            origin, index = ranged.get(name, ("", None))
            kind, who = _claims(case.members.get(name, b""))
            case.findings.append(Finding(code, name, {}, origin, index, kind, who))
    for name in own:
        if name not in case.members:
            case.find("missing", name)


def _member_problem(case: Case, name: str, facts: object, *, foreign: bool) -> str | None:
    if foreign:
        return "foreign"
    if name not in case.members:
        return "missing"
    data = case.members[name]
    digest = {"sha256": sha256(data).hexdigest(), "size": len(data)}
    return None if facts == digest else "changed"


def _claims(data: bytes) -> tuple[str, str]:
    """What a (perhaps changed) record says of its kind and person; empty where unreadable."""
    try:
        entry = canonical.loads(data)
        body = entry.get("body")
        context = body.get("context") if isinstance(body, dict) else None
        who = context.get("person", "") if isinstance(context, dict) else ""
        return str(entry.get("kind", "")), str(who)
    except ValueError:
        return "", ""
