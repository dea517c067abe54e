"""A serial port by URL: opened, read in bounded pieces, lost and found again.

URLs are those of pyserial's ``serial_for_url``: device paths (``/dev/ttyACM0``, ``COM3``, a
pseudo-terminal) and ``socket://host:port``; and ``usb://VID:PID/SERIAL`` for an adapter under
whatever name (:mod:`devices.usb`). The port knows nothing of frames or instruments.
"""

from __future__ import annotations

import socket
import sys
from typing import Literal, Protocol

import msgspec
import serial

from devices.faults import DeviceFault
from devices.usb import device_path

CHUNK = 1024
"""Most bytes taken in one read."""

POLL_S = 0.05
"""Longest wait of one read, seconds: how fast a vanished port is noticed."""


if sys.platform == "win32":
    _NOT_OPENED: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    import termios

    # a line that refuses its settings says so by an error that is no OSError
    _NOT_OPENED = (OSError, ValueError, termios.error)


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Line settings; ignored by sockets and pseudo-terminals."""

    baudrate: int = 9600
    bytesize: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stopbits: Literal[1, 2] = 1


class Wire(Protocol):
    """What a driver needs of a line; :class:`Port` is the real one."""

    def open(self) -> None:
        """Open (again), and throw away what was waiting from before."""
        ...

    def close(self) -> None:
        """Close; harmless when closed or gone."""
        ...

    def read(self) -> bytes:
        """What has arrived, at most :data:`CHUNK` bytes; empty after a short silence."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of ``data``."""
        ...

    def drain(self) -> int:
        """Throw away what is waiting now; how many bytes."""
        ...


class Wiring(Protocol):
    """How a driver comes by its line; the real one is :class:`Port`."""

    def __call__(self, url: str, line: Line | None = None, /) -> Wire:
        """The line at ``url``, not opened yet."""
        ...


class Port:
    """One serial line. Raises only :class:`DeviceFault`: ``absent``, ``unplugged``."""

    def __init__(self, url: str, line: Line | None = None) -> None:
        """Remember where; nothing is opened yet."""
        self.url = url
        self._line = line or Line()
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        """Open (again), and throw away what was waiting from before."""
        self.close()
        line = self._line
        # two readers of one line would share its frames between them: be the only one
        only = {} if "://" in self.url else {"exclusive": True}
        try:
            self._serial = serial.serial_for_url(
                device_path(self.url),
                baudrate=line.baudrate,
                bytesize=line.bytesize,
                parity=line.parity,
                stopbits=line.stopbits,
                timeout=POLL_S,
                write_timeout=1.0,
                **only,
            )
        except _NOT_OPENED as error:
            raise DeviceFault("absent", str(error)) from error
        self.drain()

    def close(self) -> None:
        """Close; harmless when closed or gone."""
        port, self._serial = self._serial, None
        if port is None:
            return
        connection = getattr(port, "_socket", None)
        try:
            port.close()
        except OSError:
            # the line vanished while open: there is nothing left to close
            return
        finally:
            if isinstance(connection, socket.socket):
                # pyserial leaves a connection open that the other side has reset
                connection.close()

    def read(self) -> bytes:
        """What has arrived, at most :data:`CHUNK` bytes; empty after :data:`POLL_S` of silence."""
        port = self._opened()
        try:
            first = port.read(1)
            waiting = min(port.in_waiting, CHUNK - 1) if first else 0
            return bytes(first + port.read(waiting)) if waiting else bytes(first)
        except (OSError, TypeError) as error:
            # pyserial raises TypeError when the descriptor is closed under its feet
            raise self._lost(error) from error

    def write(self, data: bytes) -> None:
        """Send all of ``data``, within a second."""
        port = self._opened()
        try:
            port.write(data)
        except (OSError, TypeError) as error:
            raise self._lost(error) from error

    def drain(self, limit: int = 65_536) -> int:
        """Throw away what is waiting now; how many bytes. ``frame-too-long`` if it never ends."""
        port = self._opened()
        thrown = 0
        try:
            while waiting := port.in_waiting:
                thrown += len(port.read(min(waiting, CHUNK)))
                if thrown > limit:
                    raise DeviceFault("frame-too-long", f"{thrown} bytes and no end")
        except (OSError, TypeError) as error:
            raise self._lost(error) from error
        return thrown

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise DeviceFault("absent", "the port is not open")
        return self._serial

    def _lost(self, error: Exception) -> DeviceFault:
        self.close()
        return DeviceFault("unplugged", str(error))
