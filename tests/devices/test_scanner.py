"""The scanner driver: one code a shot, GS kept, prefixes split, double fire seen as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.drivers.scanner_serial import Scanner
from devices.kinds import CodeRead
from devices.sim.scanner import ScannerSim
from devices.testing import fault_of
from tests.devices.conftest import RAW, one
from tests.devices.scan_cases import TRUE_LOT, cases, ended, lots


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[ScannerSim]:
    """A simulated scanner."""
    sim = ScannerSim(tmp_path / "scanner")
    yield sim
    sim.line.close()


def make(sim: ScannerSim, **options: object) -> Scanner:
    """A driver on that scanner, open."""
    driver = Scanner(one("scanner", "scanner_serial", sim.line.link, **options), SystemClock())
    driver.open()
    return driver


def collect(driver: Scanner, polls: int = 4) -> tuple[list[CodeRead], list[str]]:
    """Codes and fault codes of a few polls."""
    codes: list[CodeRead] = []
    faults: list[str] = []
    for _ in range(polls):
        fault = fault_of(lambda: codes.extend(driver.poll()))
        faults += [fault.code] if fault else []
    return codes, faults


@pytest.mark.covers("F60")
def test_a_code_with_its_separator_and_symbology(sim: ScannerSim) -> None:
    driver = make(sim)
    sim.scan(RAW, aim="]d2")
    codes, faults = collect(driver)
    assert faults == []
    assert [(code.raw, code.symbology, code.frame) for code in codes] == [
        (RAW, "]d2", b"]d2" + RAW)
    ]
    driver.close()


@pytest.mark.covers("F60", "T17")
def test_the_scan_corpus_over_a_pty(shared: Path, sim: ScannerSim) -> None:
    expected = {"ctrl-all": 0, "esc": 0, "enter-mid": 0, "twocodes": 0, "ghost": 0}
    for case in cases(shared):
        driver = make(sim)
        sim.line.send(ended(case.data))
        codes, _ = collect(driver)
        fired = [code for code in codes if not code.repeat]
        assert len(fired) == expected.get(case.id, 1), case.id
        assert set(lots(codes)) <= {TRUE_LOT}
        driver.close()


@pytest.mark.covers("F60")
def test_two_codes_in_one_shot_are_refused_or_split(sim: ScannerSim) -> None:
    driver = make(sim)
    sim.line.send(b"LOT-1\rLB:DO:sign\r")
    assert collect(driver) == ([], ["several-codes"])
    driver.close()
    driver = make(sim, burst="split")
    sim.line.send(b"LOT-1\r\nPN-7\r\nPN-7\r\n")
    codes, faults = collect(driver)
    assert [code.raw for code in codes if not code.repeat] == [b"LOT-1", b"PN-7"]
    assert faults == []
    driver.close()


@pytest.mark.covers("F60")
def test_double_fire_is_one_scan_and_a_later_one_is_another(sim: ScannerSim) -> None:
    driver = make(sim)
    sim.scan(b"A", times=2)
    assert [code.repeat for code in collect(driver)[0]] == [False, True]
    sim.scan(b"A")
    assert [code.repeat for code in collect(driver)[0]] == [True]
    collect(driver, 8)
    sim.scan(b"A")
    assert [code.repeat for code in collect(driver)[0]] == [False]
    driver.close()


@pytest.mark.covers("F60", "T19")
def test_a_changed_prefix_and_a_symbology_not_allowed_are_faults(sim: ScannerSim) -> None:
    driver = make(sim, aim="required", prefix="*", symbologies=["]d2"])
    for frame, code in (
        (b"]d2X", "scan-prefix"),
        (b"*X", "scan-prefix"),
        (b"*]Q3X", "scan-symbology"),
        (b"*]d2", "garbled"),
    ):
        sim.scan(frame)
        assert collect(driver, 5) == ([], [code])
    sim.scan(b"*]d2X")
    assert [each.raw for each in collect(driver)[0]] == [b"X"]
    driver.close()


@pytest.mark.covers("F57")
def test_floods_end_in_a_fault(sim: ScannerSim) -> None:
    driver = make(sim)
    sim.line.send(b"9" * 900)
    assert collect(driver, 2)[1] == ["frame-too-long"]
    driver.close()
