"""``people list`` and ``stations list``: of a running server, or of a stopped one's folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import msgspec

from server.commands import opened, remote

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from server.folder import DataFolder
    from server.parts import Parts


def people_list(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Everyone enrolled."""
    for one in _listed(given, folder, "/api/people", lambda parts: parts.directory.everyone()):
        state = "" if one.get("active", True) else " (inactive)"
        sys.stdout.write(f"{one['id']}\t{one['name']}\t{', '.join(one['classes'])}{state}\n")
    return 0


def stations_list(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Every station and epoch."""
    for one in _listed(given, folder, "/api/stations", lambda parts: parts.stations.all()):
        approved = ", ".join(one["approved_by"])
        sys.stdout.write(f"{one['origin']}\t{one['status']}\t{approved}\t{one['public_key']}\n")
    return 0


def _listed(
    given: argparse.Namespace,
    folder: DataFolder | None,
    path: str,
    here: Callable[[Parts], Iterable[object]],
) -> list[dict[str, Any]]:
    """The rows: a running server's answer, or read in the folder."""
    if given.url:
        return list(remote(given).call("GET", path))
    with opened(folder) as parts:
        return [msgspec.to_builtins(one) for one in here(parts)]
