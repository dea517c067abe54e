"""One person at two stations at once raises one alarm; one after the other raises none."""

from __future__ import annotations

import pytest

from forms.entries import Context, SessionClosed
from tests.server.plant import Plant, Station


def alarms(plant: Plant) -> list[str]:
    rows = plant.parts.alarms.all()
    return [str(row["about"]) for row in rows if row["code"] == "person-at-two-stations"]


def leave(station: Station) -> None:
    context = Context(
        station=station.name, work_unit="WU-10", person=station.person, work_pack=station.sha256
    )
    station.append(SessionClosed(context=context, why="signed_out"))


@pytest.fixture
def pair(plant: Plant) -> tuple[Station, Station]:
    return plant.station("ST-01"), plant.station("ST-02")


@pytest.mark.covers("T03")
@pytest.mark.parametrize("late_first", [False, True])
def test_at_once_is_an_alarm_whichever_arrives_first(
    plant: Plant, pair: tuple[Station, Station], late_first: bool
) -> None:
    one, two = pair
    one.sign_in("P-OP")
    plant.clock.pass_(60)
    two.sign_in("P-OP")
    plant.clock.pass_(300)
    leave(one)
    leave(two)
    for station in (two, one) if late_first else (one, two):
        station.outbox.drain()
    assert alarms(plant) == ["P-OP"]
    leave(one)
    one.outbox.drain()
    assert alarms(plant) == ["P-OP"], "once for a session"
    one.close()
    two.close()


@pytest.mark.covers("T03")
def test_while_both_are_at_work_it_is_an_alarm_too(
    plant: Plant, pair: tuple[Station, Station]
) -> None:
    one, two = pair
    for station in pair:
        station.sign_in("P-OP")
        station.outbox.drain()
    assert alarms(plant) == [], "within a minute the clocks may differ"
    plant.clock.pass_(120)
    for station in pair:
        station.kit("JO-1" if station is one else "JO-2", "T1")
        station.outbox.drain()
    assert alarms(plant) == ["P-OP"]
    one.close()
    two.close()


@pytest.mark.covers("T03")
def test_one_after_the_other_and_two_people_are_no_alarm(
    plant: Plant, pair: tuple[Station, Station]
) -> None:
    one, two = pair
    one.sign_in("P-OP")
    plant.clock.pass_(600)
    leave(one)
    plant.clock.pass_(10)
    two.sign_in("P-OP")
    plant.clock.pass_(600)
    leave(two)
    two.outbox.drain()  # the first station is offline meanwhile
    one.outbox.drain()
    one.sign_in("P-SUP")
    plant.clock.pass_(600)
    leave(one)
    one.outbox.drain()
    assert alarms(plant) == []
    one.close()
    two.close()
