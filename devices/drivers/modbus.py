"""An instrument whose value lies in Modbus registers, RTU on a serial line or TCP.

Source: Modbus Organization, *Application Protocol V1.1b3*, *over Serial Line V1.02*, *Messaging on
TCP/IP V1.0b*. Frames, checksums and PDUs are pymodbus's; the line and its deadline are ours. One
request reads value, status and unit together, so they belong to one moment.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Literal

import msgspec
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from devices.config import InstrumentConfig
from devices.drivers.asked import Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.framing import Framing
from devices.kinds import Clock
from devices.modbus_frames import RtuFrames, TcpFrames
from devices.port import Line, Port, Wiring
from devices.values import Value
from forms.terms import Quantity

_LAYOUTS = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "float32": ">f"}
_LAST_ID = 0xFFFF


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``modbus``. Places (``…_at``) count registers from ``address``; -1: none."""

    line: Line = Line(parity="E")
    framing: Literal["rtu", "tcp"] = "rtu"
    device: int = 1
    table: Literal["holding", "input"] = "holding"
    address: int
    count: int = 2
    """Registers read at once, at most 125: value, status and unit."""
    layout: Literal["int16", "uint16", "int32", "uint32", "float32"] = "int32"
    words: Literal["big", "little"] = "big"
    """Which half of a 32-bit value comes first."""
    scale: Decimal = Decimal(1)
    """What one count is worth, such as ``"0.001"``."""
    decimals: int = 3
    """Decimals of a ``float32``."""
    unit: str
    """UCUM code of the value."""
    status_at: int = -1
    unstable_mask: int = 0
    overload_mask: int = 0
    underload_mask: int = 0
    error_mask: int = 0
    unit_at: int = -1
    unit_code: int = 0
    """What the unit register holds while it shows ``unit``."""
    identity_address: int = -1
    """Where its serial number is, as ASCII; -1: it has none."""
    identity_count: int = 4


class ModbusDialect(Dialect):
    """The dialect: registers to values."""

    silent = "standby"

    def __init__(self, options: Options) -> None:
        """Read as the options say."""
        self._options = options
        decoder = DecodePDU(is_server=False)
        self._tcp = options.framing == "tcp"
        self._framer = FramerSocket(decoder) if self._tcp else FramerRTU(decoder)
        self._id = 0

    @property
    def named(self) -> bool:
        """Whether it has a serial number to be asked for."""
        return self._options.identity_address >= 0

    @property
    def who(self) -> bytes:  # type: ignore[override]
        """The request for the serial number."""
        return self._request(self._options.identity_address, self._options.identity_count)

    @property
    def what(self) -> bytes:  # type: ignore[override]
        """The request for the value."""
        return self._request(self._options.address, self._options.count)

    def framing(self) -> Framing:
        """By length: Modbus has no terminator."""
        return TcpFrames() if self._tcp else RtuFrames()

    def identity(self, frame: bytes) -> str | None:
        """The registers of the serial number as text."""
        found = self._registers(frame, self._options.identity_count)
        if isinstance(found, Value):
            busy = found.detail in ("modbus 05", "modbus 06")
            raise DeviceFault("busy" if busy else "instrument-error", found.detail, frame)
        if found is None:
            return None
        text = b"".join(each.to_bytes(2, "big") for each in found).strip(b"\x00 ")
        return text.decode("ascii", errors="replace") or None

    def value(self, frame: bytes) -> Value | None:
        """The value, or the exception the instrument answers with."""
        found = self._registers(frame, self._options.count)
        if not isinstance(found, list):
            return found
        options = self._options
        if options.unit_at >= 0 and found[options.unit_at] != options.unit_code:
            raise DeviceFault("unit-refused", f"unit code {found[options.unit_at]}", frame)
        status = found[options.status_at] if options.status_at >= 0 else 0
        if status & options.error_mask:
            return Value(None, "error", f"modbus status {status:04X}")
        if status & options.overload_mask:
            return Value(None, "overload")
        if status & options.underload_mask:
            return Value(None, "underload")
        amount = Quantity(value=self._number(found, frame), unit=options.unit)
        return Value(amount, "unstable" if status & options.unstable_mask else "stable")

    def _number(self, registers: list[int], frame: bytes) -> Decimal:
        options = self._options
        size = struct.calcsize(_LAYOUTS[options.layout]) // 2
        words = registers[:size] if options.words == "big" else registers[:size][::-1]
        data = b"".join(each.to_bytes(2, "big") for each in words)
        (raw,) = struct.unpack(_LAYOUTS[options.layout], data)
        exact = Decimal(f"{raw:.{options.decimals}f}" if options.layout == "float32" else raw)
        if not exact.is_finite():
            raise DeviceFault("instrument-error", f"modbus {raw}", frame)
        return exact * options.scale if options.layout != "float32" else exact

    def _request(self, address: int, count: int) -> bytes:
        self._id = self._id % _LAST_ID + 1
        holding = self._options.table == "holding"
        kind = ReadHoldingRegistersRequest if holding else ReadInputRegistersRequest
        pdu = kind(address=address, count=count, dev_id=self._options.device)
        pdu.transaction_id = self._id
        return self._framer.buildFrame(pdu)

    def _registers(self, frame: bytes, count: int) -> list[int] | Value | None:
        """The registers; an exception as a value; None for an answer to something else."""
        try:
            _, pdu = self._framer.handleFrame(frame, self._options.device, self._id)
        except (ModbusException, struct.error, IndexError) as error:
            raise DeviceFault("garbled", str(error), frame) from error
        if isinstance(pdu, ExceptionResponse):
            return Value(None, "error", f"modbus {pdu.exception_code:02d}")
        registers = list(pdu.registers) if pdu is not None else []
        return registers if len(registers) == count else None


class Modbus(Asked):
    """Driver ``modbus`` (kind Meter)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        options = msgspec.structs.replace(options, units=(options.unit,))
        super().__init__(config, clock, ModbusDialect(options), options, wiring)
