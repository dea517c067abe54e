"""Alarms by rules: raised once, ended by the fact or by a person's words, by an injected clock."""

from __future__ import annotations

from typing import Any

import pytest

from server.alarms.rules import RULES, world_of
from server.ingest.projector import dump
from server.quality.parameters import Parameters
from server.sayings_alarms import ALARMS
from server.words import Refusal
from tests.server.gauged import BAD, Bench, calibration, who, with_instruments
from tests.server.plant import BOTH, Plant
from tests.server.reads import rows_of, watched

HOUR, DAY = 3_600, 86_400


def judged(plant: Plant, *, opened: bool = True) -> dict[str, Any]:
    """Open alarms by code, after the rules were applied (twice: the second changes nothing)."""
    plant.parts.oversight.watch.judge()
    before = plant.parts.book.size
    plant.parts.oversight.watch.judge()
    assert plant.parts.book.size == before, "once is enough"
    return {row["code"]: row for row in plant.parts.alarms.all(only_open=opened)}


def test_every_rule_has_words_and_somebody_to_cure_it() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert ALARMS[rule.code].todo.zh_CN
        assert rule.who


@pytest.mark.covers("A11-D")
def test_a_silent_station_is_told_once_and_ends_by_itself(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    assert "station-silent" not in judged(plant)
    plant.clock.pass_(2 * HOUR)
    assert judged(plant)["station-silent"]["about"] == station.origin
    station.refresh()
    station.outbox.drain()
    assert "station-silent" not in judged(plant)
    ended = next(row for row in plant.parts.alarms.all() if row["code"] == "station-silent")
    assert (ended["closed_by"], bool(ended["closed_at"])) == ("", True)
    plant.clock.pass_(2 * HOUR)
    assert "station-silent" in judged(plant), "another silence is another alarm"


def test_what_a_person_closed_is_not_asked_again(plant: Plant) -> None:
    station = plant.station()
    plant.clock.pass_(2 * HOUR)
    alarm = judged(plant)["station-silent"]
    plant.parts.alarms.close(alarm["idx"], "being repaired", who(plant, "P-ADM"))
    plant.clock.pass_(5 * HOUR)
    assert "station-silent" not in judged(plant)
    station.close()


def test_records_that_are_claimed_and_not_here(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    head = plant.parts.store.newest("heads", origin=station.origin)
    contact = plant.parts.store.one("contacts", origin=station.origin)
    assert head is not None
    assert contact is not None
    plant.parts.store.put("contacts", contact | {"claimed": head["size"] + 5})
    found = judged(plant)["records-outstanding"]
    assert b'"count":5' in bytes(found["params"])
    plant.parts.oversight.parameters.ask(Parameters(completeness_percent=20), who(plant, "P-QA"))
    assert "records-outstanding" not in judged(plant)


@BOTH
@pytest.mark.covers("A11-D")
def test_alarms_that_were_closed_are_not_read_again(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.clock.pass_(2 * DAY)
    assert "backup-overdue" in judged(plant)
    told = watched(plant.parts.store, monkeypatch)

    def cost() -> tuple[int, int]:
        """Rows of alarms that a minute's look takes, and to list what is open."""
        told.clear()
        plant.parts.oversight.watch.judge()
        looked = rows_of(told, "alarms", "open_alarms")
        told.clear()
        plant.parts.alarms.all(only_open=True)
        return looked, rows_of(told, "alarms", "open_alarms")

    first, acting = cost(), who(plant, "P-QA")
    for number in range(12):
        index = plant.parts.book.alarm("entry-quarantined", f"x#{number}")
        plant.parts.alarms.close(index, "looked at", acting)
    assert cost() == first
    codes = [row["code"] for row in plant.parts.alarms.all(only_open=True)]
    assert codes == [row["code"] for row in plant.parts.alarms.all() if row["closed_by"] is None]
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("F64", "A11-7")
def test_calibrations_backups_drills_and_witnesses_that_are_late(plant: Plant) -> None:
    with_instruments(plant)
    assert judged(plant) == {}
    plant.clock.pass_(2 * DAY)
    codes = set(judged(plant))
    assert {"backup-overdue", "checkpoint-unwitnessed"} <= codes
    plant.parts.book.state("backup.made", {"size": 1, "root": ""})
    assert "backup-overdue" not in judged(plant)
    plant.clock.pass_(295 * DAY)
    found = judged(plant)
    assert {"calibration-due", "drill-overdue"} <= set(found)
    plant.clock.pass_(20 * DAY)
    found = judged(plant)
    assert "calibration-overdue" in found
    assert "calibration-due" not in found


@pytest.mark.covers("ISO-7.6")
def test_a_deviation_is_an_alarm_until_it_is_closed(plant: Plant) -> None:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.40")
    bench.send()
    plant.act("P-QA", "/api/assets/BAL-1/calibrations", **calibration("C-2", **BAD))
    assert "deviation-open" in judged(plant)
    (deviation,) = plant.parts.instruments.deviations.all()
    plant.parts.instruments.deviations.close(deviation.number, "none", who(plant, "P-QA"))
    assert "deviation-open" not in judged(plant)


@pytest.mark.covers("F60")
def test_a_lot_used_after_it_was_held(plant: Plant) -> None:
    station = plant.station()
    station.refresh()
    assert plant.act("P-QA", "/api/holds", item="TUB-1", lot="T1", reason="x").status_code == 201
    station.away = True  # its pack does not know
    station.sign_in("P-OP")
    station.kit("JO-1", "T1")
    station.outbox.drain()
    plant.parts.book.catch_up()
    alarm = judged(plant)["hold-touched"]
    assert alarm["about"] == "TUB-1/T1"
    with pytest.raises(Refusal, match="quality"):
        plant.parts.alarms.close(alarm["idx"], "x", who(plant, "P-ADM"))


@pytest.mark.covers("F60", "F54")
def test_only_what_was_made_after_the_hold_is_counted_whenever_it_arrives(plant: Plant) -> None:
    stations = [plant.station(), plant.station("ST-02")]
    for station in stations:
        station.refresh()
        station.sign_in("P-OP")
        station.outbox.drain()  # the clock is compared
    for station, before in zip(stations, (3, 1), strict=True):
        for _ in range(before):
            station.kit("JO-1", "T1")
    stations[0].outbox.drain()
    plant.clock.pass_(60)
    assert plant.act("P-QA", "/api/holds", item="TUB-1", lot="T1", reason="x").status_code == 201
    stations[1].outbox.drain()  # made before the hold, and here after it
    assert "hold-touched" not in judged(plant)
    plant.clock.pass_(60)
    for station, after in zip(stations, (1, 2), strict=True):
        station.away = True
        for _ in range(after):
            station.kit("JO-1", "T1")
        station.outbox.drain()
    plant.parts.book.catch_up()
    touched = next(rule for rule in RULES if rule.code == "hold-touched")
    world = world_of(plant.parts.store, plant.parts.clock())
    (found,) = touched.find(world)
    assert (found.about, found.count) == ("TUB-1/T1", 9), "three records with each use"
    assert judged(plant)["hold-touched"]["about"] == "TUB-1/T1"
    (late,) = plant.parts.late_uses.all()
    plant.parts.late_uses.close(late.number, "tested", who(plant, "P-QA"))
    assert not list(touched.find(world)), "concluded"


@pytest.mark.covers("A11-9")
def test_only_quality_sets_parameters_and_none_switches_anything_off(plant: Plant) -> None:
    parameters = plant.parts.oversight.parameters
    assert parameters.now() == Parameters()
    with pytest.raises(Refusal):
        parameters.ask(Parameters(), who(plant, "P-ADM"))
    parameters.ask(Parameters(backup_hours=4), who(plant, "P-QA"))
    assert parameters.now().backup_hours == 4
    row = plant.parts.store.newest("trail", kind="site.parameters")
    assert row is not None
    assert row["subject"] == "site"
