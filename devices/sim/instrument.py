"""A simulated instrument: bytes in, bytes out. It knows nothing of lines, threads or clocks.

What it says is what its manual says; what goes wrong on the way (``flaw``) is told to it. The
same instrument hangs on a pseudo-terminal or a socket (:mod:`devices.sim.plugs`), or directly on
a driver (:mod:`devices.sim.memory`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

Mode = Literal[
    "normal", "unstable", "overload", "underload", "busy", "standby", "absent", "error", "unit"
]
"""What the instrument is in; ``unit``: somebody switched its display to another unit."""

Flaw = Literal["", "half", "glued", "twice", "garbage", "endless", "late"]
"""What goes wrong with the next value on its way."""

GARBAGE = bytes(range(0x80, 0xA0)) + b"S 1_2.3\xff\x00"
_APPROACH = (Decimal("0.82"), Decimal("0.97"), Decimal("1.01"))
_FLOOD = 600


class Instrument:
    """Base of all. A family overrides :meth:`answer` and :meth:`value_frame`."""

    ends = b"\r\n"
    """What ends a request and an answer."""
    measures: tuple[bytes, ...] = ()
    """The requests that ask for the value."""
    streams = False
    """Sends values by itself."""
    serial_number = "B724518366"
    unit = "g"
    digits = 3
    """Decimals of its display."""

    def __init__(self) -> None:
        """Switched on, empty."""
        self.mode: Mode = "normal"
        self.flaw: Flaw = ""
        self.strikes = 1
        """How many values the flaw spoils; ``endless`` goes on until it is taken off."""
        self.echo = False
        self.garbage = b""
        """Sent in place of the next answer."""
        self.always = b""
        """Sent in place of every answer."""
        self.requests: list[bytes] = []
        """The last thousand requests."""
        self.load, self.tared = self.nought, self.nought
        self._swing: Iterator[Decimal] = iter(())
        self._received = bytearray()
        self._owed = b""

    @property
    def nought(self) -> Decimal:
        """Nought with the display's decimals."""
        return Decimal(0).scaleb(-self.digits)

    def weigh(self, value: Decimal, unit: str = "") -> None:
        """Put this on: three swings, then stable."""
        self.load, self.unit = value, unit or self.unit
        self._swing = iter(_APPROACH)

    def show(self, value: Decimal) -> None:
        """Stable on this value at once."""
        self.load, self._swing = value, iter(())

    def settle(self) -> None:
        """Stable from now on."""
        self._swing, self.mode = iter(()), "normal"

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the line; what is sent back at once."""
        self._received += data
        sent = b""
        while self.ends in self._received:
            request, _, rest = bytes(self._received).partition(self.ends)
            self._received = bytearray(rest)
            self.requests = [*self.requests[-999:], request]
            sent += request + self.ends if self.echo else b""
            sent += self._flawed(request)
        return sent

    def burst(self) -> bytes:
        """What it sends by itself now."""
        if self.flaw == "endless":
            return b"9" * _FLOOD
        if not self.streams or self.mode in ("absent", "standby"):
            return b""
        return self._spoil(self.value_frame() + self.ends)

    def answer(self, request: bytes) -> bytes:
        """The answer to a request, without its end; empty: none."""
        return self.value_frame() if request in self.measures else b""

    def value_frame(self) -> bytes:
        """The value now, as a frame without its end."""
        raise NotImplementedError

    def shown(self) -> tuple[Decimal, bool]:
        """The net value on the display, and whether it is stable."""
        net = self.load - self.tared
        factor = next(self._swing, None)
        if factor is not None:
            net = (net * factor).quantize(net)
        return net, factor is None and self.mode != "unstable"

    def _flawed(self, request: bytes) -> bytes:
        if self.mode == "absent":
            return b""
        answer = self.answer(request)
        if answer and self.garbage:
            answer, self.garbage = self.garbage, b""
        answer = self.always or answer
        sent = answer + self.ends if answer else b""
        if request in self.measures:
            return self._spoil(sent)
        owed, self._owed = self._owed, b""
        return owed + sent

    def _spoil(self, sent: bytes) -> bytes:
        """What arrives of a value."""
        owed, self._owed = self._owed, b""
        flaw = self.flaw
        if flaw and flaw != "endless":
            self.strikes -= 1
            if self.strikes < 1:
                self.flaw, self.strikes = "", 1
        if flaw == "late":
            sent, self._owed = b"", sent
        return owed + self._flaw_on(sent, flaw)

    def _flaw_on(self, sent: bytes, flaw: Flaw) -> bytes:
        bare = sent.removesuffix(self.ends)
        spoiled = {
            "half": bare[: len(bare) // 2],
            "glued": bare + sent,
            "twice": sent + sent,
            "garbage": GARBAGE + self.ends,
            "endless": b"9" * _FLOOD,
        }
        return spoiled.get(flaw, sent)
