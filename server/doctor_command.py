"""``lotbook-server doctor``: what is wrong, and how to cure it; changes nothing."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING

import msgspec

from forms.checkup import Finding, bad, body, good, worst
from server.alarms.rules import world_of
from server.doctor import around, machine, plant, servers, serving, stored
from server.store.opening import is_there, looked_at, read_place
from server.words import Refusal
from sync.faults import Fault
from sync.time_source import time_quality

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from server.folder import DataFolder
    from server.integrate.remote import Remote
    from server.store.protocol import Store
    from sync.clock import Clock


def add_doctor(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    remote: Callable[[argparse.Namespace], Remote],
    clock: Clock,
) -> None:
    """``doctor``."""
    verb = signed(verbs.add_parser("doctor", help="what is wrong, and how to cure it"))
    verb.add_argument("--json", action="store_true", help="for a program")
    verb.add_argument("--tls-certificate", type=Path, default=None, help="look at it, too")
    verb.add_argument("--host", default="127.0.0.1", help="where it answers (127.0.0.1)")
    verb.add_argument("--port", type=int, default=8080, help="and on which port (8080)")
    verb.set_defaults(run=lambda given, folder: _run(given, folder, remote, clock))


def _run(
    given: argparse.Namespace,
    folder: DataFolder | None,
    remote: Callable[[argparse.Namespace], Remote],
    clock: Clock,
) -> int:
    """Exit code 0: all is well, 1: something wants attention, 2: something is broken."""
    if given.url:
        told = remote(given).call("GET", "/api/doctor")
        found = msgspec.convert(told["findings"], list[Finding])
    elif folder is not None:
        found = examine(folder.path, clock.wall(), given.tls_certificate)
        runs = any(one.check == "server" for one in found)
        found.append(around.port(given.host, given.port, runs=None if _shared(folder) else runs))
    else:
        raise Refusal("nowhere-to-ask")
    if given.json:
        sys.stdout.write(msgspec.json.encode(body(found)).decode() + "\n")
    else:
        for one in found:
            sys.stdout.writelines(f"{line}\n" for line in one.lines(given.language))
    return worst(found)


def examine(folder: Path, now: datetime, certificate: Path | None = None) -> list[Finding]:
    """Machine and what the database knows, unless a server has the folder's own file open.

    Nothing is taken from a server that runs: neither its turn to write nor its lease.
    """
    found = machine.look(
        machine.Machine(folder, now, lambda: disk_usage(folder).free, time_quality(), certificate)
    )
    return [*found, *around.look(folder), *_stored(folder, now)]


def _shared(folder: DataFolder) -> bool:
    """Whether the database is not a file of the folder: then nothing here says who has the port."""
    with suppress(Refusal):
        return read_place(folder.path) is not None
    return False


def _stored(folder: Path, now: datetime) -> list[Finding]:
    try:
        if not is_there(folder):
            return []
        with looked_at(folder) as store:
            return _known(store, folder, now)
    except Refusal as refusal:
        if refusal.code == "in-use":
            return [good("server", "It runs: ask it with --url.", "正在运行：请用 --url 询问。")]
        return [bad("database", "broken", (refusal.words("en"), refusal.words("zh_CN")),
                    (refusal.hint("en"), refusal.hint("zh_CN")))]  # fmt: skip
    except Fault as fault:
        return [bad("database", "broken", (str(fault), str(fault)),
                    (fault.hint["en"], fault.hint["zh_CN"]))]  # fmt: skip


def _known(store: Store, folder: Path, now: datetime) -> list[Finding]:
    newest, folded = store.newest("leaves"), store.one("cursor", name="fold")
    behind = (int(newest["idx"]) + 1 if newest else 0) - (int(folded["idx"]) if folded else 0)
    asks = serving.in_recovery(store, folder)
    found = plant.look(world_of(store, now), behind=behind, recovery=asks)
    said = stored.look(store, folder, disk_usage(folder).free, now)
    return [serving.look(store), *said, *servers.look(store.fleet()), *found]
