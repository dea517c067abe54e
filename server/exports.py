"""The files of an export: evidence pack, batch record in both languages, public keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import Action
from server.evidence.export import ServerExport
from server.evidence.gather import pack_data, record_data
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server.parts import Parts
    from server.people.directory import Acting

PACK, KEYS = "evidence.zip", "keys.txt"
RECORDS = {"batch-record.pdf": "en", "batch-record.zh_CN.pdf": "zh_CN"}
REMOTE: dict[str, str] = {
    PACK: "/api/jobs/{job}/evidence.zip",
    **{name: f"/api/jobs/{{job}}/batch-record.pdf?language={tag}" for name, tag in RECORDS.items()},
    KEYS: "/api/keys",
}
"""The same files at a running server, by name."""


def exported_files(parts: Parts, job: str, by: str, who: Acting) -> dict[str, bytes]:
    """Every file by its name, after the audit leaf that says who took them.

    ``by``: the person id named on the command line, or empty; Refusal if the badge is another's.
    """
    who.must(Action.EXPORT)
    if by and by != who.person.id:
        raise Refusal("not-yours", name=by)
    pack = pack_data(parts, job, "en")
    parts.trail.note(who.person.id, "cli export", job, pack.record.records)
    records = {name: record_data(parts, job, tag).pdf() for name, tag in RECORDS.items()}
    keys = "".join(f"{line}\n" for line in parts.reader.key_lines())
    return {PACK: pack.pack(parts.signer), **records, KEYS: keys.encode()}


def export_all(
    parts: Parts,
    folder: Path,
    by: str,
    who: Acting,
    *,
    attachments: bool,
    progress: Callable[[int], None],
) -> int:
    """Write the whole server to ``folder``, after the audit leaf that says who took it."""
    who.must(Action.EXPORT)
    if by and by != who.person.id:
        raise Refusal("not-yours", name=by)
    parts.trail.note(who.person.id, "cli export", "everything", parts.book.size)
    return ServerExport(parts, folder, attachments=attachments, progress=progress).write()
