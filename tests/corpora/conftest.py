"""A served plant on loopback, with its real uvicorn, and the corpora's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from server.api.peers import Limits
from server.app import application
from server.line import BoundedProtocol
from server.uvicorn_config import bounded_config
from tests.server.plant import Plant
from tests.server.served import serving
from tests.sync.plant import rows

Rows = Callable[[str], list[dict[str, Any]]]


class HastyProtocol(BoundedProtocol):
    """The product's protocol with deadlines a test can wait for."""

    header_seconds = 1.0
    stall_seconds = 1.0


def _configured(plant: Plant) -> uvicorn.Config:
    """The product's own settings, in a hurry."""
    config = bounded_config(application(plant.parts), "127.0.0.1", 0, None, Limits())
    config.http_protocol_class = HastyProtocol
    config.loaded_app._seconds = 0.6
    return config


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a served plant."""
    with serving(tmp_path_factory.mktemp("served"), _configured) as one:
        yield one


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Rows:
    """The rows of a corpus by its file's name."""
    return lambda name: rows(shared / "corpora/trust" / name)
