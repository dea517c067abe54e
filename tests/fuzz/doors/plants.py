"""A founded plant that lives as long as the process, for doors that need a whole server."""

from __future__ import annotations

import atexit
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.server.plant import Plant, plant_at

_OPEN = ExitStack()
atexit.register(_OPEN.close)


def lasting_plant() -> Plant:
    """A plant in a folder of its own; both go when the process ends."""
    folder = Path(_OPEN.enter_context(tempfile.TemporaryDirectory()))
    return _OPEN.enter_context(plant_at(folder))
