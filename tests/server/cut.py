"""A line to the database of a test that breaks where it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

COMMITTED = b"COMMIT\0"
"""How PostgreSQL says so."""


class Line:
    """Carries bytes between a store and its database; once it broke, the next one is whole."""

    def __init__(self, url: str) -> None:
        found = conninfo_to_dict(url)
        host, port = str(found["host"]), int(found.get("port") or 5432)
        self._far = (host, port) if not host.startswith("/") else f"{host}/.s.PGSQL.{port}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        here = self._listener.getsockname()[1]
        place = f"postgresql://postgres@127.0.0.1:{here}/{found['dbname']}"
        self.url = f"{place}?sslmode=disable&gssencmode=disable"
        self.asked = 0
        """Bytes that the store sent."""
        self._left: int | None = None
        self._deaf = False

    def break_after(self, count: int) -> None:
        """So many bytes of what the store sends from now on arrive, and then the line is gone."""
        self._left = count

    def lose_the_answer(self) -> None:
        """The next COMMIT is carried out, and nobody hears of it."""
        self._deaf = True

    def run(self) -> None:
        """Carry for whoever connects, until the listener is closed."""
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            family = socket.AF_UNIX if isinstance(self._far, str) else socket.AF_INET
            far = socket.socket(family)
            far.connect(self._far)
            given = near, far, threading.Event()
            for work in (self._up, self._down):
                threading.Thread(target=work, args=given, daemon=True).start()

    def close(self) -> None:
        """Nobody connects any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _up(self, near: socket.socket, far: socket.socket, gone: threading.Event) -> None:
        with suppress(OSError):
            while not gone.is_set() and (data := near.recv(65_536)):
                self.asked += len(data)
                if self._left is not None:
                    data, self._left = data[: self._left], self._left - len(data)
                    if self._left <= 0:
                        self._left = None
                        gone.set()
                far.sendall(data)
        hang_up(near, far)

    def _down(self, near: socket.socket, far: socket.socket, gone: threading.Event) -> None:
        heard = b""
        with suppress(OSError):
            while data := far.recv(65_536):
                heard += data if self._deaf else b""
                if COMMITTED in heard:
                    self._deaf = False
                    break
                if not (heard or gone.is_set()):
                    near.sendall(data)
        hang_up(near, far)


def hang_up(*ends: socket.socket) -> None:
    """Both sides see that the line is gone."""
    for one in ends:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the database at ``url``."""
    line = Line(url)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join()
