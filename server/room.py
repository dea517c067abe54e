"""Room on the disk of a server that runs, for what a command makes beside its data."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sync.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

SPARE = 256 * 1024 * 1024
"""Bytes that are left to the server."""


def take_room(data: Path, names: tuple[str, ...], times: int) -> None:
    """Fault ``disk-full`` where so many copies of these databases would leave the server none."""
    held = [data / f"{name}{end}" for name in names for end in ("", "-wal")]
    needed = times * sum(path.stat().st_size for path in held if path.exists()) + SPARE
    free = shutil.disk_usage(data).free
    if free < needed:
        raise Fault("disk-full", f"{needed} bytes are needed beside the data; {free} are free")
