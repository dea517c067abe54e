"""Holds that reach downstream, by person and by rule; and work done without knowing of one."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from forms.hold_rules import HoldRule, called_for
from forms.terms import LotStatus
from server.ingest.projector import dump
from server.people.directory import Acting
from sync import canonical
from tests.server.gauged import BAD, BALANCE, Bench, calibration, with_instruments
from tests.server.plant import BOTH, SECRETS, Plant, Station, badge


def acting(plant: Plant, person: str = "P-QA") -> Acting:
    return plant.parts.directory.unlock(badge(person), SECRETS[person])


def hold(plant: Plant, lot: str = "T1", item: str = "TUB-1", *, downstream: bool = True) -> str:
    answer = plant.act(
        "P-OP", "/api/holds", item=item, lot=lot, reason="smell", downstream=downstream
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["hold"])


def made(plant: Plant, station: Station, job: str = "JO-1") -> None:
    """JO-1's lot L1 made of T1, here."""
    station.work(job)
    station.outbox.drain()


def same_after_rebuild(plant: Plant) -> None:
    before = dump(plant.parts.store)
    with plant.parts.book.unit():
        plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("ISO-8.3")
def test_a_hold_downstream_holds_what_was_made_and_what_is_made_later(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ref = hold(plant)
        assert plant.parts.catalogue.lot("SET-1", "L1").status is LotStatus.HOLD
        assert "TUB-1/T1" in plant.parts.catalogue.lot("SET-1", "L1").hold_reason
        assert not plant.parts.catalogue.held("SET-1", "L2"), "T1 is not in it"
        station.away = True
        made(plant, station, "JO-2")  # under the pack it has
        station.away = False
        assert plant.parts.catalogue.held("SET-1", "L2")
        (listed,) = plant.client("P-QA").get("/api/holds").json()
        assert (listed["ref"], listed["downstream"], listed["reaches"]) == (ref, True, 2)
        pack = station.refresh()
        stopped = {one.key: one.status for one in pack.lots if one.status is LotStatus.HOLD}
        assert set(stopped) == {"TUB-1/T1", "SET-1/L1", "SET-1/L2"}
        plant.parts.holds.clear(ref, "SET-1", "L1", "tested", acting(plant))
        assert not plant.parts.catalogue.held("SET-1", "L1")
        assert plant.parts.catalogue.held("SET-1", "L2"), "the hold stays on all others"
        plant.parts.holds.lift(ref, "no smell", acting(plant))
        assert not plant.parts.catalogue.held("SET-1", "L2")
        same_after_rebuild(plant)


@pytest.mark.covers("F54")
def test_a_lot_held_before_its_first_unit_stops_at_the_station(plant: Plant) -> None:
    with closing(plant.station()) as station:
        hold(plant, "L1", "SET-1", downstream=False)
        (stopped,) = [one for one in station.refresh().lots if one.lot == "L1"]
        assert (stopped.status, stopped.hold_reason) == (LotStatus.HOLD, "smell")
        station.work("JO-1")
        station.outbox.drain()
        state = plant.parts.jobs.state("JO-1")
        assert state is not None
        assert not state.produced, "judged under a pack that has the lot on hold"
        assert not plant.parts.late_uses.all(), "the station knew"


def held_unheard(plant: Plant, station: Station, seconds: int) -> str:
    """A hold, and work on the lot so much later under the pack from before; the hold's ref."""
    station.refresh()
    station.sign_in("P-OP")
    station.outbox.drain()
    ref = hold(plant)
    plant.clock.pass_(seconds)
    station.away = True
    station.kit("JO-1", "T1")
    return ref


@pytest.mark.covers("F54")
def test_work_that_did_not_know_of_the_hold_is_flagged_with_its_units(plant: Plant) -> None:
    with closing(plant.station()) as station:
        ref = held_unheard(plant, station, 60)
        station.label("JO-1", "S001")
        station.outbox.drain()
        (found,) = plant.parts.late_uses.all()
        assert (found.hold, found.item, found.lot, found.job) == (ref, "TUB-1", "T1", "JO-1")
        assert (found.into_lot, found.serials, found.units) == ("L1", ("S001",), 1)
        alarms = [row["code"] for row in plant.parts.store.rows("alarms")]
        assert alarms.count("hold-touched") == 1
        codes = [one.code for one in plant.parts.quality.readiness("JO-1").reasons]
        assert "late-use-open" in codes
        station.label("JO-1", "S002")
        station.outbox.drain()
        (grown,) = plant.parts.late_uses.all()
        assert grown.number == found.number
        assert grown.serials == ("S001", "S002")
        assert grown.count > found.count
        assert len(grown.ranges) == 2
        same_after_rebuild(plant)
        number = grown.number
        path = f"/api/late-uses/{number}/close"
        assert plant.act("P-ADM", path, conclusion="fine").status_code == 403
        closed = plant.act("P-QA", path, conclusion="tested, fine").json()
        assert (closed["conclusion"], closed["closed_by"]) == ("tested, fine", "P-QA")
        assert plant.act("P-QA", path, conclusion="again").status_code == 409
        codes = [one.code for one in plant.parts.quality.readiness("JO-1").reasons]
        assert "late-use-open" not in codes
        assert "lot-held" in codes, "T1 is still on hold"


@BOTH
@pytest.mark.covers("F54", "F60")
def test_a_minute_after_contact_the_units_touched_offline_are_named(plant: Plant) -> None:
    """Nobody asks and nobody reads: the push alone has the fold find it, second by second."""
    with closing(plant.station()) as station:
        ref = held_unheard(plant, station, 3_600)
        for serial in ("S001", "S002"):
            station.label("JO-1", serial)
        plant.clock.pass_(8 * 3_600)
        station.outbox.drain()  # the first contact since the hold
        for _ in range(60):
            plant.transport.run(asyncio.sleep(0.02))
            if plant.parts.store.count("late_uses"):
                break
            plant.clock.pass_(1)
        (row,) = plant.parts.store.rows("late_uses")
        contact = plant.parts.store.one("contacts", origin=station.origin)
        assert contact is not None
        opened, seen = (datetime.fromisoformat(at) for at in (row["opened_at"], contact["seen_at"]))
        assert timedelta(0) <= opened - seen <= timedelta(seconds=60)
        (found,) = plant.parts.late_uses.all()
        assert (found.hold, found.lot, found.into_lot) == (ref, "T1", "L1")
        assert (found.serials, found.units) == (("S001", "S002"), 2)
        assert "hold-touched" in [one["code"] for one in plant.parts.alarms.all(only_open=True)]


@pytest.mark.covers("F54", "F60")
def test_two_holds_on_one_lot_are_told_each(plant: Plant) -> None:
    with closing(plant.station()) as station:
        first = held_unheard(plant, station, 60)
        station.outbox.drain()
        plant.parts.book.catch_up()
        plant.parts.oversight.watch.judge()
        assert told_of(plant) == [first]
        second = hold(plant, downstream=False)
        plant.clock.pass_(60)
        station.label("JO-1", "S001")
        station.outbox.drain()
        plant.parts.book.catch_up()
        plant.parts.oversight.watch.judge()
        assert told_of(plant) == [first, second], "the first is open, and tells of another hold"
        station.label("JO-1", "S002")
        station.outbox.drain()
        plant.parts.book.catch_up()
        plant.parts.oversight.watch.judge()
        assert told_of(plant) == [first, second], "each once"


def told_of(plant: Plant) -> list[str]:
    """The holds that open alarms tell of."""
    rows = plant.parts.alarms.all(only_open=True)
    return [
        str(canonical.loads(row["params"])["episode"])
        for row in rows
        if row["code"] == "hold-touched"
    ]


@pytest.mark.covers("F54")
def test_what_was_made_before_the_hold_is_no_deviation(plant: Plant) -> None:
    with closing(plant.station()) as station:
        station.refresh()
        station.sign_in("P-OP")
        station.outbox.drain()  # the clock is compared
        station.work("JO-1")  # offline, before the hold
        plant.clock.pass_(60)
        hold(plant)
        station.outbox.drain()
        assert not plant.parts.late_uses.all()
        assert plant.parts.catalogue.held("SET-1", "L1"), "held all the same: T1 is inside"


@pytest.mark.covers("ISO-8.3", "ISO-7.6")
def test_rules_hold_what_an_event_touches(plant: Plant) -> None:
    rules = [
        {"event": "deviation-opened", "downstream": False},
        {"event": "lot-suspect", "downstream": True},
        {"event": "late-use", "downstream": True},
    ]
    assert plant.act("P-ADM", "/api/hold-rules", rules=rules).status_code == 403
    assert plant.act("P-QA", "/api/hold-rules", rules=rules).status_code == 200
    assert plant.client("P-AUD").get("/api/hold-rules").json()["rules"] == [
        {name: value for name, value in one.items() if value} for one in rules
    ]
    with closing(plant.station()) as station:
        made(plant, station)
        path = "/api/lots/TUB-1/T1/status"
        answer = plant.act("P-QA", path, status="quarantine", reason="supplier called")
        assert answer.json()["status"] == "hold"
        assert plant.parts.catalogue.held("SET-1", "L1")
        (one,) = plant.parts.holds.open()
        assert (one.event, one.downstream, one.reaches) == ("lot-suspect", True, 1)
        assert "supplier called" in one.reason
        plant.clock.pass_(60)
        station.away = True
        made(plant, station, "JO-2")  # late: the rule holds the lot made, too
        held = {(one.item, one.lot, one.event) for one in plant.parts.holds.open()}
        assert ("SET-1", "L2", "late-use") in held
        same_after_rebuild(plant)


@pytest.mark.covers("ISO-8.3")
def test_a_rule_reaches_downstream_though_somebody_held_the_lot_alone(plant: Plant) -> None:
    rules = [{"event": one, "downstream": True} for one in ("lot-suspect", "late-use")]
    assert plant.act("P-QA", "/api/hold-rules", rules=rules).status_code == 200
    with closing(plant.station()) as station:
        made(plant, station)
        hold(plant, downstream=False)
        hold(plant, "L2", "SET-1", downstream=False)
        assert not plant.parts.catalogue.held("SET-1", "L1")
        for _ in range(2):  # and once more is not held twice
            body = {"status": "quarantine", "reason": "supplier called"}
            plant.act("P-QA", "/api/lots/TUB-1/T1/status", **body)
            plant.act("P-QA", "/api/lots/TUB-1/T1/status", status="released", reason="a slip")
        assert plant.parts.catalogue.held("SET-1", "L1")
        assert len([one for one in plant.parts.holds.open() if one.lot == "T1"]) == 2
        plant.clock.pass_(60)
        station.away = True
        made(plant, station, "JO-2")
        far = {(one.lot, one.event) for one in plant.parts.holds.open() if one.downstream}
        assert far == {("T1", "lot-suspect"), ("L2", "late-use")}


@pytest.mark.covers("ISO-7.6")
def test_a_deviation_holds_the_lots_measured_where_the_rules_say_so(plant: Plant) -> None:
    with_instruments(plant)
    rules: list[dict[str, Any]] = [{"event": "deviation-opened", "downstream": True}]
    assert plant.act("P-QA", "/api/hold-rules", rules=rules).status_code == 200
    bench = Bench(plant)
    bench.weigh("0.40")
    bench.send()
    body = calibration("C-1", performed=plant.clock.wall().date().isoformat(), **BAD)
    answer = plant.act("P-QA", f"/api/assets/{BALANCE['id']}/calibrations", **body)
    assert answer.status_code == 201, answer.text
    (one,) = plant.parts.holds.open()
    assert (one.lot, one.event, one.about) == (
        "GL1",
        "deviation-opened",
        str(answer.json()["deviation"]["number"]),
    )
    assert "偏差" in one.reason
    assert "out of tolerance" in one.reason


def test_a_hold_is_cleared_by_quality_with_a_reason_only_where_it_reaches(plant: Plant) -> None:
    ref = hold(plant)
    path = f"/api/holds/{ref}/clear"
    good = {"item": "SET-1", "lot": "L1", "reason": "tested"}
    assert plant.act("P-SUP", path, **good).status_code == 403
    assert plant.act("P-QA", path, **(good | {"reason": " "})).status_code == 400
    assert plant.act("P-QA", path, **good).status_code == 404, "it does not reach L1"
    with closing(plant.station()) as station:
        made(plant, station)
    assert plant.act("P-QA", path, **good).status_code == 200
    assert not plant.parts.catalogue.held("SET-1", "L1")


def test_the_farther_reaching_of_two_rules_counts() -> None:
    near, far = (HoldRule(event="late-use", downstream=each) for each in (False, True))
    assert called_for([near, far], "late-use") is far
    assert called_for([near], "lot-suspect") is None


def test_the_page_says_who_placed_a_hold_and_when(plant: Plant) -> None:
    hold(plant)
    plant.parts.holds.by_server("SET-1", "L1", "found by the server")
    listed = {one["lot"]: one for one in plant.client("P-QA").get("/api/holds").json()}
    assert (listed["T1"]["person"], listed["L1"]["person"]) == ("P-OP", "")
    today = plant.clock.wall().isoformat()[:10]
    assert [one["placed_at"][:10] for one in listed.values()] == [today, today]
    name = plant.parts.directory.person("P-OP").name
    assert f"<b>{name}</b>" in plant.client("P-QA").get("/console/holds").text
