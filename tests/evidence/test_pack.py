"""From a real server: the pack that leaves it verifies with the keys it prints, offline."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from forms.entries import Inspected
from forms.terms import Attachment
from server.api.application import create_app
from server.console import interfaces
from server.evidence.gather import _photos, evidence_pack
from sync import container, packfile
from sync.keyring import read_keys
from sync.verify import verify
from tests.server.plant import InProcess, Plant, plant_at
from tests.server.test_shift import played

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with plant_at(tmp_path) as one:
        runner: asyncio.Runner = one.transport._runner
        one.transport = InProcess(create_app(one.parts, interfaces()), runner)
        yield one


@pytest.mark.covers("P11-10b", "A52", "P11-10a")
def test_the_pack_of_a_released_lot_verifies(plant: Plant) -> None:
    played(plant)
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.status_code == 200, answer.text
    client = plant.client("P-AUD")
    pack = client.get("/api/jobs/JO-1/evidence.zip")
    assert pack.status_code == 200
    report = verify(pack.content, read_keys(plant.folder.keys()))
    assert [one.words("en") for one in report.findings] == []
    assert report.releases == 1
    assert report.signatures == 2
    assert report.lot == "L1"
    pdf = client.get("/api/jobs/JO-1/batch-record.pdf", params={"language": "zh_CN"})
    assert pdf.content.startswith(b"%PDF")
    trail = [row["route"] for row in plant.parts.trail.newest()]
    assert "GET /api/jobs/{job}/evidence.zip" in trail
    assert "GET /api/jobs/{job}/batch-record.pdf" in trail


def test_the_same_state_gives_the_same_pack(plant: Plant) -> None:
    played(plant)
    first, second = (evidence_pack(plant.parts, "JO-1") for _ in range(2))
    assert first == second
    members = container.read(first).members
    people = [one for one in members.values() if b'"person.enrolled"' in one]
    assert people, "the people who signed are stated"
    assert not any(b'"P-AUD"' in one for one in people), "nobody else is"
    assert members[packfile.README].startswith(b"LOTBOOK")


@pytest.mark.covers("P11-10b")
def test_somebody_elses_signature_in_between_is_stated_too(plant: Plant) -> None:
    """A range holds what others signed meanwhile: found by the simulator, as packs of released
    lots that did not verify."""
    station = plant.station()
    station.sign_in("P-OP")
    station.kit("JO-2", "T1")
    station.accept("P-SUP")
    station.label("JO-2", "Z1")
    station.outbox.drain()
    report = verify(evidence_pack(plant.parts, "JO-2"), read_keys(plant.folder.keys()))
    assert [one.words("en") for one in report.findings] == []
    assert report.signatures == 1
    station.close()


def test_nobody_without_the_right_takes_evidence(plant: Plant) -> None:
    played(plant)
    assert plant.client().get("/api/jobs/JO-1/evidence.zip").status_code == 401
    assert plant.client("P-OP").get("/api/jobs/JO-1/evidence.zip").status_code == 403
    assert plant.client("P-QA").get("/api/jobs/NONE/evidence.zip").status_code == 404


def test_photos_that_arrived_go_with_the_pack_and_missing_ones_are_told(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    here, gone = b"\x89PNG\r\n\x1a\n", b"never sent"
    for data in (here, gone):
        photo = Attachment(sha256=sha256(data).hexdigest(), media_type="image/png", size=len(data))
        context = station.context("JO-1", "OP10", "CLEAR")
        station.append(
            Inspected(context=context, characteristic="X", sample=1, outcome="pass", photo=photo)
        )
    station.outbox.drain()
    plant.parts.attachments.put(sha256(here).hexdigest(), here, station.origin)
    batch = plant.parts.reader.batch("JO-1")
    assert set(_photos(plant.parts, batch)) == {sha256(here).hexdigest()}
    # One picture is broken and one never came: the record is printed, and the pack says so.
    pack = evidence_pack(plant.parts, "JO-1")
    report = verify(pack, read_keys(plant.folder.keys()))
    assert [one.code for one in report.findings] == ["attachment"]
