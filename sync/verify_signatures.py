"""Verifying an evidence pack: electronic signatures, the release, files named, keys stated."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sync import packfile
from sync.merkle import EMPTY_ROOT, root_of
from sync.people_history import PEOPLE_KINDS, PeopleHistory, why_not
from sync.verify_esign import check_signer, lacking
from sync.verify_recall import recalls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.verify_records import Case, Record

_HEAD = re.compile(r"(0|[1-9][0-9]{0,15}):([0-9a-f]{64})")


def check_signatures(case: Case) -> None:
    """Every electronic signature belongs to exactly the records, words and person it names."""
    refs = {record.ref for record in case.records}
    places = {(record.origin, record.index): record for record in case.records}
    used: set[str] = set()
    people = _people(case)
    for record in case.records:
        if record.envelope is not None and record.envelope.kind == "signed":
            before = len(case.findings)
            body: dict[str, Any] = record.envelope.body
            _check_signature(case, record, body, refs)
            _check_head(case, record, str(body.get("head")), places)
            _check_rights(case, record, body, people)
            if len(case.findings) > before:
                continue
            if body["signature"] in used:
                case.findings.append(record.finding("esign-twice"))
            used.add(body["signature"])
            case.sound.append(record)
            case.signed |= {(ref, body["meaning"]) for ref in body["covers"]}


def _check_signature(case: Case, record: Record, body: dict[str, Any], refs: set[str]) -> None:
    if why := lacking(body):
        case.findings.append(record.finding("esign-form", why=why))
        return
    case.signatures += 1
    for ref in body["covers"]:
        if ref not in refs:
            case.findings.append(record.finding("esign-covers", ref=ref))
    found, unbound = check_signer(record, body, case.ring)
    case.findings.extend(found)
    case.unbound += unbound


def _people(case: Case) -> PeopleHistory:
    """Who had which key and classes, as the leaves in the pack state it."""
    people = PeopleHistory()
    for position, leaf in sorted(case.statements, key=lambda one: one[0]):
        body = leaf.get("body")
        if isinstance(body, dict):
            people.take(position, str(leaf.get("kind")), body)
    return people


def _check_rights(case: Case, record: Record, body: dict[str, Any], people: PeopleHistory) -> None:
    """The signer was enrolled, active and of that class and name when the record arrived."""
    person = str(record.context.get("person", ""))
    if record.position is None:
        return  # it has no leaf, which is found already
    if code := why_not(people.at(person, record.position), body, record.key):
        case.findings.append(record.finding(code, name=person))


def _check_head(
    case: Case, record: Record, head: str, places: dict[tuple[str, int], Record]
) -> None:
    """The head that the signer saw is its own log's, as far as the pack shows that log."""
    match = _HEAD.fullmatch(head)
    size = int(match[1]) if match else 0
    last = places.get((record.origin, size - 1))
    root = EMPTY_ROOT.hex() if size == 0 else last.root if last else ""
    if match is None or size > record.index or root not in ("", match[2]):
        case.findings.append(record.finding("esign-head"))


def check_releases(case: Case) -> None:
    """Every release decision was about exactly the job's records the server held before it.

    Only a decision to release under a sound signature of that meaning counts as a release.
    """
    for name, lot in case.jobs:
        job = case.of(name)
        # a set may be frozen before anything was recorded; a recall is no station's
        if not job and case.freeze is None and name not in recalls(case):
            case.find("no-records", packfile.MANIFEST, job=name)
        for record in job:
            if record.envelope is not None and record.envelope.kind == "release.decided":
                _check_release(case, record, job, lot)


def _check_release(case: Case, record: Record, job: list[Record], lot: str) -> None:
    body: dict[str, Any] = record.envelope.body if record.envelope else {}
    if body.get("lot") != lot:
        case.findings.append(record.finding("lot-differs", lot=lot))
    if body.get("decision") == "released":
        case.releases += (record.ref, "released") in case.signed
    judged = [one for one in job if _before(one, record)]
    judged.sort(key=lambda one: (one.origin, one.index))
    root = root_of(bytes.fromhex(one.ref) for one in judged).hex()
    if body.get("records") != len(judged):
        says, found = str(body.get("records")), str(len(judged))
        case.findings.append(record.finding("release-count", says=says, found=found))
    if body.get("records_root") != root:
        case.findings.append(record.finding("release-root"))


def _before(one: Record, release: Record) -> bool:
    if one.position is None or release.position is None:
        return one is not release
    return one.position < release.position


def check_files(case: Case) -> None:
    """Every attachment and work master named by a record is there, under its digest."""
    for name, data in case.members.items():
        folder, _, digest = name.partition("/")
        if folder in ("attachments", "masters") and sha256(data).hexdigest() != digest:
            case.find("digest-name", name)
    jobs = {name for name, _ in case.jobs}
    for record in case.records:
        if record.envelope is None or record.context.get("job_order") not in jobs:
            continue
        master = str(record.context.get("work_master", ""))
        if master and packfile.master_name(master) not in case.members:
            case.findings.append(record.finding("master", ref=master))
        for digest in attached(record.envelope.body):
            if packfile.attachment_name(digest) not in case.members:
                case.findings.append(record.finding("attachment", ref=digest))


def attached(value: object) -> Iterator[str]:
    """The digests of all attachments named anywhere in a body: objects with sha256 and size."""
    if isinstance(value, dict):
        if "sha256" in value and "media_type" in value:
            yield str(value["sha256"])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from attached(item)


def check_statements(case: Case) -> None:
    """The keys and the lot that the server's log states are those of the file."""
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for position, leaf in case.statements:
        body = leaf.get("body")
        if leaf.get("kind") == "order.dispatched" and isinstance(body, dict):
            _check_lot(case, packfile.leaf_name(position), body)
        if not isinstance(body, dict) or not isinstance(body.get("public_key"), str):
            continue
        kind = str(leaf.get("kind"))
        if kind in PEOPLE_KINDS:
            newest["person", str(body.get("id"))] = (
                body["public_key"], packfile.leaf_name(position))  # fmt: skip
        elif kind == "station.enrolled":
            newest["station", str(body.get("origin"))] = (
                body["public_key"], packfile.leaf_name(position))  # fmt: skip
    for (purpose, name), (key, member) in newest.items():
        held = [one.public_key.hex() for one in case.ring.get(purpose, name)]
        if held and key not in held:
            case.find("key-differs", member, name=name)


def _check_lot(case: Case, member: str, body: dict[str, Any]) -> None:
    """The manifest's lot is the one that the job order was for."""
    for job, lot in case.jobs:
        if body.get("id") == job and body.get("lot") != lot:
            case.find("lot-differs", member, lot=lot)
