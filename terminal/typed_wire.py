"""The shell's own keyboard, to test a scanner that plays keyboard and is not grabbed. No Qt."""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

from devices.faults import DeviceFault
from devices.port import CHUNK, POLL_S

if TYPE_CHECKING:
    from typing import TextIO

NAME = "keyboard"
"""What is tested under this name: whatever types into the shell."""


class TypedWire:
    """What is typed, as it comes and not shown: Enter is LF, Ctrl+] is GS."""

    def __init__(self, source: TextIO) -> None:
        """Nothing is changed yet; ``source`` is a terminal."""
        self._source = source
        self._before: list[int | list[bytes | int]] | None = None

    def open(self) -> None:
        """Take every key as it comes; DeviceFault ``absent`` where that cannot be."""
        if sys.platform == "win32":
            raise DeviceFault("absent", "not on this system; use the instruments page of the kiosk")
        import termios  # noqa: PLC0415 - not on every system
        import tty  # noqa: PLC0415

        try:
            self._before = termios.tcgetattr(self._source)
            tty.setcbreak(self._source)
        except (termios.error, ValueError, OSError) as error:
            raise DeviceFault("absent", f"this is no terminal: {error}") from error

    def close(self) -> None:
        """Give the keyboard back as it was."""
        before, self._before = self._before, None
        if sys.platform != "win32" and before is not None:
            import termios  # noqa: PLC0415 - not on every system

            termios.tcsetattr(self._source, termios.TCSADRAIN, before)

    def read(self) -> bytes:
        """What was typed; empty after a short silence."""
        ready, _, _ = select.select([self._source], [], [], POLL_S)
        return os.read(self._source.fileno(), CHUNK) if ready else b""

    def drain(self) -> int:
        """Throw away what waits."""
        return len(self.read())
