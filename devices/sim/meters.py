"""Simulated meters and gauges: Modbus, SCPI, Mark-10, Mahr; each as its manual says."""

from __future__ import annotations

from devices.sim.instrument import Instrument

_CRC_START, _CRC_POLYNOMIAL = 0xFFFF, 0xA001
STATUS = {"unstable": 1, "overload": 2, "underload": 4, "error": 8}
"""Bits of the status register."""
GRAM, OUNCE = 7, 9
"""What the unit register holds."""


def crc16(data: bytes) -> bytes:
    """The checksum of Modbus RTU, as the specification's appendix computes it."""
    crc = _CRC_START
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ _CRC_POLYNOMIAL if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


class ModbusMeter(Instrument):
    """Holding registers 10: value (int32, 1/1000), status, unit; 100: serial number (ASCII)."""

    ends = b""
    serial_number = "MB-00042"
    value_address, value_count, identity_address = 10, 4, 100

    def receive(self, data: bytes) -> bytes:
        """One RTU request."""
        if self.mode == "absent":
            return b""
        if crc16(data[:-2]) != data[-2:]:
            return b""
        self.requests = [*self.requests[-999:], data]
        body = self.answer(data[1:-2])
        sent = data[:1] + body if body else b""
        sent += crc16(sent) if sent else b""
        return self._spoil(sent) if self._is_value(data[1:-2]) else self._pay(sent)

    def answer(self, request: bytes) -> bytes:
        """The PDU that answers a PDU."""
        if self.mode == "standby" and self._is_value(request):
            return b""
        if self.mode == "busy":
            return bytes([request[0] | 0x80, 6])
        registers = self._value() if self._is_value(request) else self._identity()
        if int.from_bytes(request[3:5], "big") != len(registers):
            return bytes([request[0] | 0x80, 2])
        words = b"".join(each.to_bytes(2, "big") for each in registers)
        return bytes([request[0], len(words)]) + words

    def value_frame(self) -> bytes:
        """The whole answer with a value."""
        body = self.answer(bytes([3]) + self.value_address.to_bytes(2, "big") + b"\x00\x04")
        return b"\x01" + body + crc16(b"\x01" + body)

    def _value(self) -> list[int]:
        net, stable = self.shown()
        raw = int(net.scaleb(3)).to_bytes(4, "big", signed=True)
        status = STATUS.get(self.mode, 0) | (0 if stable else STATUS["unstable"])
        unit = OUNCE if self.mode == "unit" else GRAM
        return [int.from_bytes(raw[:2], "big"), int.from_bytes(raw[2:], "big"), status, unit]

    def _identity(self) -> list[int]:
        text = self.serial_number.ljust(8)[:8].encode()
        return [int.from_bytes(text[at : at + 2], "big") for at in range(0, 8, 2)]

    def _is_value(self, request: bytes) -> bool:
        return int.from_bytes(request[1:3], "big") == self.value_address

    def _pay(self, sent: bytes) -> bytes:
        owed, self._owed = self._owed, b""
        return owed + sent


class ModbusTcpMeter(ModbusMeter):
    """The same over Modbus TCP."""

    def receive(self, data: bytes) -> bytes:
        """One MBAP request."""
        if self.mode == "absent":
            return b""
        self.requests = [*self.requests[-999:], data]
        body = self.answer(data[7:])
        size = (len(body) + 1).to_bytes(2, "big")
        sent = data[:4] + size + data[6:7] + body if body else b""
        return self._spoil(sent) if self._is_value(data[7:]) else self._pay(sent)

    def value_frame(self) -> bytes:
        """The whole answer with a value."""
        body = self.answer(bytes([3]) + self.value_address.to_bytes(2, "big") + b"\x00\x04")
        return b"\x00\x00\x00\x00" + (len(body) + 1).to_bytes(2, "big") + b"\x01" + body


class ScpiMeter(Instrument):
    """A bench meter set to measure pressure."""

    ends = b"\n"
    measures = (b"READ?",)
    serial_number = "MY53221234"
    unit = "kPa"

    def answer(self, request: bytes) -> bytes:
        """*IDN?, READ?, FETC?, UNIT?, SYST:ERR?."""
        match request:
            case b"*IDN?":
                return f"Lotbook,Pressure 34,{self.serial_number},A.02.14".encode()
            case b"READ?" | b"FETC?":
                silent = self.mode in ("standby", "error", "busy")
                return b"" if silent else self.value_frame()
            case b"UNIT?":
                return b"PSI" if self.mode == "unit" else b"KPA"
            case b"SYST:ERR?" if self.mode != "standby":
                return b'-230,"Data corrupt or stale"' if self.mode == "error" else b'0,"No error"'
        return b""

    def value_frame(self) -> bytes:
        """``+1.01325000E+02``."""
        fixed = {"overload": b"+9.90000000E+37", "underload": b"-9.90000000E+37"}
        if self.mode in fixed:
            return fixed[self.mode]
        net, _ = self.shown()
        places = net.adjusted() if net else 0
        return f"{'-' if net < 0 else '+'}{abs(net).scaleb(-places):.5f}E{places:+03d}".encode()


class Mark10Gauge(Instrument):
    """A Mark-10 force gauge."""

    measures = (b"?",)
    unit = "N"
    digits = 2

    def value_frame(self) -> bytes:
        """``-18.78 N``."""
        fixed = {"overload": b"*22", "error": b"*10"}
        if self.mode in fixed:
            return fixed[self.mode]
        net, _ = self.shown()
        return f"{net:f} {'lbF' if self.mode == 'unit' else self.unit}".encode()

    def answer(self, request: bytes) -> bytes:
        """``?``; in standby nothing."""
        if self.mode == "standby":
            return b""
        return self.value_frame() if request == b"?" else b"*10"


class MahrGauge(Instrument):
    """A Millimar amplifier with one channel."""

    ends = b"\r"
    measures = (b"?",)
    serial_number = "1234/56"
    unit = "mm"

    def answer(self, request: bytes) -> bytes:
        """``?`` and ``SER?``; no value while its menu is open."""
        if self.mode == "standby" and request == b"?":
            return b""
        match request:
            case b"SER?":
                return self.serial_number.encode()
            case b"?":
                return self.value_frame()
        return b"ERR1"

    def value_frame(self) -> bytes:
        """``+02.345 mm``."""
        fixed = {"overload": b"ERR3", "error": b"ERR6"}
        if self.mode in fixed:
            return fixed[self.mode]
        net, _ = self.shown()
        shown = "inch" if self.mode == "unit" else self.unit
        return f"{'-' if net < 0 else '+'}{abs(net):06f} {shown}".encode()
