"""A plant behind a real uvicorn on loopback; everything of it stays in a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tests.server.plant import Plant, plant_at


@contextmanager
def serving(folder: Path, configured: Callable[[Plant], uvicorn.Config]) -> Iterator[int]:
    """The port of a plant founded in ``folder``; ``configured`` prepares it and says how."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    servers: list[uvicorn.Server] = []
    ready = threading.Event()

    def run() -> None:
        with plant_at(folder) as plant:
            servers.append(uvicorn.Server(configured(plant)))
            ready.set()
            servers[0].run(sockets=[listening])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60)
    yield listening.getsockname()[1]
    servers[0].should_exit = True
    thread.join(20)
