"""The oracle has teeth: a plant that really loses, doubles or boasts is found out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import verdict
from tests.simulation.founding import scratch
from tests.simulation.plant import Plant
from tests.simulation.world import HOUR, MINUTE

SEED = 3


@pytest.fixture
def plant() -> Iterator[Plant]:
    """A quiet plant at work: no faults but those a test makes."""
    with scratch() as root:
        made = Plant(SEED, Path(root))
        made.troubles.on = False
        for number, machine in enumerate(made.machines):
            machine.on()
            made.man(machine, number)
        yield made
        made.close()


def judged(plant: Plant) -> str:
    plant.heal()
    plant.drain()
    verdict.judge(plant)
    return "\n".join(plant.oracle.violations)


def test_a_quiet_day_is_clean(plant: Plant) -> None:
    plant.world.pass_(3 * HOUR)
    assert judged(plant) == ""
    assert plant.oracle.checks > 100


@pytest.mark.covers("F41")
def test_a_server_that_forgets_is_found_out(plant: Plant) -> None:
    """Put back to an older copy, though nobody said so."""
    image = plant.site.image()
    plant.world.pass_(3 * HOUR)
    plant.site.restore(image)
    assert "takes back" in judged(plant)


@pytest.mark.covers("T08")
def test_a_cloned_station_is_found_out(plant: Plant) -> None:
    plant.world.pass_(HOUR)
    original = plant.machines[0]
    plant.add_clone(original, original.image(), original.saved)
    plant.tampering.kind = None
    plant.world.pass_(3 * HOUR)
    assert "gives up without a reason: station-copied" in judged(plant)


@pytest.mark.covers("A26")
def test_a_station_put_back_is_found_out(plant: Plant) -> None:
    machine = plant.machines[0]
    image = machine.image()
    plant.world.pass_(3 * HOUR)
    machine.put_back(image)
    plant.world.pass_(HOUR)
    assert "gives up without a reason: journal-" in judged(plant)


def test_a_changed_record_is_found_out(plant: Plant) -> None:
    plant.world.pass_(2 * HOUR)
    ledger = plant.oracle.ledgers[plant.oracle.branch(plant.machines[1])]
    ledger.refs[max(ledger.refs)] = "0" * 64
    ledger.saved += 1
    assert "was shown as 0000" in judged(plant)


def test_a_boast_is_found_out(plant: Plant) -> None:
    """A station that claims more than the server has."""
    plant.world.pass_(HOUR)
    machine = plant.machines[0]
    assert machine.capture is not None
    machine.capture.faulted("balance", "port-gone", "")
    state = machine.capture.journal._state
    state.sent = state.accepted = state.range.size
    plant.site.stop()
    plant.oracle.looked(machine)
    assert not plant.oracle.violations, "nobody knows while the server is down"
    plant.site.start()
    plant.oracle.looked(machine)
    assert "accepted, the server has" in "\n".join(plant.oracle.violations)


def test_what_never_drains_is_found_out(plant: Plant) -> None:
    plant.world.pass_(20 * MINUTE)
    machine = plant.machines[2]
    machine.off()
    verdict.judge(plant)
    assert f"{machine.name} did not drain" in "\n".join(plant.oracle.violations)
