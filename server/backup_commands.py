"""The commands around backups: the recipient's key, making one, putting one back."""

from __future__ import annotations

import argparse
import socket
import sys
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from server.audit import spool
from server.audit.machine import account
from server.backup import make_backup, restore
from server.doctor import factors
from server.drill import drill
from server.log_lines import shown
from server.progress import Progress, Sum
from server.restore_into import check_empty, into_database
from server.store.address import told
from server.store.opening import looked_at
from server.words import Refusal
from sync import files
from sync.sealed_stream import BadSeal, make_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.backup import Made
    from sync.clock import Clock


def add_commands(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    clock: Clock,
    random: Callable[[int], bytes],
) -> None:
    """``backup-key``, ``backup``, ``restore`` and ``drill-restore``."""
    key = verbs.add_parser("backup-key", help="make the key that opens backups; keep it elsewhere")
    key.add_argument("file", type=Path, help="new file for the secret half")
    key.set_defaults(run=lambda given, _: _key(given, random))
    make = verbs.add_parser("backup", help="encrypted copy of everything but the server's keys")
    make.add_argument("out", type=Path)
    make.add_argument("--from", dest="source", type=Path, required=True, help="data folder")
    make.add_argument("--to", required=True, metavar="PUBLIC", help="lotbook-backup-to/1:…")
    make.set_defaults(run=lambda given, _: _backup(given, clock, random))
    back = verbs.add_parser("restore", help="put a backup into a new data folder")
    back.add_argument("file", type=Path)
    back.add_argument("--into", type=Path, required=True, help="new data folder")
    back.add_argument("--key", type=Path, required=True, help="file with the secret half")
    back.add_argument("--own-keys", type=Path, required=True, help="the server's keys")
    back.add_argument("--database", default="", metavar="URL", help="empty: postgresql://…")
    back.set_defaults(run=lambda given, _: _restore(given, clock))
    tried = verbs.add_parser("drill-restore", help="try a restore in a place of its own")
    tried.add_argument("file", type=Path)
    tried.add_argument("--from", dest="source", type=Path, required=True, help="data folder")
    tried.add_argument("--key", type=Path, required=True, help="file with the secret half")
    tried.add_argument("--own-keys", type=Path, required=True, help="the server's keys")
    tried.add_argument("--work", type=Path, default=None, help="where there is room for it")
    tried.add_argument(
        "--database", default="", metavar="URL", help="try it in a schema of postgresql://…"
    )
    tried.add_argument("--report", type=Path, default=None, help="new file for the signed report")
    tried.set_defaults(run=lambda given, _: _drill(given, clock, random))


def _drill(given: argparse.Namespace, clock: Clock, random: Callable[[int], bytes]) -> int:
    """Restore into a temporary place, check all of it, and tell the server's log."""
    done = drill(given.file, given.key.read_text(encoding="utf-8"), given.own_keys, given.work,
                 clock, random, given.database)  # fmt: skip
    report = msgspec.json.encode(done.report)
    if given.report is not None:
        given.report.write_bytes(msgspec.json.encode(done))
    for line in done.findings:
        sys.stderr.write(f"drill: {shown(line)}\n")
    body = msgspec.json.decode(report) | {
        "file": given.file.name, "user": account(), "place": socket.gethostname(),
    }  # fmt: skip
    spool.leave(given.source, spool.DRILL, body)
    words = "good" if not done.findings else f"{len(done.findings)} findings"
    sys.stdout.write(f"drill: {words}: {done.report.files} files equal by hash, "
                     f"{done.report.size} leaves, {done.report.entries} records, "
                     f"{done.report.seconds} s\n")  # fmt: skip
    return int(bool(done.findings))


def _key(given: argparse.Namespace, random: Callable[[int], bytes]) -> int:
    secret, public = make_key(random)
    files.create(given.file, f"{secret}\n".encode())
    sys.stdout.write(f"{public}\n")
    return 0


def _backup(given: argparse.Namespace, clock: Clock, random: Callable[[int], bytes]) -> int:
    try:
        made = make_backup(given.source, given.out, given.to, clock.wall().astimezone(UTC), random)
    except BadSeal as error:
        raise Refusal("backup-unfit", why=str(error)) from error
    _leave(given, made)
    files = made.manifest.files
    sys.stdout.write(f"{given.out}: {len(files)} files of {made.manifest.server}\n")
    sys.stdout.write(
        f"opened again and compared: {made.checked.size} leaves, {made.checked.entries} records, "
        f"root {made.checked.root}\n"
    )
    return 0


def _leave(given: argparse.Namespace, made: Made) -> None:
    """Tell the server's log of it; whoever runs the backup need not be a person it knows."""
    checked, manifest = made.checked, made.manifest
    body: dict[str, object] = {
        "file": given.out.name,
        "sha256": made.sha256,
        "bytes": made.size,
        "made_at": manifest.made_at,
        "server": manifest.server,
        "files": len(manifest.files),
        "size": checked.size,
        "root": checked.root,
        "entries": checked.entries,
        "user": account(),
        "place": socket.gethostname(),
    }
    spool.leave(given.source, spool.BACKUP, body)


def _restore(given: argparse.Namespace, clock: Clock) -> int:
    if given.database:
        check_empty(given.into, given.database)
    secret = given.key.read_text(encoding="utf-8")
    made = restore(given.file, given.into, secret, given.own_keys)
    sys.stdout.write(f"{given.into}: {len(made.files)} files as of {made.made_at}\n")
    if given.database:
        _into(given, clock)
    _tell_factors(given)
    sys.stdout.write(f"Next: lotbook-server fsck --data {given.into}\n")
    return 0


def _into(given: argparse.Namespace, clock: Clock) -> None:
    """Its database goes to PostgreSQL; cut off there, ``move`` goes on with it."""
    with Progress(sys.stderr, "restore") as progress:
        done = into_database(given.into, given.database, clock.wall, Sum(progress))
    sys.stdout.write(f"{told(given.database)}: {done.rows} rows, {done.size} leaves, "
                     f"root {done.root}, every row compared\n")  # fmt: skip


def _tell_factors(given: argparse.Namespace) -> None:
    """Whether people with a second factor get in again: that hangs on the own keys handed in."""
    with suppress(Refusal), looked_at(given.into) as store:  # an older one: after its upgrade
        found = factors.look(store, given.into)
        sys.stdout.writelines(f"{line}\n" for line in found.lines(given.language))
