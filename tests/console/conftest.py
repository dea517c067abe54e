"""A served console: a plant with a finished lot, in a thread of its own, on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from server.api.application import create_app
from server.console import interfaces
from tests.server.plant import InProcess, Plant, plant_at
from tests.server.test_shift import played

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    """A founded plant whose application has the console."""
    with plant_at(tmp_path) as one:
        one.transport = InProcess(create_app(one.parts, interfaces()), one.transport._runner)
        yield one


@dataclass
class Served:
    """The console over a socket; everything of the plant stays in its own thread."""

    folder: Path
    listening: socket.socket
    server: uvicorn.Server | None = None
    ready: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Found the plant, make a lot, ask for a second station, serve until told to stop."""
        with plant_at(self.folder) as plant:
            played(plant)
            plant.station("ST-02", approve=False)
            config = uvicorn.Config(
                create_app(plant.parts, interfaces()), lifespan="off", log_level="error"
            )
            self.server = uvicorn.Server(config)
            self.ready.set()
            self.server.run(sockets=[self.listening])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served console."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    served = Served(tmp_path_factory.mktemp("console"), listening)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    assert served.ready.wait(60)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    assert served.server is not None
    served.server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; skips where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("needs /usr/bin/chromium")
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield one
        one.close()
