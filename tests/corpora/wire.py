"""Raw bytes to a real server socket, and what came back."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


@dataclass(frozen=True)
class Back:
    """What a connection gave: every status in order, all bytes, whether the server closed it."""

    statuses: tuple[int, ...]
    data: bytes
    closed: bool
    seconds: float

    @property
    def final(self) -> int:
        """The last status that is no 1xx; 0 for none."""
        return next((one for one in reversed(self.statuses) if one >= 200), 0)


def exchange(port: int, *pieces: bytes, wait_s: float = 10.0, pause_s: float = 0.0) -> Back:
    """Send the pieces, ``pause_s`` apart; read until the server closes or ``wait_s`` of quiet."""
    begun, found, closed = time.monotonic(), b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        try:
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause_s)
            line.settimeout(wait_s)
            while piece := line.recv(65_536):
                found += piece
            closed = True
        except TimeoutError:
            closed = False
        except (ConnectionResetError, BrokenPipeError):
            closed = True
    statuses = tuple(int(one) for one in _STATUS.findall(found))
    return Back(statuses, found, closed, time.monotonic() - begun)


def get(path: str) -> bytes:
    """A well-formed request whose answer ends the connection."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
