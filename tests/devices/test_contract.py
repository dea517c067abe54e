"""One contract for every driver that is asked for values: each trouble is a state of its own,
no trouble gives a wrong value, and after it the next value is right.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from devices.clock import SystemClock
from devices.decoder import Decoder
from devices.faults import DeviceFault
from devices.kinds import Faulted, Gauge, InstrumentState, Meter, Reading
from devices.registry import DRIVERS
from devices.rig import Rig
from devices.sim.instrument import Flaw, Instrument, Mode
from devices.sim.kits import KITS, TROUBLES, Kit
from devices.sim.memory import MemoryWire
from devices.sim.plugs import OnPty, OnTcp
from devices.sim.pressed import Pressed
from devices.testing import Events, SetClock, fault_of

FLAWS = ("half", "glued", "twice", "garbage", "endless", "late")
ALL = pytest.mark.parametrize("kit", KITS.values(), ids=KITS)


class Bench:
    """A driver on its simulator, in set time."""

    def __init__(self, kit: Kit, chunk: int = 1024, **options: object) -> None:
        """Connected and open, with the good value on."""
        self.kit = kit
        self.clock = SetClock()
        self.instrument: Instrument = kit.make()
        self.instrument.show(kit.good)
        self.wire = MemoryWire(self.instrument, self.clock, chunk)
        make = cast("Callable[..., Meter | Gauge]", DRIVERS[kit.driver].load())
        self.driver = make(kit.config("", **options), self.clock, self.wire)

    def opened(self) -> Bench:
        """Opened."""
        self.driver.open()
        self.read()
        return self

    def read(self) -> Reading | DeviceFault:
        """A reading, or the fault; a wrong value ends the test."""
        got: list[Reading] = []
        value = self.instrument.shown()[0]
        fault = fault_of(lambda: got.append(self._next()))
        if fault is not None:
            return fault
        quantity = got[0].quantity
        if quantity is not None:
            said = (quantity.value, quantity.unit)
            assert said == (value, self.kit.unit), got[0]
        return got[0]

    def _next(self) -> Reading:
        """Ask; or press, and wait for what comes by itself."""
        if not self.kit.pushes:
            return cast("Meter", self.driver).read()
        self.clock.pass_ms(400)  # nobody presses faster
        cast("Pressed", self.instrument).press()
        for _ in range(200):
            if found := cast("Gauge", self.driver).poll():
                return found[0]
        raise DeviceFault("no-answer")

    def outcome(self) -> str:
        """The state of a reading or the code of the fault."""
        found = self.read()
        return found.state if isinstance(found, Reading) else found.code

    def recovers(self) -> bool:
        """Whether a right stable value comes within three tries, opening anew if it must."""
        for _ in range(3):
            if self.outcome() == "stable":
                return True
            fault_of(self.driver.open)
        return False


@ALL
@pytest.mark.covers("F59")
def test_a_good_value_has_the_instruments_own_digits(kit: Kit) -> None:
    bench = Bench(kit).opened()
    reading = bench.read()
    assert isinstance(reading, Reading)
    assert reading.quantity is not None
    assert str(reading.quantity.value) == str(kit.good)
    assert (reading.state, reading.instrument, reading.name) == ("stable", "A-1", "it")
    assert reading.raw
    assert reading.taken_at_ns <= bench.clock.monotonic_ns()


@pytest.mark.parametrize(
    ("kit", "trouble"),
    [(kit, each) for kit in KITS.values() for each in TROUBLES if kit.expected(each)],
    ids=lambda each: each if isinstance(each, str) else each.name or each.driver,
)
@pytest.mark.covers("F56", "F57", "F59", "F65")
def test_each_trouble_is_a_state_of_its_own_and_passes(kit: Kit, trouble: str) -> None:
    bench = Bench(kit).opened()
    if trouble in FLAWS:
        bench.instrument.flaw = cast("Flaw", trouble)
        bench.instrument.strikes = 2 if bench.instrument.streams else 1
    else:
        bench.instrument.mode = cast("Mode", trouble)
    assert bench.outcome() == kit.expected(trouble)
    bench.instrument.mode, bench.instrument.flaw = "normal", ""
    bench.instrument.show(kit.good + Decimal(1))
    assert bench.recovers()


@ALL
@pytest.mark.covers("F56")
def test_one_byte_at_a_time_is_the_same_value(kit: Kit) -> None:
    assert Bench(kit, chunk=1).opened().outcome() == "stable"


@ALL
@pytest.mark.covers("F59", "F65")
def test_what_waited_before_the_question_is_never_the_answer(kit: Kit) -> None:
    bench = Bench(kit).opened()
    old = bench.instrument.value_frame() + bench.instrument.ends
    bench.instrument.show(kit.good + Decimal(2))
    for count in (1, 3):
        bench.wire.put(old * count)
        if kit.pushes:
            bench.driver.open()  # it is not asked; what waited when the line was opened is old
        assert bench.outcome() == "stable"


@pytest.mark.parametrize(
    "kit", [kit for kit in KITS.values() if not kit.pushes], ids=lambda kit: kit.name or kit.driver
)
@pytest.mark.covers("F59", "F65")
def test_a_late_answer_is_never_taken_for_the_next(kit: Kit) -> None:
    bench = Bench(kit).opened()
    for step in range(4):
        bench.instrument.flaw = "late"
        bench.outcome()
        bench.instrument.show(kit.good + Decimal(step))
        bench.outcome()
    assert bench.recovers()


@ALL
@pytest.mark.covers("F58", "F65")
def test_another_instrument_of_the_kind_is_refused(kit: Kit) -> None:
    bench = Bench(kit)
    if not kit.names_itself:
        assert bench.driver.open() == ""
        return
    bench = Bench(kit, serial_number=bench.instrument.serial_number)
    assert bench.driver.open() == bench.instrument.serial_number
    bench.instrument.serial_number = "7654321"
    bench.clock.pass_ms(2_000)
    assert "wrong-instrument" in [bench.outcome() for _ in range(3)]


@ALL
@pytest.mark.covers("F58")
def test_unplugged_is_a_fault_at_once(kit: Kit) -> None:
    bench = Bench(kit).opened()
    bench.wire.plugged = False
    assert bench.outcome() == "unplugged"
    bench.driver.close()
    assert bench.outcome() == "absent"
    assert fault_of(bench.driver.open) is not None
    bench.wire.plugged = True
    bench.driver.open()
    assert bench.recovers()


@ALL
@pytest.mark.covers("F58")
def test_on_a_real_line_it_goes_and_comes_back(kit: Kit, tmp_path: Path, decoder: Decoder) -> None:
    """Unplugged is seen within 2 s, replugged within 5 s, under another name of the port."""
    instrument = kit.make()
    instrument.show(kit.good)
    plug = OnPty(instrument, tmp_path / "tty") if kit.serial else OnTcp(instrument)
    events, clock = Events(), SystemClock()
    rig = Rig((kit.config(plug.url),), events, clock, decoder)
    rig.start()
    press = instrument.press if isinstance(instrument, Pressed) else lambda: None
    try:
        events.wait(lambda e: isinstance(e, InstrumentState) and e.state == "ready")
        press()
        events.wait(lambda e: isinstance(e, Reading) and e.state == "stable")
        events.clear()
        start = clock.monotonic_ns()
        plug.unplug()
        events.wait(lambda e: isinstance(e, InstrumentState) and e.state != "ready", 4)
        seen = clock.monotonic_ns()
        events.clear()
        plug.plug()
        back = clock.monotonic_ns()
        events.wait(lambda e: isinstance(e, InstrumentState) and e.state == "ready")
        press()
        events.wait(lambda e: isinstance(e, Reading) and e.state == "stable")
        assert seen - start < 2_000_000_000
        assert clock.monotonic_ns() - back < 5_000_000_000
        assert not any(isinstance(e, Faulted) and e.code == "bad-config" for e in events.all)
    finally:
        rig.stop()
        plug.close()
