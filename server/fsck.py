"""Deriving everything stored again from what was signed, and naming each thing that differs.

Logs, heads, receipts, checkpoints, cosignatures and branches by the very check that an auditor's
``lotbook-verify`` makes of an export; then what only the database has: its file and schema, the
columns beside signed bytes, tiles, documents, attachments, and every projection against a rebuild.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.evidence.content import StoredServer
from server.fsck_cells import check_branch_rows, check_cells, check_packs, check_repeated
from server.fsck_rows import check_columns, check_tiles
from server.fsck_tables import check_documents, check_files, check_named, check_projections
from sync.keyring import read_keys
from sync.verify_export import ExportCheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.parts import Parts
    from sync.findings import Finding
    from sync.keyring import Keyring
    from sync.verify_marks import Findings


def check(
    parts: Parts,
    ring: Keyring | None = None,
    progress: Callable[[int], None] = lambda _count: None,
) -> Findings:
    """Everything wrong. ``ring``: public keys from outside; without, those of this server.

    ``progress`` is told how many leaves and records were read.
    """
    if not parts.book.recovery:
        parts.book.catch_up()
    ring = ring or read_keys("".join(f"{line}\n" for line in parts.reader.key_lines()))
    # An electronic signature that does not hold is evidence too: kept, judged, not damage.
    export = ExportCheck(StoredServer(parts), ring, progress=progress, inside=False)
    findings = export.findings
    for problem in parts.store.check():
        findings.find("database", "lotbook.db", why=problem)
    if parts.book.recovery and not parts.rescue.target.only_asks():
        findings.find("recovery", "checkpoint.last")
    if not check_cells(parts, findings):
        return findings  # what is to be read is not even there: the rest would say nothing
    export.run()
    check_columns(parts, export.leaves.named, findings)
    check_repeated(parts, findings)
    check_branch_rows(parts, findings)
    check_tiles(parts, findings)
    check_documents(parts, findings)
    check_named(parts, findings)
    check_packs(parts, findings)
    check_files(parts, findings)
    if not findings.count:  # what is folded from damaged leaves says nothing
        check_projections(parts, findings)
    return findings


def examine(parts: Parts, language: str = "en") -> list[str]:
    """Everything wrong, a line each that names the place; empty when all agrees."""
    return told(check(parts).kept, language)


def told(findings: list[Finding], language: str) -> list[str]:
    """The findings in words, each once."""
    return list(dict.fromkeys(one.words(language) for one in findings))
