"""``lotbook-server status``: which servers live, who serves and since when, how far copies are.

It asks the database, signs nothing, takes nothing: it may run at any time, on any of the machines.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec

from forms.checkup import worst
from server.doctor import servers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.folder import DataFolder
    from server.store.fleet import Fleet

WORDS: dict[str, tuple[str, str]] = {
    "serves": ("serves    ", "提供服务"),
    "stands-by": ("stands by ", "待命    "),
    "copy": ("copy      ", "副本    "),
}


def add_status(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """``status``."""
    verb = data(verbs.add_parser("status", help="which servers live, and who serves"))
    verb.add_argument("--json", action="store_true", help="for a program")
    verb.set_defaults(run=_run)


def _run(given: argparse.Namespace, folder: DataFolder) -> int:
    """Exit code as the doctor's: 0 well, 1 something wants attention, 2 nobody serves."""
    with closing(folder.onlooker()) as onlooker:
        fleet = onlooker.fleet()
    if given.json:
        sys.stdout.write(msgspec.json.encode(fleet).decode() + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in shown(fleet, given.language))
    found = servers.look(fleet)
    return worst(found) if found else 2


def shown(fleet: Fleet, language: str) -> list[str]:
    """A line for each server and each copy, and what the doctor says."""
    words = {key: both[language == "zh_CN"] for key, both in WORDS.items()}
    address = fleet.serving.address if fleet.serving else ""
    lines = []
    for one in fleet.servers:
        word = words["serves" if one.serves else "stands-by"]
        where = (address if one.serves else "") or one.host
        lines.append(f"{word} {one.name}  {where}  {one.since:%Y-%m-%d %H:%M:%S%z}".rstrip())
    for copy in fleet.copies:
        about = f"{copy.state or '?'}  {copy.kind or '?'}  {copy.behind} B  {copy.seconds:.1f} s"
        lines.append(f"{words['copy']} {copy.name}  {about}")
    return lines + [line for one in servers.look(fleet) for line in one.lines(language)]
