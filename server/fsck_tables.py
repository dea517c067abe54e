"""Documents, attachments and projections: each against what it must be."""

from __future__ import annotations

from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from server.ingest.failures import Failures
from server.ingest.jobs import Jobs
from server.ingest.projector import Projections
from server.log.leaves import Statement, decode
from server.recovery.named import digests
from server.store.overlay import Overlay
from server.store.schema import PROJECTIONS
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.canonical import NotCanonical

if TYPE_CHECKING:
    from server.parts import Parts
    from server.store.protocol import Row
    from sync.verify_marks import Findings

KINDS = frozenset({
    "factor", "freeze", "history", "key", "look-back", "master", "pack", "recall-notice",
    "recall-scope", "recovery-codes",
})  # fmt: skip
"""Of documents."""
NAMED_BY: dict[str, str] = {
    "person.enrolled": "wrapped_sha256", "person.changed": "wrapped_sha256",
    "person.rekeyed": "wrapped_sha256", "person.granted": "wrapped_sha256",
    "factor.enrolled": "sealed_sha256", "factor.codes": "codes_sha256",
    "master.proposed": "digest", "evidence.frozen": "sha256", "deviation.opened": "look_back",
    "recall.scoped": "scope", "recall.noticed": "notices", "history.imported": "files",
}  # fmt: skip
"""Statements that name documents, and in which member; packs are looked at with their rows."""
MOST_DIFFERENCES = 20
"""Rows of one table that are named; a fold that went wrong differs everywhere."""


def check_documents(parts: Parts, findings: Findings) -> None:
    """Every document has the digest it is kept under, and is of a kind there is."""
    for row in parts.store.scan("documents"):
        if sha256(row["data"]).hexdigest() != row["sha256"] or row["kind"] not in KINDS:
            findings.find("document", "documents", name=str(row["sha256"]), kind=str(row["kind"]))


def check_named(parts: Parts, findings: Findings) -> None:
    """Every document that the log names is there."""
    for kind, member in NAMED_BY.items():
        for row in parts.store.scan("leaves", kind=kind):
            for name in _named(row, member):
                if parts.store.one("documents", sha256=name) is None:
                    findings.find("document-missing", "documents", name=name, kind=kind)


def _named(row: Row, member: str) -> list[str]:
    """Digests of documents in a statement; none in a leaf that is damaged, which is named."""
    try:
        said = decode(row["data"])
    except (NotCanonical, ValueError, KeyError):
        return []
    found: Any = said.body.get(member, "") if isinstance(said, Statement) else ""
    if member == "files":
        found = [one["pieces"] for one in found]
    return list(digests(found))


def check_files(parts: Parts, findings: Findings) -> None:
    """Every attachment listed is on the disk, whole."""
    for row in parts.store.scan("attachments"):
        digest = str(row["sha256"])
        try:
            whole = len(parts.attachments.get(digest)) == row["size"]
        except Refusal:
            whole = False
        if not whole:
            findings.find("file", f"attachments/{digest[:2]}/{digest}", name=digest)


def check_projections(parts: Parts, findings: Findings) -> None:
    """Every projection equals what the leaves fold to, in a scratch database beside it."""
    with TemporaryDirectory(prefix="lotbook-fsck-") as folder:
        scratch = SqliteStore(Path(folder) / "scratch.db")
        try:
            store = Overlay(parts.store, scratch)
            for row in parts.store.rows("cursor"):  # as far as it is folded, and no further
                store.put("cursor", row)
            failures = Failures(store)
            Projections(store, Jobs(store, failures), failures).rebuild()
            for table in PROJECTIONS:
                _compare(table, parts, scratch, findings)
        finally:
            scratch.close()


def _compare(table: str, parts: Parts, scratch: SqliteStore, findings: Findings) -> None:
    found = 0
    for stored, made in zip_longest(parts.store.scan(table), scratch.scan(table)):
        if stored != made:
            found += 1
            if found <= MOST_DIFFERENCES:
                findings.find("projection", table, key=_key(table, stored or made or {}))


def _key(table: str, row: Row) -> str:
    return " ".join(str(row[name]) for name in PROJECTIONS[table].keys)
