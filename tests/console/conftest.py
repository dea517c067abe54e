"""A served console: a plant with a finished lot, in a thread of its own, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from server.api.application import create_app
from server.console import interfaces
from tests.server.plant import InProcess, Plant, plant_at
from tests.server.served import serving
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


def _configured(plant: Plant) -> uvicorn.Config:
    """A finished lot, a second station that asks to be let in, and the console."""
    played(plant)
    plant.station("ST-02", approve=False)
    return uvicorn.Config(create_app(plant.parts, interfaces()), lifespan="off", log_level="error")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served console."""
    with serving(tmp_path_factory.mktemp("console"), _configured) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; skips where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("needs /usr/bin/chromium")
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield one
        one.close()
