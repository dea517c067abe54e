"""OPC UA against asyncua's own server: each quality is a state of its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

import pytest

from devices.clock import SystemClock
from devices.config import InstrumentConfig
from devices.decoder import Decoder
from devices.drivers.opc_ua import OpcUa
from devices.kinds import InstrumentState, Reading
from devices.rig import Rig
from devices.sim.opc_ua import SERIAL, UNIT, WEIGHT, Mode, OpcUaSim
from devices.testing import Events, fault_of
from tests.devices.conftest import one

OPTIONS = {"node": WEIGHT, "unit": "g", "decimals": 3, "identity_node": SERIAL}


@pytest.fixture(scope="module")
def server() -> Iterator[OpcUaSim]:
    """One server for all."""
    sim = OpcUaSim()
    yield sim
    sim.close()


def config(server: OpcUaSim, **more: object) -> InstrumentConfig:
    """A configuration for it."""
    units = {"unit_node": UNIT, "unit_answer": "g"}
    return one("balance", "opc_ua", server.url, **{**OPTIONS, **units, **more})


@pytest.mark.covers("F59", "F65")
@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("normal", "stable"),
        ("unstable", "unstable"),
        ("overload", "overload"),
        ("error", "error"),
        ("old", "frozen"),
        ("standby", "standby"),
        ("silent", "no-answer"),
        ("unit", "unit-refused"),
    ],
)
def test_each_quality_is_a_state_of_its_own(server: OpcUaSim, mode: str, state: str) -> None:
    server.show(Decimal("12.345"))
    driver = OpcUa(config(server), SystemClock())
    assert driver.open() == "UA-7"
    server.show(Decimal("12.345"), cast("Mode", mode))
    got: list[Reading] = []
    fault = fault_of(lambda: got.append(driver.read()))
    assert (fault.code if fault else got[0].state) == state
    valued = state in ("stable", "unstable", "frozen")
    assert fault or (got[0].quantity is not None) == valued
    assert not valued or str(got[0].quantity) == "12.345\u2009g"
    server.show(Decimal("-1.5"))
    assert str(driver.read().quantity) == "-1.500\u2009g"
    driver.close()
    driver.close()


@pytest.mark.covers("F58", "F65")
def test_another_instrument_is_refused(server: OpcUaSim) -> None:
    server.show(Decimal(1), serial_number="UA-8")
    driver = OpcUa(config(server, serial_number="UA-7"), SystemClock())
    for action in (driver.open, driver.read):
        fault = fault_of(action)
        assert fault is not None
        assert fault.code in ("wrong-instrument", "absent")
    driver.close()


@pytest.mark.covers("F58")
def test_it_goes_and_comes_back(server: OpcUaSim, decoder: Decoder) -> None:
    events, clock = Events(), SystemClock()
    server.show(Decimal("12.345"))
    rig = Rig((config(server, most_age_ms=0),), events, clock, decoder)
    rig.start()
    try:
        events.wait(lambda e: isinstance(e, Reading) and e.settled)
        start = clock.monotonic_ns()
        server.unplug()
        events.wait(lambda e: isinstance(e, InstrumentState) and e.state in ("absent", "silent"), 6)
        assert clock.monotonic_ns() - start < 2_000_000_000
        events.clear()
        back = clock.monotonic_ns()
        server.plug()
        events.wait(lambda e: isinstance(e, Reading))
        assert clock.monotonic_ns() - back < 5_000_000_000
    finally:
        rig.stop()
