"""Other people's emulators against our drivers: two independent readings of a protocol meet."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from mtsics.core.state import ScaleConfig, ScaleState
from mtsics.protocol.engine import MTSICSEngine
from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from devices.clock import SystemClock
from devices.config import InstrumentConfig
from devices.drivers.modbus import Modbus
from devices.drivers.mt_sics import MtSics
from devices.drivers.scpi import Scpi
from devices.faults import DeviceFault
from devices.sim.instrument import Instrument
from devices.sim.memory import MemoryWire
from devices.testing import SetClock, fault_of
from tests.devices.conftest import one


class Emulated(Instrument):
    """PyPI's ``mt-sics-emulator`` behind our line."""

    def __init__(self) -> None:
        """A 150 kg scale, 20 g."""
        super().__init__()
        config = ScaleConfig(graduation=0.02, unit="kg", serial_number="SN000000042")
        self.state = ScaleState(config)
        self.engine = MTSICSEngine(self.state)

    def answer(self, request: bytes) -> bytes:
        """As the emulator answers."""
        return bytes(self.engine.handle(request.decode()).encode()).removesuffix(b"\r\n")


def sics(command: str) -> tuple[MtSics, ScaleState]:
    """Our driver on the emulator."""
    clock, emulated = SetClock(), Emulated()
    config = one("balance", "mt_sics", "", command=command, deadline_ms=200)
    driver = MtSics(config, clock, MemoryWire(emulated, clock))
    assert driver.open() == "SN000000042"
    return driver, emulated.state


@pytest.mark.covers("F59", "F65")
def test_mt_sics_meets_an_emulator() -> None:
    driver, state = sics("S")
    state.set_weight(12.34, stable=True)
    reading = driver.read()
    assert (str(reading.quantity), reading.state) == ("12.34\u2009kg", "stable")
    state.set_weight(12.34, stable=False)
    assert driver.read().state == "unstable"
    state.set_weight(151.0, stable=True)
    assert driver.read().state == "overload"
    state.set_weight(-1.0, stable=True)
    assert driver.read().state == "underload"
    state.set_weight(12.34, stable=True)
    driver.tare()
    assert driver.read().quantity is not None
    assert fault_of(driver.zero) is not None  # 12.34 kg is beyond its zero range


@pytest.mark.covers("F65")
def test_where_the_two_differ_nothing_is_read() -> None:
    """The emulator answers SI with ``SI S …``; the manual says ``S S …``. Not a value, a fault."""
    driver, state = sics("SI")
    state.set_weight(1.0, stable=True)
    fault = fault_of(driver.read)
    assert fault is not None
    assert fault.code == "wrong-answer"


class Server:
    """pymodbus's own server, in a thread."""

    def __init__(self, framer: FramerType, registers: list[int]) -> None:
        """Serve registers 10 and serial number at 100."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        text = b"MB-00042"
        name = [int.from_bytes(text[at : at + 2], "big") for at in range(0, 8, 2)]
        blocks = [
            SimData(10, values=registers, datatype=DataType.REGISTERS),
            SimData(100, values=name, datatype=DataType.REGISTERS),
        ]
        self._device, self._framer = SimDevice(1, simdata=blocks), framer
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def close(self) -> None:
        """End."""
        ending = self._server.shutdown()  # type: ignore[no-untyped-call]
        asyncio.run_coroutine_threadsafe(ending, self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        address = ("127.0.0.1", self.port)
        self._server = ModbusTcpServer(self._device, framer=self._framer, address=address)
        await self._server.serve_forever(background=True)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Servers that end with the test."""
    servers: list[Server] = []

    def build(framer: FramerType, registers: list[int]) -> Server:
        servers.append(Server(framer, registers))
        return servers[-1]

    yield build
    for server in servers:
        server.close()


@pytest.mark.covers("F59", "F65")
@pytest.mark.parametrize(
    ("framer", "framing"), [(FramerType.RTU, "rtu"), (FramerType.SOCKET, "tcp")]
)
def test_modbus_meets_pymodbus_own_server(
    serve: Callable[..., Server], framer: FramerType, framing: str
) -> None:
    server = serve(framer, [0xFFFF, 0xFFFE, 0, 7])
    options = {"framing": framing, "address": 10, "unit": "g", "scale": "0.001"}
    where = {"count": 4, "status_at": 2, "unit_at": 3, "unit_code": 7, "identity_address": 100}
    config = one("m", "modbus", f"socket://127.0.0.1:{server.port}", **options, **where)
    driver = Modbus(config, SystemClock())
    assert driver.open() == "MB-00042"
    reading = driver.read()
    assert (str(reading.quantity), reading.state) == ("-0.002\u2009g", "stable")
    driver.close()
    nowhere = one("m", "modbus", config.url, **{**options, "address": 500})
    driver = Modbus(nowhere, SystemClock())
    driver.open()
    found = driver.read()
    assert (found.quantity, found.state, found.detail) == (None, "error", "modbus 02")
    driver.close()


@pytest.mark.parametrize(
    ("layout", "words", "registers", "value"),
    [
        ("int16", "big", [0xFFFE], "-0.2"),
        ("uint16", "big", [0xFFFE], "6553.4"),
        ("uint32", "big", [0x0001, 0x0002], "6553.8"),
        ("int32", "little", [0x0002, 0x0001], "6553.8"),
        ("float32", "big", [0x4148, 0xF5C3], "12.560"),
    ],
)
def test_modbus_layouts(
    serve: Callable[..., Server], layout: str, words: str, registers: list[int], value: str
) -> None:
    server = serve(FramerType.SOCKET, registers)
    options = {"framing": "tcp", "address": 10, "count": len(registers), "unit": "g"}
    more = {"layout": layout, "words": words, "scale": "0.1"}
    config = one("m", "modbus", f"socket://127.0.0.1:{server.port}", **options, **more)
    driver = Modbus(config, SystemClock())
    driver.open()
    found = driver.read().quantity
    assert found is not None
    assert found.value == Decimal(value)
    driver.close()


_RESOURCE = "TCPIP0::localhost::inst0::INSTR"
_YAML = """
spec: "1.1"
devices:
  meter:
    eom:
      TCPIP INSTR: {q: "\\n", r: "\\n"}
    error: ERROR
    dialogues:
      - {q: "*IDN?", r: "Lotbook,Pressure 34,MY53221234,A.02.14"}
      - {q: "READ?", r: "+1.01325000E+02"}
      - {q: "FETC?", r: "+1.01325000E+02"}
      - {q: "UNIT?", r: "PSI"}
resources:
  TCPIP0::localhost::inst0::INSTR: {device: meter}
"""


@pytest.fixture
def visa(tmp_path: Path) -> Callable[..., InstrumentConfig]:
    """PyVISA-sim as the VISA below."""
    file = tmp_path / "sim.yaml"
    file.write_text(_YAML)

    def config(
        resource: str = "TCPIP0::localhost::inst0::INSTR", **more: object
    ) -> InstrumentConfig:
        options = {"unit": "kPa", "visa_library": f"{file}@sim", "deadline_ms": 800, **more}
        return one("meter", "scpi", f"visa:{resource}", **options)

    return config


@pytest.mark.covers("F59", "F65")
def test_scpi_meets_pyvisa_sim(visa: Callable[..., InstrumentConfig]) -> None:
    driver = Scpi(visa(), SystemClock())
    assert driver.open() == "MY53221234"
    reading = driver.read()
    assert (str(reading.quantity), reading.state) == ("101.325000\u2009kPa", "stable")
    driver.close()
    driver.close()
    fault = fault_of(driver.read)
    assert fault is not None
    assert fault.code == "absent"
    other = Scpi(visa(serial_number="MY0"), SystemClock())
    fault = fault_of(other.open)
    assert fault is not None
    assert fault.code == "wrong-instrument"
    other.close()
    switched = Scpi(visa(unit_query="UNIT?", unit_answer="KPA"), SystemClock())
    switched.open()
    fault = fault_of(switched.read)
    assert fault is not None
    assert fault.code == "unit-refused"
    switched.close()


@pytest.mark.covers("F58")
@pytest.mark.parametrize("library", ["sim", "@py"])
def test_a_visa_resource_that_is_not_there_is_absent(
    visa: Callable[..., InstrumentConfig], library: str
) -> None:
    resource = "TCPIP0::127.0.0.1::9::SOCKET"
    more = {} if library == "sim" else {"visa_library": library}
    driver = Scpi(visa(resource, **more), SystemClock())
    fault = fault_of(driver.open)
    assert isinstance(fault, DeviceFault)
    assert fault.code in ("absent", "unplugged", "no-answer")
    driver.close()
