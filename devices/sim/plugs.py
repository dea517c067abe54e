"""Where a simulated instrument can be plugged in: a pseudo-terminal, or a socket of this machine.

The product reaches them as it reaches real ones: by a device path or ``socket://127.0.0.1:PORT``.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

from devices.sim.instrument import Instrument
from devices.sim.line import Line

_EVERY_S = 0.1
"""How often an instrument that streams sends."""


class OnPty:
    """An instrument behind a pseudo-terminal."""

    def __init__(self, instrument: Instrument, link: Path, chunk: int = 0) -> None:
        """Plug in at ``link``; ``chunk``: bytes sent at once (0: all)."""
        self.instrument, self.url = instrument, str(link)
        self._chunk = chunk
        self._stop = threading.Event()
        self.line = Line(link, lambda data: self._send(instrument.receive(data)))
        self._thread = threading.Thread(target=self._stream, name="sim stream", daemon=True)
        self._thread.start()

    def plug(self) -> None:
        """Plug in again, under another name."""
        self.line.plug()

    def unplug(self) -> None:
        """Pull the plug."""
        self.line.unplug()

    def close(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(2)
        self.line.close()

    def _send(self, data: bytes) -> None:
        step = self._chunk or max(1, len(data))
        for at in range(0, len(data), step):
            self.line.send(data[at : at + step])

    def _stream(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self._send(self.instrument.burst())


class OnTcp:
    """An instrument behind a socket, one caller at a time."""

    def __init__(self, instrument: Instrument, port: int = 0) -> None:
        """Listen on loopback; port 0: any free one."""
        self.instrument, self.port = instrument, port
        self._stop = threading.Event()
        self._server: socket.socket | None = None
        self._caller: socket.socket | None = None
        self.plug()
        self._thread = threading.Thread(target=self._run, name="sim socket", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the product reaches it."""
        return f"socket://127.0.0.1:{self.port}"

    def plug(self) -> None:
        """Listen (again, on the same port)."""
        if self._server is None:
            self._server = socket.create_server(("127.0.0.1", self.port))
            self.port = self._server.getsockname()[1]

    def unplug(self) -> None:
        """Hang up and listen no more."""
        server, caller = self._server, self._caller
        self._server = self._caller = None
        for each in (caller, server):
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    def close(self) -> None:
        """End."""
        self._stop.set()
        self.unplug()
        self._thread.join(2)

    def _run(self) -> None:
        while not self._stop.is_set():
            server = self._server
            if server is None:
                self._stop.wait(_EVERY_S)
                continue
            try:
                caller, _ = server.accept()
            except OSError:
                # unplugged while waiting
                continue
            with caller:
                self._caller = caller
                caller.settimeout(_EVERY_S)
                self._serve(caller)

    def _serve(self, caller: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                data = caller.recv(1024)
                if not data:
                    return
                caller.sendall(self.instrument.receive(data))
            except TimeoutError:
                with contextlib.suppress(OSError):
                    caller.sendall(self.instrument.burst())
            except OSError:
                # the plug was pulled
                return
