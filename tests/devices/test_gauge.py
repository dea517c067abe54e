"""The caliper driver: values as sent, errors and switched units never as values."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.drivers.mitutoyo import Mitutoyo, Options, value
from devices.kinds import Reading
from devices.sim.caliper import CaliperSim
from devices.testing import fault_of
from tests.devices.conftest import one


@pytest.mark.covers("F59")
def test_vectors(shared: Path) -> None:
    data = json.loads((shared / "corpora/codes/vectors/gauge_serial.json").read_text())
    for vector in data["vectors"]:
        frame = vector["rx"].encode().strip(b"\r\n")
        expect = vector["expect"]
        own = frame.startswith(b"01A")
        decimals = len(frame.partition(b".")[2])
        options = Options(unit=expect.get("unit", "mm"), decimals=(decimals,))
        if own:
            got = value(frame, options)
            assert got is not None
            assert (str(got.value), got.unit) == (expect["value"], expect["unit"])
        elif frame == b"911":
            assert value(frame, options) is None
        else:
            assert fault_of(partial(value, frame, options)) is not None


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"01A+000.1234", "unit-refused"),
        (b"01A+0000,123", "garbled"),
        (b"01A+000.12", "garbled"),
        (b"01B+0000.123", "garbled"),
        (b"01A+0000.12\xb3", "garbled"),
        ("01A+0000.12٣".encode(), "garbled"),
        (b"01A+0000.12301A+0000.123", "garbled"),
    ],
)
def test_what_is_not_a_value_is_a_fault(frame: bytes, code: str) -> None:
    fault = fault_of(lambda: value(frame, Options()))
    assert fault is not None
    assert fault.code == code


@pytest.mark.covers("F56", "F57")
def test_on_the_line(tmp_path: Path) -> None:
    sim = CaliperSim(tmp_path / "caliper")
    driver = Mitutoyo(one("caliper", "mitutoyo", sim.line.link), SystemClock())
    driver.open()
    try:
        sim.measure(Decimal("4.10"))
        sim.measure(Decimal("-0.02"))
        sim.fail()
        got: list[Reading] = []
        for _ in range(6):
            got += driver.poll()
        assert [str(each.quantity) for each in got] == ["4.10\u2009mm", "-0.02\u2009mm", "None"]
        assert [each.state for each in got] == ["stable", "stable", "error"]
        assert got[2].detail == "mitutoyo 911"
        sim.line.send(b"01A+0000")
        faults = [fault_of(driver.poll) for _ in range(14)]
        assert [fault.code for fault in faults if fault] == ["half-frame"]
        for _ in range(24):  # the silence that ends a broken frame
            assert driver.poll() == []
        sim.line.send(b"7" * 400 + b"\r")
        faults = [fault_of(driver.poll) for _ in range(4)]
        assert {fault.code for fault in faults if fault} <= {"frame-too-long", "garbled"}
        assert any(faults)
    finally:
        driver.close()
        sim.line.close()
