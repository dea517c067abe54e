"""Room on the disk of a server that runs, for what is made beside its data."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sync.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

SPARE = 256 * 1024 * 1024
"""Bytes that are left to the server."""


def room_for(folder: Path, needed: int) -> None:
    """Fault ``disk-full`` where so many bytes more in the folder would leave the server none."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise Fault("disk-full", f"{needed + SPARE} bytes are needed; {free} are free")


def take_room(data: Path, names: tuple[str, ...], times: int) -> None:
    """The same of so many copies of these databases."""
    held = [data / f"{name}{end}" for name in names for end in ("", "-wal")]
    room_for(data, times * sum(path.stat().st_size for path in held if path.exists()))
