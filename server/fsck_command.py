"""``lotbook-server fsck``: of a stopped server all at once; of a running one what it found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from server.fsck import check, told
from server.log.said import ended
from server.log_lines import shown
from server.progress import Progress
from server.scrub.told import Told, words
from server.words import Refusal
from sync.keyring import read_keys

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.folder import DataFolder
    from server.integrate.remote import Remote

    Remotes = Callable[[argparse.Namespace], Remote]


def add_fsck(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    remote: Remotes,
) -> None:
    """``fsck``."""
    verb = signed(verbs.add_parser("fsck", help="derive everything stored again, and compare"))
    verb.add_argument("--database", default="", metavar="URL", help="if the folder names none")
    verb.add_argument("--keys", type=Path, default=None, help="public keys known from outside")
    verb.set_defaults(run=lambda given, folder: _run(given, folder, remote))


def _run(given: argparse.Namespace, folder: DataFolder | None, remote: Remotes) -> int:
    """0: all agrees; 1: something does not."""
    if given.url:
        return _running(given, remote)
    if folder is None:
        raise Refusal("nowhere-to-ask")
    ring = read_keys(given.keys.read_text(encoding="utf-8")) if given.keys else None
    with folder.open() as parts, Progress(sys.stderr, "fsck") as progress:
        findings = check(parts, ring, progress)
        size = parts.book.size
        ended(f"{findings.count} findings" if findings.count else "")
    for problem in told(findings.kept, given.language):
        sys.stderr.write(f"fsck: {shown(problem)}\n")
    if findings.count:
        return 1
    sys.stdout.write(f"fsck: good: {size} leaves; every hash, head, receipt, checkpoint, document,"
                     " file and projection agrees\n")  # fmt: skip
    return 0


def _running(given: argparse.Namespace, remote: Remotes) -> int:
    """What reading beside the answers has come to: 0 unless damage was found."""
    found = msgspec.convert(remote(given).call("GET", "/api/scrub"), Told)
    sys.stdout.write(f"{words(found.standing).in_language(given.language)}\n")
    for one in found.alarms:
        sys.stderr.write(f"fsck: {shown(one.about)}: {shown(one.first)}\n")
    return int(bool(found.alarms))
