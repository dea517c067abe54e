"""Whether a driver takes its configuration: asked before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.clock import SystemClock
from devices.faults import DeviceFault
from devices.registry import DRIVERS
from devices.roles import role_of

if TYPE_CHECKING:
    from devices.config import InstrumentConfig
    from devices.looks import Look


class _Blind:
    """Stands where a camera wants a decoder; never asked, for nothing is opened."""

    def look(self, image: bytes, *, width: int = 0, step: int = -1, scene: bytes = b"") -> Look:
        """No picture is ever looked at."""
        del image, width, step, scene
        raise DeviceFault("decoder-failed")


def mistake(config: InstrumentConfig) -> ValueError | None:
    """What its driver has against the configuration; None if it takes it.

    ``msgspec.ValidationError`` where an option is wrong (its path is within the options), any
    other ValueError for the rest. A driver whose libraries are not installed here is not judged:
    that is no mistake of the file, and the rig says so. Loads the driver's libraries, which may
    take a second.
    """
    try:
        DRIVERS[config.driver].load()
    except ValueError:
        return None
    try:
        role_of(config, SystemClock(), _Blind())
    except ValueError as error:
        return error
    return None
