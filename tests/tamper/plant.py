"""A plant whose export holds something of everything that can be tampered with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from forms.entries import Inspected, MeasurementTaken, NonconformityRaised, Taken
from forms.terms import Attachment, Quantity
from server.evidence.export import ServerExport
from sync.checkpoint import Checkpoint
from sync.clock import Timekeeper
from sync.envelope import seal
from sync.merkle import leaf_hash, root_of
from sync.protocol import Fork
from tests.server.plant import Plant, Station, plant_at

PHOTO = b"\x89PNG\r\n\x1a\n not much of a picture"
RAW = "S S     12.34 g"


@contextmanager
def worked(path: Path) -> Iterator[Plant]:
    """A shift at two stations, a fork, somebody who left, a station that was revoked."""
    with plant_at(path) as plant:
        first, second = plant.station("ST-01"), plant.station("ST-02")
        first.work("JO-1")
        first.sign_off("JO-1")
        first.outbox.drain()
        measured(second)
        second.outbox.drain()
        released = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
        assert released.status_code == 200, released.text
        for index in range(6):  # several pushes, so that there are several heads between
            first.sign_in("P-OP" if index % 2 else "P-SUP")
            first.outbox.drain()
            plant.client("P-AUD").get("/api/jobs")
        forked(first)
        quality = plant.parts.directory.unlock("LB:ID:QA", "quality-1")
        plant.parts.enrolment.deactivate("P-SUP", quality)
        saved = second.journal.counts().saved
        answer = plant.act(
            "P-QA", "/api/stations/ST-02/revocation", valid_to=saved, reason="stolen"
        )
        assert answer.status_code == 200, answer.text
        yield plant


def measured(station: Station) -> None:
    """Records with numbers, units, raw bytes, words and a photo, on JO-2."""
    station.sign_in("P-OP")
    context = station.context("JO-2", "OP10", "CLEAR")
    taken = Taken(quantity=Quantity(value=Decimal("12.34"), unit="g"), state="stable",
                  instrument="BAL-1", raw=RAW.encode().hex())  # fmt: skip
    ref = ""
    for sample in range(1, 9):
        reading = MeasurementTaken(context=context, characteristic="W", sample=sample, taken=taken)
        ref = station.append(reading)
        if sample % 3 == 0:
            station.outbox.drain()
    photo = Attachment(sha256=sha256(PHOTO).hexdigest(), media_type="image/png", size=len(PHOTO))
    station.append(
        Inspected(context=context, characteristic="L", sample=1, outcome="fail", photo=photo)
    )
    words = "Étiquette décollée; 标签脱落"
    station.append(NonconformityRaised(context=context, about=(ref,), description=words))
    station.plant.parts.attachments.put(photo.sha256, PHOTO, station.origin)


def forked(station: Station) -> None:
    """A clone of the station writes another record in place of the last one."""
    journal = station.journal
    kept = [entry.data for entry in journal.entries(0, journal.size)]
    stamp = Timekeeper(station.plant.clock).stamp()
    other = seal("session.opened", station.origin, len(kept) - 1, stamp, {"other": "content"})
    root = root_of(leaf_hash(one) for one in [*kept[:-1], other])
    note = Checkpoint(station.origin, len(kept), root).sign(station.signer)
    answer = station.service.push(station.origin, len(kept) - 1, (other,), note)
    assert isinstance(answer, Fork)


def exported(plant: Plant, folder: Path) -> Path:
    """All that the server holds."""
    ServerExport(plant.parts, folder, attachments=True).write()
    return folder
