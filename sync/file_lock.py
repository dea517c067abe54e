"""A file that one process holds: what keeps a second one from a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from sync.faults import Fault


def locked_file(path: Path) -> IO[bytes]:
    """Lock a file beside the database: opening the database itself would drop its locks.

    Raises Fault ``database-in-use`` or ``database-unreadable``.
    """
    try:
        handle = path.open("ab")
    except OSError as error:
        raise Fault("database-unreadable", str(error)) from error
    try:
        _lock_exclusively(handle.fileno())
    except OSError as error:
        handle.close()
        raise Fault("database-in-use", str(path)) from error
    return handle


if sys.platform == "win32":
    import msvcrt

    def _lock_exclusively(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_exclusively(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
