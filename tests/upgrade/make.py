"""The data folder of a small plant as this version makes it: ``python -m tests.upgrade.make``.

Run once when a version is frozen; the file is then only ever read. The keys in it were made for it
and sign nothing else.
"""

from __future__ import annotations

import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path

from server.store.schema import SCHEMA_VERSION
from sync.faults import Fault
from tests.server.plant import Plant, Station, plant_at

FOLDER = Path(__file__).parent.parent / "vectors" / "upgrade"


def live(plant: Plant) -> None:
    """Records, a signature, a fork, a photo, an alarm: something in most tables."""
    station = plant.station()
    station.work("JO-1")
    station.sign_off("JO-1")
    photo = hashlib.sha256(b"photo").hexdigest()
    plant.parts.attachments.put(photo, b"photo", station.origin)
    station.outbox.drain()
    _forked(plant)
    station.close()
    plant.parts.book.catch_up()


def _forked(plant: Plant) -> None:
    station = plant.station("ST-02")
    station.sign_in("P-OP")
    station.kit("JO-2", "T2")
    station.outbox.drain()
    twin = Station(plant, station.origin, "ST-02")
    twin.refresh()
    twin.sign_in("P-SUP")
    try:
        twin.outbox.drain()
    except Fault as fault:
        if fault.code != "journal-forked":
            raise
    for one in (station, twin):
        one.close()


def main() -> int:
    """Write the file of this version, unless it is there."""
    target = FOLDER / f"version-{SCHEMA_VERSION}.tar.xz"
    if target.exists():
        print(f"{target} is there: it is never made again")  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory() as folder:
        with plant_at(Path(folder)) as plant:
            live(plant)
        with tarfile.open(target, "w:xz") as tar:
            for path in sorted((Path(folder) / "data").rglob("*")):
                if path.is_file() and path.suffix != ".lock":
                    tar.add(path, str(path.relative_to(Path(folder) / "data")))
    print(f"added {target}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
