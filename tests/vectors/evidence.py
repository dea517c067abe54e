"""Frozen evidence: ``python -m tests.vectors.evidence`` adds what is missing, changes nothing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.verify.plant import Plant

FOLDER = Path(__file__).parent / "evidence"


def main() -> int:
    """Write what is missing: a pack, a journal, a server's export, and the keys of each."""
    from server.evidence.export import ServerExport  # noqa: PLC0415 - the tests read without it
    from tests.server.plant import plant_at  # noqa: PLC0415
    from tests.verify import journal_plant  # noqa: PLC0415
    from tests.verify.plant import worked  # noqa: PLC0415

    FOLDER.mkdir(exist_ok=True)
    plant = worked()
    _put("pack.zip", plant.pack())
    _put("keys.txt", plant.keys().encode())
    changed = keys_changed()
    _put("keys-pack.zip", changed.pack())
    _put("keys-pack.txt", changed.keys().encode())
    with TemporaryDirectory() as folder:
        if not (FOLDER / "journal").exists():
            database = journal_plant.make(Path(folder) / "station.db")
            journal_plant.exported(database, FOLDER / "journal")
            _put("journal-keys.txt", journal_plant.keys_text().encode())
        if not (FOLDER / "export.zip").exists():
            with plant_at(Path(folder)) as server:
                station = server.station()
                station.sign_in("P-OP")
                station.outbox.drain()
                ServerExport(server.parts, Path(folder) / "export").write()
                shutil.make_archive(str(FOLDER / "export"), "zip", Path(folder) / "export")
                _put("export-keys.txt", server.folder.keys().encode())
    return 0


def keys_changed() -> Plant:
    """A lot made under three keys of a station and two of a person; one station revoked since."""
    from tests.verify.plant import worked  # noqa: PLC0415 - as above

    plant = worked()
    plant.rotate("ST-01", "second")
    plant.rotate("ST-01", "third")
    plant.rekey("P-1")
    ref = plant.add("ST-01", "confirmed", answer="yes")
    plant.sign("ST-01", "P-1", [ref])
    plant.revoke("ST-02", len(plant.logs[plant.origin("ST-02")]))
    return plant


def _put(name: str, data: bytes) -> None:
    if not (FOLDER / name).exists():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
