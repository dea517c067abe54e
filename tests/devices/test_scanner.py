"""The scanner driver: one code a shot, GS kept, prefixes split, double fire seen as one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.clock import SystemClock
from devices.drivers.scanner_serial import Scanner
from devices.kinds import CodeRead
from devices.sim.scanner import ScannerSim
from devices.testing import fault_of
from tests.devices.conftest import RAW, one


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
def test_the_scan_corpus(shared: Path, sim: ScannerSim) -> None:
    lines = (shared / "corpora/trust/device/scan.jsonl").read_text().splitlines()
    expected = {"ctrl-all": 0, "esc": 0, "enter-mid": 0, "twice": 1, "twocodes": 0, "ghost": 0}
    for case in map(json.loads, lines):
        driver = make(sim)
        data = base64.b64decode(case["utf8_b64"])
        sim.line.send(data if data.endswith(b"\r") else data + b"\r")
        codes, _ = collect(driver)
        assert len(codes) == expected.get(case["id"], 1), case["id"]
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
    assert [code.raw for code in codes] == [b"LOT-1", b"PN-7"]
    assert faults == []
    driver.close()


@pytest.mark.covers("F60")
def test_double_fire_is_one_scan_and_a_later_one_is_another(sim: ScannerSim) -> None:
    driver = make(sim)
    sim.scan(b"A", times=2)
    assert len(collect(driver)[0]) == 1
    sim.scan(b"A")
    assert collect(driver)[0] == []
    collect(driver, 8)
    sim.scan(b"A")
    assert len(collect(driver)[0]) == 1
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
