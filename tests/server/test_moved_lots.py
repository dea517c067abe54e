"""Lots that were split, merged or reworked: a hold and a recall reach what became of them."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from tests.server.gauged import BAD, BALANCE, Bench, calibration, with_instruments
from tests.server.plant import BOTH, Plant, Station
from tests.server.test_holds import acting, hold


def ready_for_release(station: Station, job: str = "JO-1") -> None:
    station.work(job)
    station.sign_off(job)
    station.outbox.drain()


def turned(plant: Plant, kind: str, *steps: tuple[str, str, str, str, str, str]) -> None:
    names = ("item", "lot", "into_item", "into_lot", "quantity", "unit")
    said = [dict(zip(names, step, strict=True)) for step in steps]
    answer = plant.act(
        "P-QA", "/api/lots/changes", kind=kind, at="2026-03-02T08:00:00Z", reason="re-bagged",
        steps=said,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text


def against(plant: Plant, job: str = "JO-1") -> list[str]:
    return [one.code for one in plant.parts.quality.readiness(job).reasons]


@BOTH
@pytest.mark.covers("ISO-8.3")
def test_a_hold_on_what_a_lot_inside_was_split_from_stands_against_release(plant: Plant) -> None:
    plant.act(
        "P-QA", "/api/lots", item="TUB-1", lot="T0", quantity="500", unit="m",
        supplier="SUP-1",
    )  # fmt: skip
    turned(plant, "split", ("TUB-1", "T0", "TUB-1", "T1", "100", "m"))
    with closing(plant.station()) as station:
        ready_for_release(station)
        before = against(plant)
        ref = hold(plant, "T0", downstream=False)
        assert against(plant) == [*before, "open-elsewhere"]
        plant.parts.holds.lift(ref, "no smell", acting(plant))
        assert against(plant) == before


@BOTH
@pytest.mark.covers("ISO-8.3")
@pytest.mark.parametrize("downstream", [False, True])
def test_a_hold_on_what_was_reworked_into_the_lot_stands_against_release(
    plant: Plant, *, downstream: bool
) -> None:
    with closing(plant.station()) as station:
        ready_for_release(station, "JO-2")
        ready_for_release(station)
        turned(plant, "reworked", ("SET-1", "L2", "SET-1", "L1", "1", "ea"))
        before = against(plant)
        ref = hold(plant, "L2", "SET-1", downstream=downstream)
        assert against(plant) == [*before, "open-elsewhere"]
        if downstream:
            plant.parts.holds.clear(ref, "SET-1", "L1", "tested", acting(plant))
            assert against(plant) == before


@pytest.mark.covers("REC-806/7")
def test_a_lot_that_came_of_a_split_is_recalled_and_adds_up(plant: Plant) -> None:
    turned(
        plant, "split",
        ("TUB-1", "T1", "TUB-1", "T1-A", "40", "m"), ("TUB-1", "T1", "TUB-1", "T2", "10", "m"),
    )  # fmt: skip
    lines = [
        {"line": str(n), "item": "TUB-1", "lot": lot, "quantity": much, "unit": "m"}
        for n, (lot, much) in enumerate([("T1-A", "40"), ("T2", "110")])
    ]
    answer = plant.act(
        "P-QA", "/api/shipments", id="SH-1", consignee="Clinic", at="2026-03-03T08:00:00Z",
        lines=lines,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    cause = {"suspect": "lot", "item": "TUB-1", "lot": "T1-A"}
    answer = plant.act("P-QA", "/api/recalls", cause=cause, reason="x", depth="retail")
    assert answer.status_code == 201, answer.text
    assert balances(plant, answer.json()["case"]["id"]) == {"T1-A": ("40", "0", False)}
    cause["lot"] = "T1"
    answer = plant.act("P-QA", "/api/recalls", cause=cause, reason="x", depth="retail")
    assert balances(plant, answer.json()["case"]["id"]) == {
        "T1": ("100", "50", False), "T1-A": ("40", "0", False), "T2": ("110", "0", False),
    }  # fmt: skip


def balances(plant: Plant, case: str) -> dict[str, tuple[str, str, bool]]:
    found: dict[str, Any] = plant.client("P-QA").get(f"/api/recalls/{case}").json()
    return {
        one["lot"]: (one["made"], one["unknown"], one["contradiction"]) for one in found["balances"]
    }


@pytest.mark.covers("ISO-7.6", "F64")
def test_a_deviation_reaches_what_a_lot_measured_was_split_into(plant: Plant) -> None:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.40")
    bench.send()
    turned(plant, "split", ("GAU-1", "GL1", "GAU-1", "GL1-A", "1", "ea"))
    day = plant.clock.wall().date().isoformat()
    bad = calibration("C-1", performed=day, **BAD)
    answer = plant.act("P-QA", f"/api/assets/{BALANCE['id']}/calibrations", **bad)
    number = answer.json()["deviation"]["number"]
    lots = plant.client("P-QA").get(f"/api/assets/{BALANCE['id']}/look-back").json()["lots"]
    assert [(one["lot"], one["direct"], one["status"]) for one in lots] == [
        ("GL1", True, "running"), ("GL1-A", False, ""),
    ]  # fmt: skip
    held = plant.act("P-QA", f"/api/deviations/{number}/holds").json()["holds"]
    assert {one["lot"] for one in held} == {"GL1", "GL1-A"}
    client = plant.client("P-QA")
    client.cookies.set("lotbook", plant.tokens["P-QA"])
    assert "GL1-A" in client.get(f"/console/assets/{BALANCE['id']}/look-back").text
