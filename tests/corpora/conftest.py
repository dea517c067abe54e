"""A served plant on loopback, with its real uvicorn, and the corpora's rows."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from server.line import BoundedProtocol
from server.serve import settings
from tests.server.plant import plant_at
from tests.sync.plant import rows

Rows = Callable[[str], list[dict[str, Any]]]


class HastyProtocol(BoundedProtocol):
    """The product's protocol with deadlines a test can wait for."""

    header_seconds = 1.0
    stall_seconds = 1.0


@dataclass
class Served:
    """A founded plant behind the product's own uvicorn settings, in a thread of its own."""

    folder: Path
    listening: socket.socket
    server: uvicorn.Server | None = None
    ready: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Serve until told to stop."""
        with plant_at(self.folder) as plant:
            config = settings(plant.parts, "127.0.0.1", 0)
            config.http_protocol_class = HastyProtocol
            config.loaded_app._seconds = 0.6
            self.server = uvicorn.Server(config)
            self.ready.set()
            self.server.run(sockets=[self.listening])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a served plant."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    served = Served(tmp_path_factory.mktemp("served"), listening)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    assert served.ready.wait(60)
    yield listening.getsockname()[1]
    assert served.server is not None
    served.server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Rows:
    """The rows of a corpus by its file's name."""
    return lambda name: rows(shared / "corpora/trust" / name)
