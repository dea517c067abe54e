"""The restore drill: a backup put back in a temporary place, checked to the last hash, reported."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from server.backup import restore
from server.derived import roots
from server.doctor import factors
from server.folder import DataFolder
from server.fsck import examine
from server.mirrors import FILE as MIRRORS
from server.restore_into import for_a_drill
from sync import canonical
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.clock import Clock

LABEL = "lotbook/restore-drill/1"
"""What the server's key signs a report as."""
_NS = 1_000_000_000


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill showed."""

    format: str = LABEL
    made_at: str
    """When the backup was made."""
    drilled_at: str
    server: str
    """Whose it is (vkey)."""
    files: int
    """Equal to the manifest, hash by hash."""
    size: int
    root: str
    """Of the server's log, derived again."""
    entries: int
    findings: int
    """Of ``fsck`` over what was restored, and whether people's second factors open."""
    seconds: int
    store: str = "sqlite"
    """Where it was tried: ``sqlite`` or ``postgresql``."""


class Drilled(msgspec.Struct, frozen=True, kw_only=True):
    """The report, its findings, and the server's signature over its canonical bytes."""

    report: Report
    findings: tuple[str, ...]
    signature: str
    """Base64, over ``PAE("lotbook/restore-drill/1", report)``."""


def drill(  # noqa: PLR0913, PLR0917 - what a restore takes, and where it is tried
    file: Path,
    secret: str,
    own_keys: Path,
    work: Path | None,
    clock: Clock,
    random: Callable[[int], bytes],
    database: str = "",
) -> Drilled:
    """Restore ``file`` beside everything, derive and check all of it, and take it away again.

    ``database``: a PostgreSQL database, in a schema of which it is tried; else in a file. Raises
    Refusal as ``restore`` does: for another site's backup, other keys, one that is cut.
    """
    begun = clock.monotonic_ns()
    with TemporaryDirectory(prefix="lotbook-drill-", dir=work) as place:
        folder = DataFolder(Path(place) / "data", clock, random)
        manifest = restore(file, folder.path, secret, own_keys)
        (folder.path / MIRRORS).unlink(missing_ok=True)  # the living server's memory, not ours
        name = f"lotbook_drill_{random(8).hex()}"
        with for_a_drill(folder.path, database, clock.wall, name), folder.open() as parts:
            shut = factors.look(parts.store, folder.path)
            derived, findings = roots(parts.store), tuple(examine(parts))
            findings += () if shut.state == "ok" else tuple(shut.lines("en"))
            report = Report(
                made_at=manifest.made_at,
                drilled_at=clock.wall().isoformat(),
                server=manifest.server,
                files=len(manifest.files),
                size=derived.size,
                root=derived.root,
                entries=derived.entries,
                findings=len(findings),
                seconds=(clock.monotonic_ns() - begun) // _NS,
                store="postgresql" if database else "sqlite",
            )
            message = pae(LABEL, canonical.dumps(msgspec.to_builtins(report)))
            signature = b64encode(parts.signer.sign(message)).decode("ascii")
    return Drilled(report=report, findings=findings, signature=signature)
