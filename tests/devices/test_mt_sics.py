"""The balance driver on a real pseudo-terminal: no wrong value from any of the corpora's bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.clock import SystemClock
from devices.drivers.mt_sics import MtSics, Sics
from devices.faults import DeviceFault
from devices.kinds import Reading
from devices.sim.scripted import Scripted
from devices.testing import fault_of
from devices.values import Value
from forms.terms import Quantity
from tests.devices.conftest import one

I4 = b'I4 A "B724518366"\r\n'
SETTINGS = {"deadline_ms": 250}

Make = Callable[..., tuple[MtSics, Scripted]]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A driver and the instrument it talks to."""
    made: list[tuple[MtSics, Scripted]] = []

    def build(answer: bytes, **options: object) -> tuple[MtSics, Scripted]:
        script = Scripted(tmp_path / f"balance{len(made)}", {b"I4\r\n": I4, b"SI\r\n": answer})
        config = one("balance", "mt_sics", script.line.link, **(SETTINGS | options))
        made.append((MtSics(config, SystemClock()), script))
        return made[-1]

    yield build
    for driver, script in made:
        driver.close()
        script.line.close()


def weight(frame: bytes) -> Value:
    """The weight in a frame; what is no weight is a fault."""
    found = Sics().value(frame)
    if found is None:
        raise DeviceFault("wrong-answer", raw=frame)
    return found


def read(driver: MtSics) -> Reading | str:
    """A reading or the code of the fault."""
    got: list[Reading] = []
    fault = fault_of(lambda: got.append(driver.read()))
    return got[0] if fault is None else fault.code


def serial_cases(shared: Path) -> list[dict[str, str]]:
    """The corpus of hostile serial bytes."""
    lines = (shared / "corpora/trust/device/serial.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


GOOD = {
    "halves": "12.345",
    "burst": "12.345",
    "bel": "12.345",
    "echo": "12.345",
    "leadzero": "12.345",
    "negzero": "0.000",
}


@pytest.mark.covers("F56", "F57", "F59", "T21")
def test_no_wrong_value_from_the_serial_corpus(shared: Path, make: Make) -> None:
    cases = serial_cases(shared)
    assert len(cases) > 20
    for case in cases:
        driver, script = make(base64.b64decode(case["bytes_b64"]))
        driver.open()
        if case["id"] == "stale":
            script.line.send(script.answers.pop(b"SI\r\n"))
        reading = read(driver)
        value = reading.quantity if isinstance(reading, Reading) else None
        wanted = GOOD.get(case["id"])
        expected = Quantity(value=Decimal(wanted), unit="g") if wanted else None
        assert value == expected, (case["id"], reading)


@pytest.mark.covers("F59", "F65")
def test_vectors_of_the_manual(shared: Path) -> None:
    data = json.loads((shared / "corpora/codes/vectors/scale_mt_sics.json").read_text())
    states = {"busy": "error", "underload": "underload"}
    for vector in data["vectors"]:
        frame = vector["rx"].encode().removesuffix(b"\r\n")
        fault = fault_of(partial(weight, frame))
        if vector["tx"] != "S\r\n" or vector["expect"]["status"] == "transmission_error":
            assert fault is not None, vector
            continue
        found = weight(frame)
        assert found.quantity is None
        assert found.state == states.get(vector["expect"]["status"], "error"), vector


@pytest.mark.covers("TC27")
def test_the_digits_are_the_balances_own() -> None:
    """12.340 g was resolved to a milligram: the last nought is part of the reading."""
    quantity = weight(b"S S     12.340 g").quantity
    assert quantity is not None
    assert str(quantity.value) == "12.340"


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"S +", "overload"),
        (b"S -", "underload"),
        (b"S I", "error"),
        (b"S D      1.000 g", "unstable"),
    ],
)
def test_states_are_told_apart(make: Make, answer: bytes, state: str) -> None:
    driver, _ = make(answer + b"\r\n")
    assert driver.open() == "B724518366"
    reading = read(driver)
    assert isinstance(reading, Reading)
    assert (reading.state, reading.raw) == (state, answer)


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("answer", "load"),
    [
        (b"TA A      0.000 g", "gross"),
        (b"TA A     10.500 g", "net"),
        (b"TA I", ""),
        (b"ES", ""),
        (b"", ""),
    ],
)
def test_whether_a_tare_is_taken_off_is_asked(make: Make, answer: bytes, load: str) -> None:
    driver, script = make(b"S S      1.000 g\r\n")
    script.answers[b"TA\r\n"] = answer + b"\r\n" if answer else b""
    driver.open()
    for _ in range(2):
        reading = read(driver)
        assert isinstance(reading, Reading)
        assert (reading.quantity, reading.load) == (
            Quantity(value=Decimal("1.000"), unit="g"),
            load,
        )


@pytest.mark.covers("F58", "F65", "P11-10h")
def test_another_balance_on_the_line_is_refused(make: Make) -> None:
    driver, _ = make(b"S S      1.000 g\r\n", serial_number="OTHER")
    fault = fault_of(driver.open)
    assert fault is not None
    assert fault.code == "wrong-instrument"
    assert read(driver) == "wrong-instrument"


@pytest.mark.covers("F65")
def test_an_answer_to_something_else_is_refused(make: Make) -> None:
    driver, _ = make(b"TI A 1.234 g\r\n")
    driver.open()
    assert read(driver) == "wrong-answer"


@pytest.mark.covers("F59")
def test_a_late_answer_is_never_taken_for_the_next_request(make: Make) -> None:
    driver, script = make(b"")
    driver.open()
    assert read(driver) == "no-answer"
    script.answers[b"I4\r\n"] = b"S S     99.000 g\r\n" + I4
    script.answers[b"SI\r\n"] = b"S S      2.000 g\r\n"
    reading = read(driver)
    assert isinstance(reading, Reading)
    assert reading.quantity == Quantity(value=Decimal("2.000"), unit="g")


def test_zero_and_tare(make: Make) -> None:
    driver, script = make(b"")
    script.answers |= {b"Z\r\n": b"Z A\r\n", b"T\r\n": b"T S      1.000 g\r\n"}
    driver.open()
    driver.zero()
    driver.tare()
    script.answers |= {b"Z\r\n": b"Z I\r\n", b"T\r\n": b"ES\r\n"}
    faults = [fault_of(driver.zero), fault_of(driver.tare)]
    assert [fault and fault.code for fault in faults] == ["busy", "refused"]


@given(st.binary(max_size=60))
def test_random_bytes_are_never_a_weight(noise: bytes) -> None:
    fault = fault_of(lambda: weight(noise))
    assert fault is not None or noise[:1] < b" " or noise.startswith(b"S ")


@given(st.integers(0, 15), st.binary(min_size=1, max_size=1))
def test_a_changed_byte_never_changes_the_digits_unseen(place: int, byte: bytes) -> None:
    """Without a checksum a digit can become a digit; nothing else may become a value."""
    good = b"S S     12.345 g"
    bad = good[:place] + byte + good[place + 1 :]
    got = [] if fault_of(lambda: weight(bad)) else [weight(bad)]
    plain = set(b"0123456789 -.SDI+gkmt") | set(range(0x41, 0x5B)) | set(range(0x61, 0x7B)) | {37}
    assert not got or byte[0] in plain or place == 0
