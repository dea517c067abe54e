"""The far end of a serial line: a pseudo-terminal behind a symbolic link, with a plug to pull."""

from __future__ import annotations

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

_POLL_S = 0.05
_CHUNK = 1024


class Line:
    """One end of a pseudo-terminal; the product opens ``link`` as if it were a device path."""

    def __init__(self, link: Path, on_bytes: Callable[[bytes], None]) -> None:
        """Plug in. ``on_bytes`` is called from the line's thread with what the product sent."""
        self.link = link
        self._on_bytes = on_bytes
        self._lock = threading.Lock()
        self._ends: tuple[int, int] | None = None
        self._stop = threading.Event()
        self.plug()
        self._thread = threading.Thread(target=self._run, name=f"sim {link.name}", daemon=True)
        self._thread.start()

    @property
    def plugged(self) -> bool:
        """Whether the product can reach it."""
        return self._ends is not None

    def plug(self) -> None:
        """Make a new pseudo-terminal (often under another name) and point the link to it."""
        with self._lock:
            if self._ends is not None:
                return
            near, far = os.openpty()
            tty.setraw(far)
            os.set_blocking(near, False)
            draft = self.link.with_suffix(".new")
            draft.unlink(missing_ok=True)
            draft.symlink_to(os.ttyname(far))
            draft.replace(self.link)
            self._ends = (near, far)

    def unplug(self) -> None:
        """Pull the plug: the product's end gets an error, the link goes away."""
        with self._lock:
            ends, self._ends = self._ends, None
            if ends is None:
                return
            self.link.unlink(missing_ok=True)
            for end in ends:
                os.close(end)

    def send(self, data: bytes) -> None:
        """Send; nothing happens when unplugged, and bytes nobody reads are lost like on a wire."""
        with self._lock:
            if self._ends is None:
                return
            try:
                os.write(self._ends[0], data)
            except BlockingIOError:
                return

    def close(self) -> None:
        """Unplug for good."""
        self._stop.set()
        self._thread.join(2)
        self.unplug()

    def _run(self) -> None:
        while not self._stop.is_set():
            data = self._receive()
            if data:
                self._on_bytes(data)

    def _receive(self) -> bytes:
        ends = self._ends
        if ends is None:
            self._stop.wait(_POLL_S)
            return b""
        try:
            ready, _, _ = select.select([ends[0]], [], [], _POLL_S)
            with self._lock:
                return os.read(ends[0], _CHUNK) if ready and self._ends == ends else b""
        except (OSError, ValueError):
            # unplugged while waiting
            return b""
