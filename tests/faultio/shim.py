"""Speaks to the shim from inside a process that was started under it (``build.environment``)."""

from __future__ import annotations

import ctypes
import os
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from tests.faultio.build import VARIABLE


class Fault(IntEnum):
    """What happens at the chosen call; the numbers are those of ``faultio.c``."""

    NONE = 0
    KILL = 1
    """SIGKILL before the call."""
    TEAR = 2
    """Only the first ``argument`` bytes are written, then SIGKILL."""
    ERROR = 3
    """The call fails with ``error``."""
    SHORT = 4
    """Half is written; sticky: every later write finds no space."""
    GATE = 5
    """A failed fsync whose data the kernel drops, and which "succeeds" afterwards."""
    SLOW = 6
    """Every fsync takes ``argument`` milliseconds."""


class Plan(NamedTuple):
    """A fault and the write-class call (counted from 1) that it hits."""

    fault: Fault
    at: int = 0
    argument: int = 0
    error: int = 0
    sticky: bool = False


class Shim:
    """The shim of this process."""

    def __init__(self, root: Path) -> None:
        """Watch what is beneath ``root`` from now on."""
        self._library = ctypes.CDLL(os.environ[VARIABLE])
        self._library.faultio_calls.restype = ctypes.c_long
        self._library.faultio_watch(os.fsencode(root))

    def record(self, log: Path) -> None:
        """Write down every call of the write class, and what was written."""
        self._library.faultio_record(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))

    def mark(self, text: str) -> None:
        """Put a word of our own among the calls recorded: what a person was told by then."""
        self._library.faultio_mark(text.encode())

    def arm(self, plan: Plan) -> None:
        """Count from 0 and let the plan happen."""
        self._library.faultio_arm(
            int(plan.fault),
            ctypes.c_long(plan.at),
            ctypes.c_long(plan.argument),
            plan.error,
            int(plan.sticky),
        )

    def calls(self) -> int:
        """Write-class calls since the shim was armed."""
        return int(self._library.faultio_calls())
