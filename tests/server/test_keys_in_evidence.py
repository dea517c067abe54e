"""What a real server hands out after a change of key and a revocation, read by two verifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.evidence.export import ServerExport
from server.evidence.gather import evidence_pack
from sync.keyring import read_keys
from sync.packfile import rotation_name
from sync.verdict import Verdict
from sync.verify import verify
from sync.verify_input import verify_path
from sync.witness import Witness
from tests.second import export as second_export
from tests.second import pack as second_pack
from tests.second.notes import read_keys as read_keys_again
from tests.server.plant import Plant, Station
from tests.server.test_revocation import PATH
from tests.server.test_rotation import rotated


def keys(plant: Plant) -> str:
    return "\n".join(plant.parts.reader.key_lines()) + "\n"


def exported(plant: Plant, folder: Path) -> Verdict:
    """The server's whole content, by both verifiers, who must agree."""
    ServerExport(plant.parts, folder).write()
    found = verify_path(folder, read_keys(keys(plant)))
    assert isinstance(found, Verdict)
    complaints = second_export.complaints(folder, read_keys_again(keys(plant)), [])
    assert (found.count == 0) == (not complaints), (found.findings, complaints)
    return found


def changed(plant: Plant) -> tuple[Station, int]:
    """A station that changed its key in the middle of its work; the rotation's index."""
    station = plant.station()
    station.sign_in("P-OP")
    index = _rotate(plant, station)
    station.work("JO-1")
    station.outbox.drain()
    return station, index


def _rotate(plant: Plant, station: Station) -> int:
    new = rotated(station, "second")
    station.outbox.drain()
    station.service._signer = new
    station.service._token = None
    station.witness = Witness(station.database, plant.parts.verifier, new, plant.clock)
    station.outbox = station.observed()
    return station.journal.rotated_to() - 1


@pytest.mark.covers("TB05", "A18")
def test_a_pack_and_an_export_after_a_rotation_are_sound(plant: Plant, tmp_path: Path) -> None:
    station, index = changed(plant)
    data = evidence_pack(plant.parts, "JO-1")
    report = verify(data, read_keys(keys(plant)))
    assert {one.code for one in report.findings} <= {"no-records", "attachment"}
    assert report.unplaced == 0
    assert rotation_name(station.origin, index).encode() in data
    assert second_pack.complaints(data, read_keys_again(keys(plant))) == []
    assert exported(plant, tmp_path / "export").count == 0


@pytest.mark.covers("A23", "A17")
def test_a_pack_names_what_lies_beyond_a_revocation(plant: Plant, tmp_path: Path) -> None:
    station, index = changed(plant)
    size = station.journal.size
    done = plant.act("P-QA", PATH, valid_to=index + 3, reason="stolen")
    assert done.status_code == 200, done.text
    data = evidence_pack(plant.parts, "JO-1")
    report = verify(data, read_keys(keys(plant)))
    beyond = [one.index for one in report.findings if one.code == "revoked-beyond"]
    last = max(one.last for one in report.ranges)
    assert beyond == list(range(index + 3, last + 1))
    assert second_pack.complaints(data, read_keys_again(keys(plant)))
    found = exported(plant, tmp_path / "export")
    assert found.count == 0, "nothing was taken after it was revoked"
    said = [one.words("en") for one in found.not_proved]
    assert any(f"from #{index + 3} on: its key was revoked there" in one for one in said)
    assert size > index + 3


@pytest.mark.covers("A17")
def test_a_revocation_of_a_station_beside_it_is_no_matter_of_the_pack(plant: Plant) -> None:
    station, _ = changed(plant)
    plant.station("ST-02").close()
    done = plant.act("P-QA", "/api/stations/ST-02/revocation", valid_to=0, reason="stolen")
    assert done.status_code == 200, done.text
    report = verify(evidence_pack(plant.parts, "JO-1"), read_keys(keys(plant)))
    assert {one.origin for one in report.ranges} == {station.origin}
    assert not {one.code for one in report.findings} & {"revoked-beyond", "revoked-root"}
