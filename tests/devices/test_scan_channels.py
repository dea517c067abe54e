"""The scan corpus through a serial line and a grabbed keyboard; and what keyboards do to codes."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable
from itertools import starmap
from pathlib import Path

import pytest
from evdev import InputEvent, ecodes
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.evdev_keys import EvdevKeys, Input, keyboards
from devices.drivers.scanner_evdev import Scanner as Grabbed
from devices.drivers.scanner_serial import Scanner as Serial
from devices.faults import FAULTS
from devices.keyboard import KeyEvent
from devices.kinds import CodeRead, Reader
from devices.layouts import LAYOUTS
from devices.port import Line
from devices.sim.typist import SimKeys, Typist, press
from devices.testing import SetClock, check_absent, fault_of
from devices.usb import only
from tests.devices.conftest import RAW, one
from tests.devices.scan_cases import cases, check


class Bytes:
    """A serial line fed by hand, ``chunk`` bytes at a time."""

    def __init__(self, chunk: int = 1024) -> None:
        self.waiting = b""
        self.chunk = chunk

    def __call__(self, _url: str, _line: Line | None = None, /) -> Bytes:
        return self

    def close(self) -> None:
        return

    def read(self) -> bytes:
        data, self.waiting = self.waiting[: self.chunk], self.waiting[self.chunk :]
        return data

    def drain(self) -> int:
        return len(self.read())

    def open(self) -> None:
        self.drain()

    def write(self, _data: bytes) -> None:
        raise AssertionError("nothing is sent to a scanner")


def collect(driver: Reader, clock: SetClock, polls: int) -> tuple[list[CodeRead], list[str]]:
    """Codes and fault codes of some polls, 50 ms apart once nothing comes."""
    codes: list[CodeRead] = []
    faults: list[str] = []
    for _ in range(polls):
        fault = fault_of(lambda: codes.extend(driver.poll()))
        faults += [fault.code] if fault else []
    for _ in range(12):
        clock.pass_ms(50)
        fault = fault_of(lambda: codes.extend(driver.poll()))
        faults += [fault.code] if fault else []
    return codes, faults


def by_serial(data: bytes, /, **options: object) -> tuple[list[CodeRead], list[str]]:
    """Over a line."""
    return over_line(data, 1024, options)


def byte_by_byte(data: bytes, /, **options: object) -> tuple[list[CodeRead], list[str]]:
    """Over a line that gives one byte a read."""
    return over_line(data, 1, options)


def over_line(
    data: bytes, chunk: int, options: dict[str, object]
) -> tuple[list[CodeRead], list[str]]:
    line, clock = Bytes(chunk), SetClock()
    driver = Serial(one("scanner", "scanner_serial", "", **options), clock, line)
    driver.open()
    line.waiting = data
    return collect(driver, clock, 3 + len(data) // chunk)


def by_keys(
    data: bytes | list[KeyEvent], /, typist: Typist | None = None, **options: object
) -> tuple[list[CodeRead], list[str]]:
    """Over a grabbed keyboard, key by key."""
    keys, clock = SimKeys(chunk=1), SetClock()
    driver = Grabbed(one("scanner", "scanner_evdev", "", **options), clock, lambda _: keys)
    driver.open()
    events = (typist or Typist()).keys(data) if isinstance(data, bytes) else data
    keys.put(events)
    return collect(driver, clock, 3 + len(events))


@pytest.mark.covers("F56", "F60", "T17")
def test_the_corpus_over_a_line_whole_and_byte_by_byte(shared: Path) -> None:
    for case in cases(shared):
        check(case, by_serial)
        check(case, byte_by_byte)


@pytest.mark.covers("F60", "F69", "T17")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_corpus_over_a_grabbed_keyboard(shared: Path, layout: str) -> None:
    typist = Typist(LAYOUTS[layout])
    for case in cases(shared):
        check(case, lambda data, /, **more: by_keys(data, typist, layout=layout, **more))


@pytest.mark.covers("F60")
@pytest.mark.parametrize("gs", ["ctrl", "alt", "F8", "<GS>", "{GS}", "^"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_separator_in_every_way_it_is_typed(layout: str, gs: str) -> None:
    known = [] if gs in ("ctrl", "alt") else [gs]
    typist = Typist(LAYOUTS[layout], gs=gs)
    codes, faults = by_keys(typist.scan(RAW, aim="]d2"), layout=layout, gs=known)
    assert [(code.raw, code.symbology, code.source) for code in codes] == [(RAW, "]d2", "scanner")]
    assert faults == []


@pytest.mark.covers("F60")
def test_a_key_nobody_configured_spoils_the_scan() -> None:
    assert by_keys(Typist(gs="F8").scan(RAW, aim="]d2")) == ([], ["scan-key"])
    lost = [*Typist().keys(b"]d2010"), KeyEvent(0, down=True), *Typist().keys(b"95\r")]
    assert by_keys(lost) == ([], ["scan-key"])


@pytest.mark.covers("F69")
@pytest.mark.parametrize(("typed", "read"), [(a, b) for a in LAYOUTS for b in LAYOUTS if a != b])
def test_another_layout_never_makes_another_code(typed: str, read: str) -> None:
    """The wrong layout is refused where it matters: without the right AIM nothing is sure."""
    codes, faults = by_keys(
        Typist(LAYOUTS[typed]).scan(RAW, aim="]d2"), layout=read, aim="required"
    )
    assert (faults, codes) == (["scan-prefix"], []) or [code.raw for code in codes] == [RAW]


@pytest.mark.covers("F69")
def test_a_scanner_that_uses_caps_lock_itself_is_understood() -> None:
    codes, faults = by_keys(Typist(capitals="caps").scan(b"LOTbook-1"))
    assert ([code.raw for code in codes], faults) == ([b"LOTbook-1"], [])


@pytest.mark.covers("F60", "F57")
def test_half_a_code_is_a_fault_and_what_comes_after_is_whole() -> None:
    keys, clock = SimKeys(), SetClock()
    driver = Grabbed(one("scanner", "scanner_evdev", ""), clock, lambda _: keys)
    driver.open()
    keys.put(Typist().keys(b"]d2010950"))
    assert collect(driver, clock, 2) == ([], ["half-frame"])
    keys.put(Typist().scan(RAW, aim="]d2"))
    codes, faults = collect(driver, clock, 2)
    assert ([code.raw for code in codes], faults) == ([RAW], [])
    keys.put(press(1) * 5)
    assert collect(driver, clock, 2) == ([], [])  # stray keys are nothing
    keys.put(Typist().keys(b"9" * 4_100))
    assert collect(driver, clock, 2) == ([], ["frame-too-long"])


@pytest.mark.covers("F60")
def test_a_second_fire_in_time_is_kept_as_a_repeat() -> None:
    line, clock = Bytes(), SetClock()
    driver = Serial(one("scanner", "scanner_serial", ""), clock, line)
    driver.open()
    seen = []
    for wait_ms in (0, 200, 400):
        clock.pass_ms(wait_ms)
        line.waiting = b"]C0ABC\r"
        seen += [code.repeat for _ in range(2) for code in driver.poll()]
    assert seen == [False, True, False]


@pytest.mark.covers("F60")
def test_a_bad_code_in_a_burst_takes_no_good_one_along() -> None:
    codes, faults = by_serial(b"GOOD-1\rBAD\x07\rGOOD-2\r", burst="split")
    assert ([code.raw for code in codes], faults) == ([b"GOOD-1", b"GOOD-2"], ["garbled"])


@pytest.mark.covers("F60")
def test_spelled_separators_stay_where_they_may_be_data() -> None:
    for data, raw in (
        (b"]A0X^Y\r", b"X^Y"),
        (b"]d210A^B\x1d21C\r", b"10A^B\x1d21C"),
        (b"]d210A^21C\r", b"10A\x1d21C"),
    ):
        codes, _ = by_serial(data, gs=["^"])
        assert [code.raw for code in codes] == [raw]


@pytest.mark.covers("F57", "F60", "T17", "T18")
@given(events=st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=60))
def test_no_keys_whatever_make_a_code_with_strange_characters(
    events: list[tuple[int, bool]],
) -> None:
    codes, faults = by_keys([*starmap(KeyEvent, events), *press(28)])
    assert set(faults) <= set(FAULTS)
    for code in codes:
        assert len(code.raw) >= 3
        assert not re.search(rb"[\x00-\x03\x05-\x1b\x1f\x7f]", code.raw)


@pytest.mark.covers("F58")
def test_a_keyboard_that_goes_and_comes_back() -> None:
    keys, clock = SimKeys(), SetClock()
    driver = Grabbed(one("scanner", "scanner_evdev", ""), clock, lambda _: keys)
    check_absent(
        lambda config: Grabbed(config, clock, EvdevKeys),
        one("scanner", "scanner_evdev", "/nowhere/event0"),
        lambda driver: driver.poll(),  # type: ignore[attr-defined]
    )
    driver.open()
    keys.plugged = False
    assert collect(driver, clock, 1)[1][:2] == ["unplugged", "absent"]
    keys.plugged = True
    assert driver.open() == ""
    keys.put(Typist().keys(b"left from before"))
    assert driver.wire.drain() == len("left from before")
    keys.put(Typist().scan(RAW))
    assert [code.raw for code in collect(driver, clock, 2)[0]] == [RAW]


class Fake:
    """An input device of the kernel."""

    def __init__(self, *, taken: bool = False) -> None:
        self.taken, self.lit, self.closed = taken, True, False
        self.end, self.start = os.pipe()
        self.events: list[InputEvent] = []
        self.gone = False

    def grab(self) -> None:
        if self.taken:
            raise OSError(errno.EBUSY, "busy")

    def close(self) -> None:
        self.closed = True

    def fileno(self) -> int:
        return self.end

    def read(self) -> Iterable[InputEvent]:
        if self.gone:
            raise OSError(errno.ENODEV, "gone")
        return self.events

    def set_led(self, led_num: int, value: int) -> None:
        self.lit = (led_num, value) != (ecodes.LED_CAPSL, 0)

    def free(self) -> None:
        os.close(self.end)
        os.close(self.start)


@pytest.mark.covers("F58", "F60")
def test_a_grabbed_keyboard_is_ours_alone_with_its_caps_lock_off() -> None:
    device = Fake()
    opened: list[str] = []

    def opening(path: str) -> Input:
        opened.append(path)
        return device

    keys = EvdevKeys("/dev/input/event7", opening)
    keys.open()
    assert (opened, device.lit) == (["/dev/input/event7"], False)
    assert keys.read() == []
    os.write(device.start, b"x")
    device.events = [
        InputEvent(0, 0, ecodes.EV_KEY, 30, 1),
        InputEvent(0, 0, ecodes.EV_KEY, 30, 2),
        InputEvent(0, 0, ecodes.EV_KEY, 30, 0),
        InputEvent(0, 0, ecodes.EV_SYN, ecodes.SYN_REPORT, 0),
        InputEvent(0, 0, ecodes.EV_SYN, ecodes.SYN_DROPPED, 0),
    ]
    assert keys.read() == [KeyEvent(30, True), KeyEvent(30, False), KeyEvent(0, True)]
    device.gone = True
    fault = fault_of(keys.read)
    assert fault is not None
    assert (fault.code, device.closed) == ("unplugged", True)
    device.free()


def test_a_keyboard_that_another_program_holds_is_absent() -> None:
    device = Fake(taken=True)
    fault = fault_of(EvdevKeys("/dev/input/event7", lambda _: device).open)
    assert fault is not None
    assert (fault.code, device.closed) == ("absent", True)
    assert "busy" in fault.detail
    device.free()


def test_a_keyboard_by_its_usb_identity() -> None:
    assert all(each.vid is not None for each in keyboards())
    fault = fault_of(EvdevKeys("usb://FFFF:FFFE/nobody").open)
    assert fault is not None
    assert fault.code == "absent"
    assert fault_of(lambda: only("usb://FFFF:FFFE", keyboards())) is not None
    assert {"scan-key", "scan-caps-lock"} <= set(FAULTS)
