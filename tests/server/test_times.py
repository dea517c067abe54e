"""Time at the server: beacons that are none are refused aloud; contradictions are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forms.cover import required_cover
from forms.masters import SignStep
from server.ingest.projector import dump
from sync.interval import BEACON
from sync.protocol import Received
from tests.console.test_console import entered
from tests.server.plant import Plant, TestPerson
from tests.server.test_ingest import bytes_of, pushed


def codes(plant: Plant) -> list[str]:
    return [row["code"] for row in plant.parts.alarms.all(only_open=True)]


@pytest.mark.covers("A48")
def test_another_stations_beacon_counts_for_nothing_and_raises_an_alarm(plant: Plant) -> None:
    first, second = plant.station(), plant.station("ST-02")
    first.outbox.drain()
    second.outbox.drain()
    row = plant.parts.store.newest("receipts", origin=first.origin)
    assert row is not None
    second.journal._write([(BEACON, {"receipt": row["data"].decode()})])
    index = second.journal.size - 1
    second.outbox.drain()
    assert "beacon-refused" in codes(plant)
    beacons = plant.parts.store.rows("beacons", origin=second.origin)
    assert index not in {one["idx"] for one in beacons}
    assert len(beacons) == 1, "its own is one"
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("A46", "A45", "TB06")
def test_a_wall_time_that_cannot_be_is_shown_with_the_times_that_can(plant: Plant) -> None:
    station = plant.station()
    plant.clock.pass_(3_600)
    station.outbox.drain()
    plant.clock.pass_(60)
    real = plant.clock.now
    station.journal._keeper._anchor = None  # the offset to the server's time is hidden
    plant.clock.now = real - timedelta(hours=1)
    station.work("JO-1")
    entries = bytes_of(station)
    plant.clock.now = real
    have = plant.parts.ingest.head(station.origin).size
    assert isinstance(pushed(station, have, entries[have:], entries), Received)
    assert codes(plant) == [], "shown, not an alarm: a clock may be set"
    plant.tokens.clear()
    found = plant.client("P-QA").get("/api/jobs/JO-1/records").json()
    assert isinstance(found, list), found
    assert {one["contradiction"] for one in found} == {"too-early"}
    assert datetime.fromisoformat(found[0]["not_before"]) >= real - timedelta(seconds=61)
    html = entered(plant, "P-QA").get("/console/jobs/JO-1").text
    assert "its time cannot be: made" in html
    kinds = [row["kind"] for row in plant.parts.store.rows("records", origin=station.origin)]
    assert kinds.count("sync/clock-step") == 1


@pytest.mark.covers("F24")
def test_an_unknown_clock_stops_a_signature_but_no_capture(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    real = plant.clock.now
    station.journal._keeper._anchor = None
    plant.clock.now = datetime(1970, 1, 1, tzinfo=UTC)
    station.sign_in("P-SUP")
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    assert state.master is not None
    step = state.master.step("OP30", "SIGN")
    assert isinstance(step, SignStep)
    covers = required_cover(state, "OP30", step)
    station.signed("JO-1", covers, TestPerson(plant, "P-SUP"))
    entries = bytes_of(station)
    plant.clock.now = real
    have = plant.parts.ingest.head(station.origin).size
    assert isinstance(pushed(station, have, entries[have:], entries), Received)
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    signature = state.records[-1]
    assert "clock-unknown" in {one.code for one in signature.verdict.reasons}
    assert not signature.verdict.effective
