"""A medium that was plugged in, for what has to leave a station that cannot send any more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sync.faults import Fault

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def find_medium(root: Path) -> Path:
    """The medium below ``root`` that can be written to and has the most room.

    Mounted at ``root/NAME`` or ``root/USER/NAME``. Raises Fault ``medium-missing``.
    """
    found = [one for pattern in ("*", "*/*") for one in root.glob(pattern) if _usable(one)]
    if not found:
        raise Fault("medium-missing", str(root))
    return max(found, key=_room)


def _usable(path: Path) -> bool:
    try:
        return os.path.ismount(path) and os.access(path, os.W_OK)
    except OSError:  # pulled out just now
        return False


def _room(path: Path) -> int:
    try:
        left = os.statvfs(path)
    except OSError:
        return 0
    return left.f_bavail * left.f_frsize


def new_folder(medium: Path, origin: str, now: datetime) -> Path:
    """A folder that is not there yet: the station's name and the time."""
    return medium / f"lotbook-{'-'.join(origin.split('/')[2:])}-{now:%Y%m%d-%H%M%S}"
