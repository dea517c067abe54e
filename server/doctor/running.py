"""The doctor of a running server, asked by a person."""

from __future__ import annotations

from shutil import disk_usage
from typing import TYPE_CHECKING

from server.alarms.rules import world_of
from server.doctor import around, machine, plant, servers, stored
from sync.time_source import time_quality

if TYPE_CHECKING:
    from forms.checkup import Finding
    from server.parts import Parts


def asked(parts: Parts) -> list[Finding]:
    """Machine and database of the server whose parts these are; nothing is written."""
    oversight, now = parts.oversight, parts.clock()
    free = parts.disk.standing().free
    here = machine.Machine(
        oversight.folder, now,
        lambda: disk_usage(oversight.folder).free if free is None else free, time_quality(),
    )  # fmt: skip
    found = plant.look(
        world_of(parts.store, now), behind=parts.book.behind, recovery=parts.book.recovery
    )
    said = stored.look(parts.store, oversight.folder, here.free(), now)
    said += servers.look(parts.store.fleet())
    return [*machine.look(here), *around.look(oversight.folder), *said, *found]
