"""The founded plant every run begins from: made once in a process, then copied."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from server.plan import read_plan
from sync.keys import TestSigner
from sync.protocol import JSON_TYPE, Enrolment, encode
from tests.simulation.asgi import Asked
from tests.simulation.chance import Bytes, Chance
from tests.simulation.disk import SERVER, Disk, Image, image_of
from tests.simulation.office import Office
from tests.simulation.sample import MASTER, PLAN, PREFIX, STATIONS
from tests.simulation.site import Site, SiteFolder
from tests.simulation.troubles import Troubles
from tests.simulation.world import World

MEMORY = Path("/dev/shm")
"""Files lie in memory where the system has such a place."""


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for one run."""
    return tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)


@lru_cache(maxsize=1)
def founded() -> Image:
    """The server's disk after founding, with every station enrolled."""
    world, chance = World(), Chance("founding")
    troubles = Troubles(chance, world)
    troubles.on = False
    with scratch() as root:
        data, plan = Path(root, "data"), Path(root, "plan")
        plan.mkdir()
        (plan / "plan.yaml").write_text(PLAN, encoding="utf-8")
        (plan / "sim.yaml").write_text(MASTER, encoding="utf-8")
        site = Site(world, troubles, chance, data)
        disk = Disk(world, troubles, "server", SERVER)
        random = Bytes(chance.stream("founding"))
        SiteFolder(data, site.clock, random, disk).init(read_plan(plan / "plan.yaml"), plan, {})
        site.start()
        office = Office(world, site)
        for station in STATIONS:
            ask_to_enrol(site, station, TestSigner(origin_of(station), origin_of(station)))
            assert office.approve(station), "a founded plant has its stations"
        site.stop()
        return image_of(data)


def origin_of(station: str, epoch: int = 1) -> str:
    """The name of a station's log."""
    return f"{PREFIX}/{station}/{epoch}"


def ask_to_enrol(site: Site, station: str, signer: TestSigner) -> None:
    """A station asks to be enrolled, proving that it holds its key."""
    body = encode(Enrolment.make(station, signer.name, signer))
    headers = (
        (b"host", b"server"),
        (b"content-type", JSON_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    )
    site.handle(Asked("POST", "/enrolments", headers=headers, body=body))
