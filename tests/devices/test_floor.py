"""What a floor does to lines and instruments: babble, a wrong baud rate, swapped plugs, hanging
drivers, a value whose sign or unit changes. Bounded, seen within two seconds, never a value.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import cast

import pytest

from devices.clock import SystemClock
from devices.config import InstrumentConfig, Settling
from devices.decoder import Decoder
from devices.faults import DeviceFault
from devices.kinds import Gauge, InstrumentState, Meter, Reading
from devices.port import CHUNK, Line
from devices.registry import DRIVERS, Kind
from devices.rig import Rig
from devices.settle import Settler
from devices.sim.kits import KITS, Kit
from devices.sim.memory import MemoryWire
from devices.testing import Events, SetClock, fault_of
from forms.terms import Quantity

WITHIN_NS = 2_000_000_000
PIECE_MS = 20
"""Time in which a piece comes in: faster than any serial line."""
MOST_DRAINED = 65_536


class Babble:
    """A line on which bytes come for ever, asked or not."""

    def __init__(self, pattern: bytes, clock: SetClock) -> None:
        """``pattern``, again and again."""
        self._pattern, self._clock = itertools.cycle(pattern), clock

    def __call__(self, _url: str, _line: Line | None = None, /) -> Babble:
        """Its own wiring."""
        return self

    def open(self) -> None:
        """It is there."""

    def close(self) -> None:
        """It goes on."""

    def write(self, data: bytes) -> None:
        """Nobody listens."""

    def read(self) -> bytes:
        """The next piece."""
        self._clock.pass_ms(PIECE_MS)
        return bytes(itertools.islice(self._pattern, CHUNK))

    def drain(self) -> int:
        """As a port does: it gives up."""
        self._clock.pass_ms(PIECE_MS)
        raise DeviceFault("frame-too-long", f"{MOST_DRAINED} bytes and no end")


def misread(data: bytes, ratio: tuple[int, int]) -> bytes:
    """Bytes sent as 8N1, read at another baud rate: ``ratio`` of read to sent bits."""
    sent = [bit for byte in data for bit in (0, *((byte >> n) & 1 for n in range(8)), 1)]
    sent += [1] * 20
    read, wrote = ratio
    line = [sent[at * wrote // read] for at in range(len(sent) * read // wrote)]
    found, at = bytearray(), 0
    while at + 9 < len(line):
        if line[at]:
            at += 1
            continue
        found.append(sum(bit << n for n, bit in enumerate(line[at + 1 : at + 9])))
        at += 10
    return bytes(found)


def driver_on(kit: Kit, wire: object, clock: SetClock) -> Meter | Gauge:
    """The kit's driver with the patience that a station has by default."""
    patience = {} if kit.driver == "mitutoyo" else {"deadline_ms": 1500}
    make = cast("Callable[..., Meter | Gauge]", DRIVERS[kit.driver].load())
    return make(kit.config("", **patience), clock, wire)


def used(driver: Meter | Gauge, clock: SetClock) -> DeviceFault:
    """The fault that comes of using it; a value, or none for two seconds, ends the test."""
    start = clock.monotonic_ns()
    fault = fault_of(driver.open)
    while fault is None and clock.monotonic_ns() - start < WITHIN_NS:
        found: list[object] = []
        ask = getattr(driver, "read", None) or driver.poll  # type: ignore[union-attr]
        fault = fault_of(lambda ask=ask, found=found: found.append(ask()))  # type: ignore[misc]
        assert found in ([], [[]]), found
    assert clock.monotonic_ns() - start <= WITHIN_NS
    assert fault is not None
    return fault


PATTERNS = (b"\x00", b"\xff", b"9", b"\r", bytes(range(256)), b"U\xaa", b"ST,+", b"S S ")


@pytest.mark.covers("F57", "T21")
@pytest.mark.parametrize("kit", KITS.values(), ids=KITS)
def test_babble_is_a_fault_within_two_seconds_and_never_a_value(kit: Kit) -> None:
    for pattern in PATTERNS:
        clock = SetClock()
        driver = driver_on(kit, Babble(pattern, clock), clock)
        assert used(driver, clock).code


def wrong_rates(frame: bytes) -> Iterator[bytes]:
    """The frame as it arrives at half, double and other rates, and with a bit for parity."""
    for ratio in ((1, 2), (2, 1), (1, 4), (4, 1), (2, 3), (3, 2)):
        yield misread(frame, ratio)
    yield bytes(byte | 0x80 for byte in frame)


@pytest.mark.covers("F57")
@pytest.mark.parametrize(
    "kit", [kit for kit in KITS.values() if kit.serial], ids=lambda kit: kit.name or kit.driver
)
def test_a_wrong_baud_rate_or_parity_gives_no_value(kit: Kit) -> None:
    instrument = kit.make()
    instrument.show(kit.good)
    frame = instrument.value_frame() + instrument.ends
    assert misread(frame, (1, 1)) == frame
    for heard in wrong_rates(frame):
        if not heard:
            continue  # nothing at all arrives: silence, which is a state of its own
        clock = SetClock()
        used(driver_on(kit, Babble(heard, clock), clock), clock)


@pytest.mark.covers("F58", "F65")
@pytest.mark.parametrize(
    "kit",
    [kit for kit in KITS.values() if kit.names_itself],
    ids=lambda kit: kit.name or kit.driver,
)
def test_two_equal_instruments_that_changed_places_are_told_apart(kit: Kit) -> None:
    clock, first, second = SetClock(), kit.make(), kit.make()
    own = first.serial_number
    second.serial_number = own[:-1] + ("1" if own[-1] != "1" else "2")
    for one in (first, second):
        one.show(kit.good)
    wires = [MemoryWire(one, clock) for one in (first, second)]
    make = cast("Callable[..., Meter]", DRIVERS[kit.driver].load())
    drivers = [
        make(kit.config("", serial_number=one.serial_number), clock, wire)
        for one, wire in zip((first, second), wires, strict=True)
    ]
    for driver, one in zip(drivers, (first, second), strict=True):
        assert driver.open() == one.serial_number
        driver.close()
    wires[0].instrument, wires[1].instrument = second, first
    for driver in drivers:
        fault = fault_of(driver.open)
        assert fault is not None
        assert fault.code == "wrong-instrument"


def readings(values: list[str], unit: str = "g") -> list[Reading]:
    """Stable readings, five a second."""
    return [
        Reading(
            name="b", quantity=Quantity(value=Decimal(value), unit=unit), state="stable",
            raw=value.encode(), taken_at_ns=at * 200_000_000,
        )
        for at, value in enumerate(values)
    ]  # fmt: skip


@pytest.mark.covers("F59")
@pytest.mark.parametrize(
    "values",
    [
        ["1.000", "1.000", "-1.000", "1.000", "1.000"],
        ["0.000", "0.004", "0.008", "0.012", "0.016"],
        ["1.000", "1.000", "1.000", "1.000"],
    ],
    ids=["sign flip", "zero drift", "too few"],
)
def test_a_sign_that_flips_and_a_nought_that_drifts_do_not_settle(values: list[str]) -> None:
    settler = Settler(Settling(count=5, spread=Decimal("0.1"), drift=Decimal("0.01")))
    assert not [one for one in map(settler.feed, readings(values)) if one.settled]


@pytest.mark.covers("F59")
def test_a_unit_that_is_switched_does_not_settle() -> None:
    settler = Settler(Settling(count=5))
    for one in (*readings(["1.000"] * 4), *readings(["1.000"], unit="mg")):
        assert not settler.feed(one).settled


class Hanging:
    """A driver that hangs in somebody else's code until it is let go."""

    free = threading.Event()
    hangs = threading.Event()

    def __init__(self, config: InstrumentConfig, clock: object, *_: object) -> None:
        """Nothing is needed."""

    def open(self) -> str:
        """There."""
        return ""

    def close(self) -> None:
        """Gone."""

    def poll(self) -> list[object]:
        """Hang, where it is told to; nothing was scanned."""
        self.free.wait(20 if self.hangs.is_set() else 0.02)
        return []


@pytest.mark.covers("F61")
def test_a_driver_that_hangs_is_seen_until_it_goes_on(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Kind, "load", lambda _: Hanging)
    monkeypatch.setitem(DRIVERS, "hanging", Kind("hanging", "Hanging", "listening"))
    Hanging.free, Hanging.hangs = threading.Event(), threading.Event()
    config = InstrumentConfig(
        name="camera", equipment_class="camera", asset="C", driver="hanging", url="x"
    )
    events = Events()
    rig = Rig((config,), events, SystemClock(), decoder)
    rig.start()

    def light(state: str) -> InstrumentState:
        event = events.wait(lambda e: isinstance(e, InstrumentState) and e.state == state, 8)
        assert isinstance(event, InstrumentState)
        return event

    try:
        light("ready")
        events.clear()
        Hanging.hangs.set()
        assert light("silent").code == "no-answer"
        events.clear()
        Hanging.hangs.clear()
        Hanging.free.set()
        light("ready")
    finally:
        Hanging.free.set()
        rig.stop()


@pytest.mark.covers("F58")
@pytest.mark.parametrize(
    "kit", [kit for kit in KITS.values() if kit.pushes], ids=lambda kit: kit.name or kit.driver
)
def test_unplugged_in_the_middle_of_a_frame_its_end_is_never_joined_to_another(kit: Kit) -> None:
    clock, instrument = SetClock(), kit.make()
    instrument.show(kit.good)
    frame = instrument.value_frame() + instrument.ends
    wire = MemoryWire(instrument, clock)
    driver = cast("Gauge", driver_on(kit, wire, clock))
    driver.open()
    wire.put(frame[: len(frame) // 2])
    assert driver.poll() == []
    wire.plugged = False
    fault = fault_of(driver.poll)
    assert fault is not None
    assert fault.code == "unplugged"
    driver.close()
    wire.plugged = True
    driver.open()
    wire.put(frame[len(frame) // 2 :])
    found: list[Reading] = []
    fault_of(lambda: found.extend(driver.poll()))
    assert found == []
