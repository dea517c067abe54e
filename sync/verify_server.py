"""The verdict on a server's exported folder: its files, its manifest, and all that is in it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from hashlib import sha256
from typing import TYPE_CHECKING

from sync.pae import pae
from sync.server_source import KEYS, LABEL, QUARANTINE, SIGNATURE, FolderServer, extracts
from sync.verdict import Said, Verdict
from sync.verify_export import ExportCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync.keyring import Keyring
    from sync.verify_marks import Findings, Mark

MOST_LOGS_TOLD = 200
"""Logs that are told one by one."""


def verify_folder(
    source: FolderServer,
    ring: Keyring,
    seen: Sequence[tuple[str, Mark]] = (),
    progress: Callable[[int], None] = lambda _count: None,
) -> Verdict:
    """Verify an exported folder."""
    check = ExportCheck(source, ring, seen, progress)
    for code, name in source.reader.damage():
        check.findings.find(code, name)
    _check_signature(source, ring, check.findings)
    check.run()
    _check_extracts(source, check.findings)
    _check_names(source, check.findings)
    return verdict(check)


def _check_signature(source: FolderServer, ring: Keyring, findings: Findings) -> None:
    try:
        written = (source.reader.folder / SIGNATURE).read_bytes()[:200]
        signature = b64decode(written.strip(), validate=True)
    except (OSError, BadBase64):
        written, signature = b"", b""
    message = pae(LABEL, source.reader.data)
    one_spelling = b64encode(signature) + b"\n" == written
    if not (one_spelling and any(key.verify(message, signature) for key in ring.all("server"))):
        findings.find("manifest-signature", SIGNATURE)


def _check_names(source: FolderServer, findings: Findings) -> None:
    """What lies under a digest has it."""
    for name in source.reader.files:
        folder, _, digest = name.partition("/")
        if folder not in ("attachments", "masters") or not source.reader.has(name):
            continue
        if sha256(source.reader.small(name)).hexdigest() != digest:
            findings.find("digest-name", name)


def _check_extracts(source: FolderServer, findings: Findings) -> None:
    """Key history and quarantine say what the leaves say: nothing more, nothing less."""
    keys, aside = source.lines(KEYS), source.lines(QUARANTINE)
    wrong: dict[str, int] = {}
    for position, (data, _) in enumerate(source.leaves()):
        key, set_aside = extracts(position, data)
        for name, lines, wanted in ((KEYS, keys, key), (QUARANTINE, aside, set_aside)):
            if wanted and next(lines, b"") != wanted:
                wrong.setdefault(name, position)
    for name, lines in ((KEYS, keys), (QUARANTINE, aside)):
        if next(lines, None) is not None:
            wrong.setdefault(name, -1)
    for name, position in wrong.items():
        findings.find("extract", name, position=str(position) if position >= 0 else "-")


def verdict(check: ExportCheck) -> Verdict:
    """What can be said of the content once it was read."""
    logs = check.logs
    records, signatures = sum(log.size for log in logs), sum(log.signatures for log in logs)
    leaves, origin = check.leaves.range.size, check.source.origin
    title = {"origin": origin, "logs": len(logs), "records": records, "leaves": leaves}
    facts = {
        "format": "export", "origin": origin, "records": records, "leaves": leaves,
        "root": check.leaves.range.root().hex(), "signatures": signatures,
        "logs": {log.origin: log.size for log in logs},
        "witnesses": dict(sorted(check.witnesses.newest.items())),
        "unknown_witnesses": sorted(check.witnesses.unknown)[:100],
    }  # fmt: skip
    return Verdict(
        title=Said("sound-export", dict(title)),
        findings=tuple(check.findings.kept),
        count=check.findings.count,
        proved=tuple(_proved(check, signatures)),
        not_proved=tuple(_not_proved(check)),
        facts=facts,
    )


def _proved(check: ExportCheck, signatures: int) -> list[Said]:
    size, leaves = check.leaves.range.size, check.leaves
    said = [
        Said("export-leaves", {"last": size - 1, "size": size, "root": leaves.range.root().hex()})
    ]
    said += [
        Said("export-log", {"origin": log.origin, "last": log.size - 1, "size": log.size})
        if log.size
        else Said("export-empty", {"origin": log.origin})
        for log in check.logs[:MOST_LOGS_TOLD]
    ]
    said.append(Said("export-signatures", {"count": signatures}))
    said.append(Said("export-statements"))
    files = sum(log.files for log in check.logs)
    files_here = "journal-files" if check.source.with_attachments else "export-files-listed"
    said.append(Said(files_here, {"count": files}))
    if aside := len(leaves.stated.quarantined):
        said.append(Said("export-quarantine", {"count": aside}))
    if forks := len(leaves.stated.forks):
        said.append(Said("export-forks", {"count": forks}))
    seen = leaves.held.get("seen")
    said += [Said("journal-seen", {"size": seen.size})] if seen else []
    for name, newest in sorted(check.witnesses.newest.items())[:MOST_LOGS_TOLD]:
        said.append(Said("export-witness", {"name": name, "size": newest}))
    return said


def _not_proved(check: ExportCheck) -> list[Said]:
    size = check.leaves.range.size
    newest = max(check.witnesses.newest.values(), default=0)
    said = [Said("doubt-keys"), Said("doubt-truth"), Said("doubt-clock")]
    if not newest:
        said.append(Said("doubt-unwitnessed"))
    elif newest < size:
        said.append(Said("doubt-since", {"size": newest}))
    if "seen" not in check.leaves.held:
        said.append(Said("doubt-withheld", {"size": size}))
    unbound = sum(log.unbound for log in check.logs)
    said += [Said("doubt-unbound", {"count": unbound})] if unbound else []
    for log in check.logs[:MOST_LOGS_TOLD]:
        if log.valid is not None and log.valid < log.size:
            said.append(Said("doubt-revoked", {"origin": log.origin, "size": log.valid}))
    late = sum(log.late_heads for log in check.logs)
    said += [Said("doubt-heads", {"count": late})] if late else []
    said += [] if check.source.with_attachments else [Said("doubt-files")]
    return [*said, Said("doubt-kept-back")]
