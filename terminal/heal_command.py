"""``lotbook-terminal heal``: what a person at the machine reads about records put back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sync.client import HttpSyncService
from sync.clock import SystemClock
from sync.faults import Fault
from sync.heal import Healing
from sync.heal_files import FileHealing
from sync.journal import Journal
from sync.keys import Verifier
from sync.mirror import FileMirror
from sync.sqlite import open_database
from terminal import enrol as steps
from terminal.config import DATABASE_FILE
from terminal.station import HEAD_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.heal import Healed, Spans
    from sync.heal_files import HealedFiles
    from sync.keys import Signer
    from sync.protocol import SyncService
    from terminal.config import StationConfig


def heal(config: StationConfig, secret: bytes) -> int:
    """Fetch damaged records back; 0 when the log is whole, 1 with a reason or what is left."""

    def service(signer: Signer, server: Verifier) -> SyncService:
        return HttpSyncService(config.server.url, signer, server=server)

    try:
        done, files = healed(config, secret, service)
    except (Fault, ValueError) as error:
        hint = f" {error.hint['en']} {error.hint['zh_CN']}" if isinstance(error, Fault) else ""
        sys.stderr.write(f"{error}.{hint}\n")
        return 1
    if done.entries:
        back = _listed(done.entries)
        sys.stdout.write(f"Put back from the server: {back}. 已从服务器取回：{back}。\n")
    missing = _files(files)
    if done.left:
        left = _listed(done.left)
        sys.stderr.write(
            f"Still damaged, the server does not have them: {left}. Tell quality.\n"
            f"仍受损，服务器上没有：{left}。请告知质量部门。\n"
        )
        return 1
    if not done.entries and not files.files and not missing:
        sys.stdout.write("No record is damaged. 没有受损的记录。\n")
    return int(missing)


def _files(found: HealedFiles) -> bool:
    """Say what became of photos; whether some are still damaged."""
    if found.files:
        back = ", ".join(one[:12] for one in found.files)
        sys.stdout.write(f"Photos put back: {back}. 已取回照片：{back}。\n")
    if found.left:
        left = ", ".join(one[:12] for one in found.left)
        sys.stderr.write(
            f"Photos still damaged, the server does not have them: {left}. Tell quality.\n"
            f"照片仍受损，服务器上没有：{left}。请告知质量部门。\n"
        )
    return bool(found.left)


def healed(
    config: StationConfig, secret: bytes, service: Callable[[Signer, Verifier], SyncService]
) -> tuple[Healed, HealedFiles]:
    """Heal, and write the entry that says so. Raises Fault; ValueError for a bad server key."""
    signer, server = steps.load_key(config, secret), steps.server_verifier(config)
    if server is None:
        raise Fault("server-key-unknown", "no server key")
    database = open_database(config.data / DATABASE_FILE)
    try:
        door = service(signer, server)
        done = Healing(database, door, Verifier.of(signer), server).run()
        files = FileHealing(database, door).run()
        if done.entries or files.files or not done.left:
            mirror = FileMirror(config.mirror or config.data / HEAD_FILE)
            journal = Journal(database, signer.name, signer, SystemClock(), mirror=mirror)
            journal.tell_healed()
    finally:
        database.close()
    return done, files


def _listed(spans: Spans) -> str:
    return ", ".join(f"#{a}" if a == b else f"#{a}-#{b}" for a, b in spans)
