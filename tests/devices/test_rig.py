"""A station's instruments together: events, commands, unplugging, garbage on every port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec
import pytest

from devices.clock import SystemClock
from devices.commands import AnyCommand, PrintLabel, ReadLabel, TakePhoto, Tare, Zero
from devices.config import InstrumentConfig, read_configs
from devices.decoder import Decoder
from devices.faults import FAULTS, DeviceFault
from devices.kinds import Answered, AnyEvent, CodeRead, Faulted, InstrumentState, Label, Reading
from devices.rig import Rig
from devices.roles import role_of
from devices.sim.balances import SicsBalance
from devices.sim.bench import Bench
from devices.testing import Events, check_absent
from tests.devices.conftest import RAW, one


class Station:
    """A running rig and what it said."""

    def __init__(self, rig: Rig, events: Events, bench: Bench) -> None:
        """Hold them together."""
        self.rig, self.events, self.bench = rig, events, bench

    def light(self, name: str, state: str) -> InstrumentState:
        """Wait for a light."""
        event = self.events.wait(
            lambda e: isinstance(e, InstrumentState) and (e.name, e.state) == (name, state)
        )
        assert isinstance(event, InstrumentState)
        return event

    def reading(self, name: str, *, settled: bool = False) -> Reading:
        """Wait for a reading."""
        event = self.events.wait(
            lambda e: isinstance(e, Reading) and e.name == name and e.settled >= settled
        )
        assert isinstance(event, Reading)
        return event

    def fault(self, name: str, code: str) -> Faulted:
        """Wait for a fault."""
        event = self.events.wait(
            lambda e: isinstance(e, Faulted) and (e.name, e.code) == (name, code)
        )
        assert isinstance(event, Faulted)
        return event

    def answer(self, command_id: str) -> Answered:
        """Wait for an answer."""
        event = self.events.wait(lambda e: isinstance(e, Answered) and e.id == command_id)
        assert isinstance(event, Answered)
        return event


@pytest.fixture
def station(
    bench: Bench, configs: tuple[InstrumentConfig, ...], decoder: Decoder
) -> Iterator[Station]:
    """A rig on the bench, everything ready."""
    events = Events()
    rig = Rig(configs, events, SystemClock(), decoder)
    rig.start()
    station = Station(rig, events, bench)
    for config in configs:
        station.light(config.name, "ready")
    yield station
    rig.stop()


def test_what_is_scanned_weighed_and_measured_arrives(station: Station) -> None:
    assert station.bench.do("scan ]d2" + RAW.decode().replace("\x1d", "\\x1d")) == "ok"
    assert station.bench.do("weigh 2.05 g") == "ok"
    assert station.bench.do("measure 4.10 mm") == "ok"
    code = station.events.wait(lambda e: isinstance(e, CodeRead))
    assert isinstance(code, CodeRead)
    assert (code.raw, code.symbology, code.instrument) == (RAW, "]d2", "A-scanner")
    measured = station.reading("caliper").quantity
    assert measured is not None
    assert str(measured.value) == "4.10"
    station.events.wait(
        lambda e: (
            isinstance(e, Reading)
            and e.settled
            and e.quantity is not None
            and e.quantity.value == Decimal("2.05")
        )
    )
    settled = station.reading("balance", settled=True)
    assert len(settled.series) == 5
    assert settled.serial_number == SicsBalance.serial_number
    assert settled.wall is not None
    assert settled.age_ms(settled.taken_at_ns + 5_000_000) == 5
    assert settled.age_ms(0) == 0


@pytest.mark.covers("UDI-PRINT", "UDI-830")
def test_a_label_is_printed_and_read_back_by_the_camera(station: Station, label: Label) -> None:
    station.rig.do(PrintLabel(id="p", name="printer", label=label))
    printed = station.answer("p").printed
    assert printed is not None
    assert Path(printed.where).read_bytes() == printed.png
    assert station.bench.do("show-label") == "ok"
    station.rig.do(ReadLabel(id="r", name="camera", symbology="]d2"))
    answer = station.answer("r")
    assert [(code.raw, code.source) for code in answer.codes] == [(RAW, "camera")]
    assert answer.photo is not None
    station.rig.do(ReadLabel(id="other", name="camera", symbology="]C1"))
    # it looked on in vain, and says what else it saw
    assert [code.symbology for code in station.answer("other").codes] == ["]d2"]


def test_every_command_gets_an_answer(station: Station, label: Label) -> None:
    good: list[AnyCommand] = [Zero(id="z", name="balance"), Tare(id="t", name="balance")]
    for command in good:
        station.rig.do(command)
        assert station.answer(command.id).fault is None
    bad: list[AnyCommand] = [
        TakePhoto(id="1", name="balance"),
        TakePhoto(id="2", name="scanner"),
        TakePhoto(id="3", name="printer"),
        PrintLabel(id="4", name="camera", label=label),
        Zero(id="5", name="nothing"),
    ]
    for command in bad:
        station.rig.do(command)
        fault = station.answer(command.id).fault
        assert fault is not None
        assert fault.code == "unknown-command"


@pytest.mark.covers("F58")
@pytest.mark.parametrize("name", ["scanner", "balance", "caliper"])
def test_unplugged_is_seen_within_two_seconds_and_replugged_within_five(
    station: Station, name: str
) -> None:
    station.events.clear()
    started = time.monotonic()
    station.bench.do(f"unplug {name}")
    assert station.light(name, "absent").code in ("unplugged", "absent", "no-answer")
    assert time.monotonic() - started < 2
    station.rig.do(Zero(id="z", name=name))
    answer = station.answer("z").fault
    assert answer is not None
    station.events.clear()
    started = time.monotonic()
    station.bench.do(f"replug {name}")
    station.light(name, "ready")
    assert time.monotonic() - started < 5


@pytest.mark.covers("F57", "T21")
def test_garbage_on_every_port_gives_no_value(station: Station) -> None:
    station.events.clear()
    for name in ("scanner", "caliper"):
        station.bench.line(name).send(bytes(range(256)) * 2 + b"\r")
    station.bench.do("garble " + (b"S S 1_2.3 g").hex())
    station.fault("scanner", "several-codes")
    station.fault("caliper", "garbled")
    station.fault("balance", "garbled")
    values = [
        event
        for event in station.events.all
        if isinstance(event, CodeRead)
        or (isinstance(event, Reading) and event.name == "caliper")
        or (isinstance(event, Reading) and b"_" in event.raw)
    ]
    assert values == []
    station.light("balance", "ready")


@pytest.mark.covers("F57", "T21")
def test_an_endless_stream_costs_that_instrument_only(station: Station) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.wait(0.001):
            station.bench.line("scanner").send(b"9" * 1000)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        station.fault("scanner", "frame-too-long")
        station.events.clear()
        station.reading("balance")
    finally:
        stop.set()
        flooding.join()
    station.events.clear()
    station.light("scanner", "ready")
    station.bench.do("scan A")
    station.events.wait(lambda e: isinstance(e, CodeRead) and e.raw == b"A")


@pytest.mark.covers("F57")
def test_faults_in_a_row_open_the_line_anew(station: Station) -> None:
    station.bench.balance.always = b"S S 1_2.3 g"
    station.fault("balance", "garbled")
    station.events.clear()
    station.bench.balance.always = b""
    station.light("balance", "ready")


@pytest.mark.covers("F59")
def test_standby_is_another_state_than_absent(station: Station) -> None:
    station.events.clear()
    station.bench.do("balance standby")
    assert station.light("balance", "silent").code == "no-answer"
    station.events.clear()
    station.bench.do("balance normal")
    station.light("balance", "ready")


@pytest.mark.covers("F61")
def test_a_dark_camera_says_so(station: Station) -> None:
    station.bench.do("camera black")
    station.rig.do(TakePhoto(id="dark", name="camera"))
    fault = station.answer("dark").fault
    assert fault is not None
    assert fault.code == "camera-black"


def test_too_many_commands_are_refused(station: Station) -> None:
    for number in range(20):
        station.rig.do(TakePhoto(id=str(number), name="camera"))
    answers = [station.answer(str(number)) for number in range(20)]
    assert any(answer.fault and answer.fault.code == "busy" for answer in answers)
    assert any(answer.fault is None for answer in answers)


def test_a_bad_configuration_is_a_fault_of_that_instrument_only(decoder: Decoder) -> None:
    events = Events()
    bad = (
        one("a", "no_such", "x"),
        one("b", "mt_sics", "x", nonsense=1),
        one("c", "camera", "ftp:x"),
    )
    rig = Rig(bad, events, SystemClock(), decoder)
    rig.start()

    def wanted(name: str) -> None:
        events.wait(lambda e: isinstance(e, Faulted) and (e.name, e.code) == (name, "bad-config"))

    for name in ("a", "b", "c"):
        wanted(name)
    rig.do(Zero(id="z", name="b"))
    events.wait(lambda e: isinstance(e, Answered) and e.fault is not None)
    rig.stop()


@pytest.mark.covers("F58")
def test_stopping_waits_for_nobody_who_hangs(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told hangs, and with them the thread that watches."""
    monkeypatch.setattr("devices.rig.JOIN_S", 0.05)
    free, told = threading.Event(), threading.Event()

    def hang(_: AnyEvent) -> None:
        told.set()
        free.wait()

    rig = Rig((), hang, SystemClock(), decoder)
    monkeypatch.setattr(
        rig,
        "_workers",
        {"x": Hanging(partial(hang, Faulted(name="x", code="garbled", kind="transient")))},
    )
    rig.start()
    assert told.wait(5)
    rig.stop()
    assert not free.is_set(), "it came back all the same"
    free.set()


class Hanging:
    """A worker that is heard only by who hangs."""

    def __init__(self, watch: Callable[[], None]) -> None:
        """``watch``: never ends."""
        self.watch = watch

    def start(self) -> None:
        """Nothing."""

    stop = join = start


@pytest.mark.covers("F58")
@pytest.mark.parametrize(
    ("driver", "url"),
    [
        ("scanner_serial", "/nowhere/tty"),
        ("mitutoyo", "/nowhere/tty"),
        ("mt_sics", "socket://127.0.0.1:9"),
        ("camera", "dir:/nowhere"),
        ("label_printer", "dir:/nowhere"),
    ],
)
def test_every_driver_keeps_the_contract_when_absent(
    decoder: Decoder, driver: str, url: str
) -> None:
    role = role_of(one("x", driver, url), SystemClock(), decoder)
    check_absent(lambda _: role.driver, one("x", driver, url), lambda _: _use(role))


def _use(role: object) -> None:
    for name in ("poll", "read", "take", "check"):
        use = getattr(role.driver, name, None)  # type: ignore[attr-defined]
        if use is not None:
            use()
            return


def test_configurations_are_checked() -> None:
    row = {"name": "a", "equipment_class": "x", "asset": "A", "driver": "d", "url": "u"}
    assert read_configs([row])[0].settling.count == 5
    for bad in ([row, row], [{**row, "extra": 1}], [{"name": "a"}], "text"):
        with pytest.raises(msgspec.ValidationError):
            read_configs(bad)


def test_every_fault_has_words_in_both_languages() -> None:
    for code, known in FAULTS.items():
        assert set(known.hint) == {"en", "zh_CN"}, code
        assert all(known.hint.values()), code
    fault = DeviceFault("garbled", "x" * 500, b"y" * 500)
    assert (len(fault.detail), len(fault.raw), fault.kind) == (200, 256, "transient")
    assert fault.hint["en"]


@pytest.mark.parametrize(
    "event",
    [
        CodeRead(name="s", raw=b"\x1d\xff"),
        Reading(name="b", quantity=None, state="overload", raw=b"S +"),
        Faulted(name="b", code="garbled", kind="transient", raw=b"\0"),
    ],
)
def test_events_survive_the_wire(event: AnyEvent) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) == event


def test_the_bench_answers_mistakes(bench: Bench) -> None:
    for line in ("dance", "weigh x g", "unplug nothing", "balance odd", "show-label", "frame /no"):
        assert bench.do(line).startswith("error")
    for line in ("unstable", "settle", "frame", "scan-hex 41", "scan-twice A", "caliper-error 1"):
        assert bench.do(line) == "ok"
    bench.line("balance").plug()
    bench.do("unplug balance")
    bench.do("unplug balance")
    bench.line("balance").send(b"lost")
