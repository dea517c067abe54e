"""An instrument found out of tolerance: every reading it took, the lots, the deviation."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.calibration import Window
from server.ingest.projector import dump
from server.masters.calibrations import inside
from server.store.sqlite import SqliteStore
from server.trace.genealogy import Genealogy
from server.trace.graph.graph import Graph
from server.trace.look_back import LookBacks
from server.trace.not_known import Outstanding
from sync import canonical
from tests.server.gauged import BAD, BALANCE, Bench, calibration, with_instruments
from tests.server.plant import Plant

DAY_S = 86_400


@pytest.fixture
def gauged(plant: Plant) -> Plant:
    with_instruments(plant)
    return plant


def look_back(plant: Plant, asset: str = "BAL-1", **query: object) -> dict[str, Any]:
    answer = plant.client("P-QA").get(f"/api/assets/{asset}/look-back", params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def calibrate(plant: Plant, certificate: str, **changes: object) -> dict[str, Any]:
    plant.tokens.clear()  # sessions end while days pass
    changes = {"performed": plant.clock.wall().date().isoformat(), **changes}
    body = calibration(certificate, **changes)
    answer = plant.act("P-QA", "/api/assets/BAL-1/calibrations", **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.covers("ISO-7.6", "F64")
def test_the_whole_way_from_a_bad_calibration_to_a_release(gauged: Plant) -> None:
    bench = Bench(gauged)
    bench.weigh("0.40")
    bench.send()
    gauged.clock.pass_(5 * DAY_S)
    calibrate(gauged, "C-1")
    gauged.clock.pass_(5 * DAY_S)
    bench.weigh("0.31", "0.40", "0.60")  # near the limit, in the middle, refused
    bench.weigh("0.40", job="G-2", asset="BAL-2")
    bench.send()
    gauged.clock.pass_(5 * DAY_S)
    deviation = calibrate(gauged, "C-2", **BAD)["deviation"]
    assert (deviation["asset"], deviation["lots"], deviation["closed_at"]) == ("BAL-1", 1, "")
    found = look_back(gauged)
    assert found["window"]["since"] == "2026-03-07"
    assert found["window"]["error"] == {"value": "0.03", "unit": "g"}
    assert [one["value"] for one in found["readings"]][-3:] == ["0.31", "0.40", "0.60"]
    doubts = {one["value"]: one["doubt"] for one in found["readings"]}
    assert doubts["0.31"] == "within-error"
    assert doubts["0.60"] == "not-accepted"
    (lot,) = found["lots"]
    assert (lot["lot"], lot["status"], lot["shipped"]) == ("GL1", "running", "not-known")
    codes = [one.code for one in gauged.parts.quality.readiness("G-1").reasons]
    assert "deviation-open" in codes
    assert "deviation-open" not in [
        one.code for one in gauged.parts.quality.readiness("G-2").reasons
    ]
    number = deviation["number"]
    answer = gauged.act("P-QA", f"/api/deviations/{number}/holds")
    assert answer.status_code == 201, answer.text
    held = answer.json()["holds"]
    assert [one["lot"] for one in held] == ["GL1"]
    again = gauged.act("P-QA", f"/api/deviations/{number}/holds").json()["holds"]
    assert again == [], "a lot that is held is not held twice"
    kept = gauged.client("P-AUD").get(f"/api/deviations/{number}/evidence")
    assert canonical.loads(kept.content)["total"] == found["total"]
    assert gauged.parts.trail.newest()[0]["route"] == "GET /api/deviations/{number}/evidence"
    refused = gauged.act("P-ADM", f"/api/deviations/{number}/close", conclusion="no harm")
    assert refused.status_code == 403
    closed = gauged.act("P-QA", f"/api/deviations/{number}/close", conclusion="weighed again")
    assert closed.json()["conclusion"] == "weighed again"
    assert closed.json()["closed_by"] == "P-QA"
    codes = [one.code for one in gauged.parts.quality.readiness("G-1").reasons]
    assert "deviation-open" not in codes
    twice = gauged.act("P-QA", f"/api/deviations/{number}/close", conclusion="x")
    assert twice.status_code == 409


@pytest.mark.covers("ISO-7.6")
def test_a_silent_station_is_named_and_its_readings_count_when_they_come(gauged: Plant) -> None:
    bench, away = Bench(gauged), Bench(gauged, "ST-02", "G-2")
    away.send()
    away.weigh("0.40")
    bench.weigh("0.40")
    bench.send()
    gauged.clock.pass_(DAY_S)
    calibrate(gauged, "C-1", **BAD)
    found = look_back(gauged)
    assert {one["lot"] for one in found["lots"]} == {"GL1"}
    assert any(one["code"] == "station-silent" for one in found["not_known"])
    assert gauged.parts.quality.readiness("G-2").reasons
    away.send()
    assert {one["lot"] for one in look_back(gauged)["lots"]} == {"GL1", "GL2"}
    assert "deviation-open" in [one.code for one in gauged.parts.quality.readiness("G-2").reasons]


@pytest.mark.covers("F64", "ISO-7.6")
def test_station_and_server_judge_the_instrument_alike(gauged: Plant) -> None:
    quarantined = BALANCE | {"status": "quarantined", "reason": "it fell"}
    assert gauged.act("P-QA", "/api/assets", **quarantined).status_code == 201
    bench = Bench(gauged)
    for more in ({}, {"asset": "BAL-2", "serial": "B-77"}, {"asset": "BAL-9"}):
        bench.weigh("0.40", **more)
        bench.samples.clear()  # it was refused: the sample is still to come
    bench.send()
    state = gauged.parts.jobs.state("G-1")
    assert state is not None
    said = [judged.verdict.reasons[0].code for judged in state.findings]
    assert said == ["instrument-quarantined", "instrument-other", "instrument-unknown"]
    listed = gauged.client("P-QA").get("/api/assets").json()["assets"]
    assert [one["standing"]["key"] for one in listed if one["asset"]["id"] == "BAL-1"] == [
        "quarantined"
    ]


def test_a_calibration_renews_the_due_date_and_one_left_bad_is_kept_apart(gauged: Plant) -> None:
    calibrate(gauged, "C-1")
    (asset,) = [one for one in gauged.parts.catalogue.assets() if one.id == "BAL-1"]
    assert (asset.certificate, asset.calibration_due) == ("C-1", date(2027, 3, 2))
    assert asset.make == "Mettler Toledo"
    bad = [{"nominal": "0.4", "found": "0.43", "tolerance": "0.01"}]
    calibrate(gauged, "C-2", as_found="out-of-tolerance", as_left="out-of-tolerance", points=bad)
    (asset,) = [one for one in gauged.parts.catalogue.assets() if one.id == "BAL-1"]
    assert asset.status == "quarantined"
    assert look_back(gauged)["window"].get("until") is None
    pack = Bench(gauged).station.refresh()
    assert "left out of tolerance: C-2" in {one.quarantine for one in pack.assets}


def test_an_old_certificate_handed_in_late_changes_nothing_now(gauged: Plant) -> None:
    calibrate(gauged, "C-2")
    before = gauged.parts.catalogue.asset("BAL-1")
    bad = [{"nominal": "0.4", "found": "0.4", "left": "0.43", "tolerance": "0.01"}]
    old = {"performed": "2025-03-02", "due": "2026-03-01"}
    calibrate(gauged, "C-1", **old, as_left="out-of-tolerance", points=bad)
    assert gauged.parts.catalogue.asset("BAL-1") == before
    entered = gauged.parts.instruments.calibrations.of("BAL-1")
    assert [one.calibration.certificate for one in entered] == ["C-1", "C-2"]


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize("status", ["in_service", "out_of_service"])
def test_only_quality_ends_that_an_instrument_is_kept_apart(gauged: Plant, status: str) -> None:
    apart = BALANCE | {"status": "quarantined", "reason": "it fell"}
    assert gauged.act("P-ADM", "/api/assets", **apart).status_code == 201
    free = BALANCE | {"status": status}
    assert gauged.act("P-ADM", "/api/assets", **free).status_code == 403
    assert gauged.parts.catalogue.asset("BAL-1").quarantine == "it fell"
    assert gauged.act("P-ADM", "/api/assets", **apart | {"place": "Store"}).status_code == 201
    assert gauged.act("P-QA", "/api/assets", **free).status_code == 201
    assert gauged.parts.catalogue.asset("BAL-1").quarantine == ""


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize("change", [{"calibration_due": "2040-01-01"}, {"certificate": "C-9"}])
def test_only_quality_changes_when_it_is_due(gauged: Plant, change: dict[str, str]) -> None:
    before = gauged.parts.catalogue.asset("BAL-1")
    assert gauged.act("P-ADM", "/api/assets", **BALANCE | change).status_code == 403
    assert gauged.parts.catalogue.asset("BAL-1") == before
    assert gauged.act("P-QA", "/api/assets", **BALANCE | change).status_code == 201


def test_a_calibration_that_cannot_be_is_refused(gauged: Plant) -> None:
    for changes in (
        {"as_found": "in-tolerance", "points": BAD["points"]},
        {"performed": "2026-06-01"},
        {"due": "2026-03-02"},
        {"unit": "furlong"},
        {"points": [{"nominal": "1e3", "found": "1", "tolerance": "1"}]},
        {"certificate_file": "no digest"},
    ):
        body = calibration("C-1", **changes)
        answer = gauged.act("P-QA", "/api/assets/BAL-1/calibrations", **body)
        assert answer.status_code == 400, changes
    assert gauged.parts.instruments.calibrations.of("BAL-1") == ()


def test_who_may_not_is_refused_and_what_is_not_there_is_said(gauged: Plant) -> None:
    path = "/api/assets/BAL-1/calibrations"
    assert gauged.act("P-SUP", path, **calibration("C-1")).status_code == 403
    other = gauged.act("P-QA", "/api/assets/BAL-9/calibrations", **calibration("C-1"))
    assert other.status_code == 404
    calibrate(gauged, "C-1")
    assert gauged.act("P-QA", path, **calibration("C-1")).status_code == 409
    assert [
        one.calibration.certificate for one in gauged.parts.instruments.calibrations.of("BAL-1")
    ] == ["C-1"]
    client = gauged.client("P-QA")
    assert client.get("/api/assets/BAL-9/look-back").status_code == 404
    assert client.get("/api/deviations/7/evidence").status_code == 404
    assert gauged.act("P-QA", "/api/deviations/7/close", conclusion="x").status_code == 404
    assert client.get(path).json()[0]["calibration"]["certificate"] == "C-1"
    assert client.get("/api/deviations").json() == []


def test_an_asset_that_cannot_be_is_refused(gauged: Plant) -> None:
    unable = BALANCE | {"capability": {"unit": "g", "low": "1", "high": "1"}}
    assert gauged.act("P-QA", "/api/assets", **unable).status_code == 400
    silent = BALANCE | {"status": "quarantined"}
    assert gauged.act("P-QA", "/api/assets", **silent).status_code == 400
    assert gauged.act("P-SUP", "/api/assets", **BALANCE).status_code == 403


def test_what_the_site_asks_travels_to_the_stations(gauged: Plant) -> None:
    station = gauged.station()
    assert station.refresh().metrology.warn_days == 14
    asked = {"least_ratio": "10.1", "warn_days": 30}
    assert gauged.act("P-ADM", "/api/metrology", **asked).status_code == 403
    assert gauged.act("P-QA", "/api/metrology", **asked).json()["least_ratio"] == "10.1"
    assert station.refresh().metrology.warn_days == 30
    bench = Bench(gauged, "ST-02")
    bench.weigh("0.40")
    bench.send()
    state = gauged.parts.jobs.state("G-1")
    assert state is not None
    (finding,) = state.findings
    assert finding.verdict.reasons[0].code == "instrument-not-capable"


def test_a_look_back_goes_on_where_it_stopped(gauged: Plant) -> None:
    bench = Bench(gauged)
    bench.weigh("0.40", "0.41", "0.42")
    bench.send()
    first = look_back(gauged, most=2)
    assert (len(first["readings"]), first["total"], first["more_from"]) == (2, 3, 2)
    last = look_back(gauged, start=first["more_from"], most=2)
    assert [one["value"] for one in last["readings"]] == ["0.42"]
    assert last["more_from"] is None
    assert last["lots"] == first["lots"]


def test_a_rebuild_gives_the_same_tables(gauged: Plant) -> None:
    bench = Bench(gauged)
    bench.weigh("0.40", "0.31")
    bench.send()
    calibrate(gauged, "C-1", **BAD)
    (deviation,) = gauged.parts.instruments.deviations.all()
    gauged.act("P-QA", f"/api/deviations/{deviation.number}/close", conclusion="done")
    gauged.parts.book.catch_up()
    before = dump(gauged.parts.store)
    gauged.parts.projections.rebuild()
    after = dump(gauged.parts.store)
    for table in ("assets", "calibrations", "deviations", "readings"):
        assert before[table] == after[table] != []


class OneWindow:
    """Calibrations that left this window, and nothing else."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def window(self, asset: str) -> Window:
        """The same for every asset."""
        assert asset
        return self._window


BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
READINGS = st.lists(
    st.tuples(
        st.sampled_from(["BAL-1", "BAL-2"]),
        st.integers(0, 5),  # days until the next receipt
        st.integers(-30, 2),  # days between its own clock and the receipt
        st.sampled_from(["anchored", "free", "unknown"]),
    ),
    max_size=30,
)
WINDOWS = st.tuples(st.none() | st.integers(-5, 60), st.none() | st.integers(0, 30))


@pytest.mark.covers("ISO-7.6")
@settings(max_examples=60, deadline=None)
@given(readings=READINGS, days=WINDOWS)
def test_the_index_finds_what_reading_everything_finds(
    readings: list[tuple[str, int, int, str]], days: tuple[int | None, int | None]
) -> None:
    since = None if days[0] is None else BEGIN.date() + timedelta(days=days[0])
    until = None if days[1] is None else (since or BEGIN.date()) + timedelta(days=days[1])
    window, came, rows = Window(since=since, until=until), BEGIN, []
    with closing(SqliteStore(Path(":memory:"))) as store:
        store.put("assets", {"id": "BAL-1", "data": b"{}"})
        for number, (asset, later, off, quality) in enumerate(readings):
            came += timedelta(days=later)
            rows.append(reading(asset, number * 3, came + timedelta(days=off), quality, came))
            store.put("readings", rows[-1])
        outstanding = Outstanding(store, lambda: BEGIN)
        genealogy = Genealogy(store, Graph(store, lambda: 0), outstanding)
        asked = LookBacks(store, OneWindow(window), genealogy, lambda: BEGIN)  # type: ignore[arg-type]
        found = [one.index for one in asked.of("BAL-1").readings]
    assert found == [row["idx"] for row in rows if row["asset"] == "BAL-1" and may_be(window, row)]


def reading(asset: str, index: int, wall: datetime, quality: str, came: datetime) -> dict[str, Any]:
    words = dict.fromkeys(
        ("job", "operation", "step", "characteristic", "value", "unit", "person", "station"), ""
    )
    at = {"wall": wall.isoformat(), "quality": quality, "received_at": came.isoformat()}
    where = {"asset": asset, "global_index": index, "origin": "a/b/c/1", "idx": index}
    return {**where, **words, "sample": 1, **at}


def may_be(window: Window, row: dict[str, Any]) -> bool:
    """The window's rule once more, written as it is said."""
    day = datetime.fromisoformat(row["wall"]).date()
    came = datetime.fromisoformat(row["received_at"]).date()
    if window.since is not None and came + timedelta(days=1) < window.since:
        return False
    if row["quality"] != "anchored":
        return True
    late = window.until is not None and day > window.until
    return not late and (window.since is None or day >= window.since)


def test_a_row_of_a_reading_is_asked_as_the_window_says() -> None:
    row = {"wall": "2026-03-02T08:00:00+00:00", "quality": "anchored",
           "received_at": "2026-03-02T08:00:01+00:00"}  # fmt: skip
    assert inside(Window(since=date(2026, 3, 2)), row)
    assert not inside(Window(since=date(2026, 3, 4)), row)


@pytest.mark.covers("ISO-7.6", "F64")
def test_an_old_certificate_opens_its_deviation_over_its_own_time(gauged: Plant) -> None:
    bench = Bench(gauged)
    bench.weigh("0.40")
    bench.send()
    day = gauged.clock.wall().date()
    gauged.clock.pass_(5 * DAY_S)
    calibrate(gauged, "C-2")
    gauged.clock.pass_(DAY_S)
    bench.weigh("0.31", job="G-2")
    bench.send()
    found = calibrate(gauged, "C-1", **(BAD | {"performed": (day + timedelta(days=2)).isoformat()}))
    window = found["deviation"]["window"]
    assert window["until"] == (day + timedelta(days=2)).isoformat(), "C-2 was performed later"
    assert found["deviation"]["readings"] >= 1
    codes = [one.code for one in gauged.parts.quality.readiness("G-1").reasons]
    assert "deviation-open" in codes
