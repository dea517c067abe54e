"""A simulated balance that speaks MT-SICS on a pseudo-terminal, with its weaknesses on demand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

from devices.sim.line import Line

Mode = Literal["normal", "unstable", "overload", "underload", "busy", "standby", "error"]
_FIXED = {"overload": b"S +", "underload": b"S -", "busy": b"S I", "error": b"S S Error 10t"}
_APPROACH = (Decimal("0.82"), Decimal("0.97"), Decimal("1.01"))


class BalanceSim:
    """A balance with a pan: put a weight on it, and it swings before it is stable."""

    def __init__(self, link: Path, *, serial_number: str = "B724518366") -> None:
        """Plug in at ``link``, empty."""
        self.serial_number = serial_number
        self.mode: Mode = "normal"
        self.echo = False
        self.garbage = b""
        """Sent in place of the next answer."""
        self.always = b""
        """Sent in place of every answer."""
        self._weight, self._unit = Decimal("0.000"), "g"
        self._tare = Decimal(0)
        self._swing: Iterator[Decimal] = iter(())
        self._received = bytearray()
        self.line = Line(link, self._receive)

    def weigh(self, value: Decimal, unit: str = "g") -> None:
        """Put this on the pan: three swings, then stable."""
        self._weight, self._unit = value, unit
        self._swing = iter(_APPROACH)

    def settle(self) -> None:
        """Stable from now on."""
        self._swing, self.mode = iter(()), "normal"

    def _receive(self, data: bytes) -> None:
        self._received += data
        while b"\r\n" in self._received:
            command, _, rest = bytes(self._received).partition(b"\r\n")
            self._received = bytearray(rest)
            answer = self._answer(command)
            if self.garbage and answer:
                answer, self.garbage = self.garbage, b""
            answer = self.always or answer
            if self.echo:
                self.line.send(command + b"\r\n")
            if answer:
                self.line.send(answer + b"\r\n")

    def _answer(self, command: bytes) -> bytes:
        if self.mode == "standby":
            return b""
        match command:
            case b"SI" | b"S":
                return self._weighing()
            case b"I4":
                return f'I4 A "{self.serial_number}"'.encode()
            case b"Z":
                self._weight = self._tare = Decimal("0.000")
                return b"Z A"
            case b"T":
                self._tare = self._weight
                return f"T S {self._tare:>10f} {self._unit}".encode()
        return b"ES"

    def _weighing(self) -> bytes:
        if self.mode in _FIXED:
            return _FIXED[self.mode]
        net = self._weight - self._tare
        factor = next(self._swing, None)
        state = "S" if factor is None and self.mode == "normal" else "D"
        shown = net if factor is None else (net * factor).quantize(net)
        return f"S {state} {shown:>10f} {self._unit}".encode()
