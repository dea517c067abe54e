"""The balances' own grammars: vectors, zero and tare, words of their errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.config import InstrumentConfig
from devices.drivers.a_and_d import AAndDDialect
from devices.drivers.continuous import value as continuous
from devices.drivers.sbi import SbiDialect
from devices.faults import DeviceFault
from devices.kinds import Balance, Reading
from devices.own_errors import families, words
from devices.registry import DRIVERS
from devices.sim.instrument import Instrument
from devices.sim.kits import KITS
from devices.sim.memory import MemoryWire
from devices.testing import SetClock, fault_of
from devices.values import Value, number, reading
from forms.terms import Quantity

WEIGHING = sorted(name for name, kit in KITS.items() if DRIVERS[kit.driver].role == "weighing")
NOT_THE_MANUALS = {"+123.45678 mg  ", " 0.0   ", "\x02  1.250\x03"}
"""Vectors that another driver's tests made up: fields of other widths than the manual's, or no
unit at all. They are refused, not guessed at."""


def read_by(value: Callable[[bytes], Value | None], frame: bytes) -> Value | str:
    """A value, or the fault's code."""
    got: list[Value | None] = []
    fault = fault_of(lambda: got.append(value(frame)))
    found = fault.code if fault else got[0]
    assert found is not None
    return found


def vectors(shared: Path, name: str) -> list[dict[str, object]]:
    """A table of the corpus."""
    data = json.loads((shared / f"corpora/codes/vectors/{name}.json").read_text())
    return cast("list[dict[str, object]]", data["vectors"])


@pytest.mark.covers("F59")
@pytest.mark.parametrize("name", ["scale_and", "scale_sartorius_sbi", "scale_continuous"])
def test_every_vector_is_read_exactly_or_refused_with_the_reason(shared: Path, name: str) -> None:
    readers = {"scale_sartorius_sbi": SbiDialect().value, "scale_continuous": continuous}
    for vector in vectors(shared, name):
        text, expect = str(vector["rx"]), cast("dict[str, object]", vector["expect"])
        frame = text.removesuffix("\r\n").encode()
        width = 10 if text.startswith(("ST,+00012", "US,-00000.")) else 8
        read = readers.get(name, AAndDDialect("SN", width).value)
        if not frame:
            continue  # no reply: the contract's standby and no-answer
        found = read_by(read, frame)
        if text.removesuffix("\r\n") in NOT_THE_MANUALS:
            assert found == "garbled", vector
            continue
        assert isinstance(found, Value), (vector, found)
        if expect["value"] is None:
            assert found.quantity is None, vector
            assert found.state in ("overload", "error"), vector
            continue
        assert found.quantity is not None, vector
        assert str(found.quantity.value) == str(expect["value"]).removeprefix("+"), vector
        assert (found.quantity.unit, found.state == "stable") == (expect["unit"], expect["stable"])
        assert found.load == expect.get("mode", ""), vector


def working(name: str) -> tuple[Balance, Instrument]:
    """A driver on its simulator."""
    clock, instrument = SetClock(), KITS[name].make()
    instrument.show(KITS[name].good)
    make = cast("Callable[..., Balance]", DRIVERS[name].load())
    driver = make(KITS[name].config(), clock, MemoryWire(instrument, clock))
    driver.open()
    return driver, instrument


@pytest.mark.covers("F59")
@pytest.mark.parametrize("name", WEIGHING)
def test_zero_and_tare_are_done_or_refused(name: str) -> None:
    for act in ("zero", "tare"):
        driver, instrument = working(name)
        getattr(driver, act)()
        assert instrument.shown()[0] == 0
        assert read(driver).quantity is not None
        instrument.show(KITS[name].good * 2)
        instrument.mode = "unstable"
        fault = fault_of(getattr(driver, act))
        assert fault is None or fault.code == "busy", fault
        assert fault is not None or name == "mt_sics"  # its manual lets it wait for stability
        instrument.mode = "absent"
        assert fault_of(getattr(driver, act)) is not None


def read(driver: Balance) -> Reading:
    """A reading."""
    return driver.read()


@pytest.mark.covers("F59")
def test_a_sleeping_a_and_d_is_never_woken_from_here() -> None:
    """``ON`` clears zero and tare: the corpus shows a net 1.8916 g become a gross 68.7857 g."""
    driver, instrument = working("a_and_d")
    driver.tare()
    instrument.mode = "standby"
    for action in (driver.read, driver.zero, driver.tare, driver.read):
        assert fault_of(action) is not None
    driver.close()
    driver.open()
    assert instrument.tared == KITS["a_and_d"].good
    assert b"ON" not in instrument.requests
    assert b"ON" not in {request[-2:] for request in instrument.requests}


@pytest.mark.covers("F59")
def test_gross_and_net_are_carried_where_the_frame_says() -> None:
    driver, instrument = working("sbi")
    assert read(driver).load == "gross"
    instrument.tared = Decimal("1.000")
    assert read(driver).load == "net"
    found = read_by(SbiDialect().value, b"+  123.45[6] g  ")
    assert isinstance(found, Value)
    assert (str(found.quantity), found.detail) == ("123.456\u2009g", "unverified digit")


@pytest.mark.parametrize(
    ("value", "frame", "code"),
    [
        (AAndDDialect("SN", 8).value, b"ST,+11.5483  g", "garbled"),
        (AAndDDialect("SN", 8).value, b"ST,+0115.5483  g", "garbled"),
        (AAndDDialect("SN", 8).value, b"ST,+011,5483  g", "garbled"),
        (AAndDDialect("SN", 8).value, b"ST,+011.5483 ?g", "garbled"),
        (AAndDDialect("SN", 8).value, b"ST,+011.5483 xx", "unit-refused"),
        (SbiDialect().value, b"G     +   2.345 g  ", "garbled"),
        (SbiDialect().value, b"X     +   12.345 g  ", "garbled"),
        (SbiDialect().value, b"Stat        OFF     ", "standby"),
        (SbiDialect().value, b"+        . g  ", "garbled"),
        (continuous, b"ST,GS,+  1.240", "garbled"),
        (continuous, b"ST,GS,+  1 240kg", "garbled"),
        (continuous, b"S\xd4,GS,+  1.240kg", "garbled"),
    ],
)
@pytest.mark.covers("F56", "F57", "F59")
def test_what_is_no_value_is_a_fault(
    value: Callable[[bytes], Value | None], frame: bytes, code: str
) -> None:
    assert read_by(value, frame) == code


@given(st.binary(max_size=40))
@pytest.mark.covers("F57", "T21")
def test_no_noise_is_an_amount(noise: bytes) -> None:
    for value in (AAndDDialect("SN", 8).value, SbiDialect().value, continuous):
        got: list[Value | None] = []
        fault = fault_of(partial(_keep, got, value, noise))
        found = got[0] if got else None
        assert isinstance(fault, DeviceFault) or found is None or found.quantity is None


def _keep(got: list[Value | None], value: Callable[[bytes], Value | None], frame: bytes) -> None:
    got.append(value(frame))


@pytest.mark.parametrize(
    "text", ["1_2", "nan", "\uff11\uff12", "1,2", "", "+", "1.", ".5", "1e3", "--1"]
)
def test_numbers_are_plain_digits(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        number(text.encode())


def test_every_own_error_has_words_in_both_languages() -> None:
    for family, codes in families().items():
        for code, text in codes.items():
            assert words(f"{family} {code}") == text
            assert text.en.endswith(".")
            assert text.zh_CN.endswith("。")
    assert "E99" in words("and E99").en
    assert "E99" in words("and E99").zh_CN
    assert "odd" in words("odd").en


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    ("digits", "code"), [("1E-20", ""), ("1E-21", "garbled"), ("9E+29", ""), ("1E+30", "garbled")]
)
def test_a_value_with_more_digits_than_a_record_holds_is_a_fault(digits: str, code: str) -> None:
    config = InstrumentConfig(
        name="x", equipment_class="balance", driver="mt_sics", asset="B", url="usb://1:2/3"
    )
    found = Value(Quantity(value=Decimal(digits), unit="g"), "stable")
    fault = fault_of(lambda: reading(config, SetClock(), found, b"x", 0))
    assert (fault.code if fault else "") == code
