"""The driver of every instrument that answers questions: a *dialect* is all that differs.

Before every question the instrument is asked who it is: a barrier against old frames (see
:mod:`devices.exchange`), and how a swapped instrument is seen at once.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from devices.config import InstrumentConfig
from devices.exchange import Exchange
from devices.faults import DeviceFault
from devices.framing import Framer, Framing
from devices.kinds import Clock, Load, Reading
from devices.port import Line, Port, Wiring
from devices.values import Value, reading

Act = Literal["zero", "tare"]
_DIGITS = bytes.maketrans(b"0123456789", b"0" * 10)


class AskedOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options that all dialects share."""

    line: Line = Line()
    units: tuple[str, ...] = ("g", "mg", "kg")
    """Units accepted (UCUM codes); another unit on the display is a fault."""
    serial_number: str = ""
    """What the instrument must answer when asked who it is; empty: anything."""
    deadline_ms: int = 1500
    """Longest wait for an answer."""


class Dialect:
    """How a family of instruments asks and answers. Pure: bytes in, meaning out."""

    terminators: tuple[bytes, ...] = (b"\r\n",)
    """What ends its frames."""
    alone = b""
    """Bytes that are a frame by themselves."""
    who = b""
    """The question who it is; empty: it cannot be asked."""
    what = b""
    """The question for the value now."""
    tared = b""
    """The question whether a tare is taken off; empty: the value says it, or nothing does."""
    twice = False
    """Whether a value is asked for twice, and both answers must be of one shape: where neither a
    checksum nor a fixed length tells that a digit was lost or is one too many."""
    silent: Literal["standby", "no-answer"] = "no-answer"
    """What it is when it says who it is but gives no value."""

    @property
    def named(self) -> bool:
        """Whether it can say who it is."""
        return bool(self.who)

    def framing(self) -> Framing:
        """How its bytes become frames."""
        return Framer(self.terminators, alone=self.alone)

    def identity(self, frame: bytes) -> str | None:  # noqa: ARG002 - families that can, override
        """The serial number in an answer to ``who``; None for any other frame."""
        return None

    def value(self, frame: bytes) -> Value | None:
        """The value in an answer to ``what``; None for an answer to something else.

        DeviceFault for a frame that is no answer of this family.
        """
        raise NotImplementedError

    def load(self, frame: bytes) -> Load | None:  # noqa: ARG002 - families that can, override
        """What an answer to ``tared`` says; None for any other frame."""
        return None

    def request(self, act: Act) -> bytes:  # noqa: ARG002 - families that can, override
        """What to send for zero or tare; empty: cannot be done over the line."""
        return b""

    def done(self, act: Act, frame: bytes) -> bool:
        """Whether this frame says that it is done; DeviceFault if it says that it is not."""
        raise DeviceFault("wrong-answer", act, frame)


class Asked:
    """A driver (kind Balance) that speaks a dialect."""

    def __init__(
        self,
        config: InstrumentConfig,
        clock: Clock,
        dialect: Dialect,
        options: AskedOptions,
        wiring: Wiring = Port,
    ) -> None:
        """Nothing is opened yet."""
        self._config, self._clock, self._dialect, self._options = config, clock, dialect, options
        framer = dialect.framing()
        wire = wiring(config.url, options.line)
        self._exchange = Exchange(wire, framer, clock, options.deadline_ms)
        self._owed = self._mute = False

    def open(self) -> str:
        """Open the line and ask the instrument who it is."""
        self._mute = False
        self._exchange.open()
        return self._identify()

    def close(self) -> None:
        """Close the line."""
        self._exchange.close()

    def read(self) -> Reading:
        """The value now: stable, unstable, overload, underload or error."""
        self._before()
        try:
            frame = self._answer()
            at = self._clock.monotonic_ns()
            self._after()
        except DeviceFault as fault:
            self._owed = True
            if fault.code == "no-answer" and self._dialect.named:
                raise DeviceFault(self._dialect.silent) from fault
            raise
        found = self._found(frame)
        told = found._replace(load=found.load or self._load(found))
        return reading(self._config, self._clock, told, frame, at)

    def _answer(self) -> bytes:
        frame = self._exchange.ask(self._dialect.what, self._is_value)
        if self._dialect.twice:
            self._after()
            first, frame = frame, self._exchange.ask(self._dialect.what, self._is_value)
            if _shape(first) != _shape(frame):
                raise DeviceFault("wrong-answer", f"asked twice, first {first!r}", frame)
        return frame

    def _load(self, found: Value) -> Load:
        """Gross or net, where the instrument answers that; it need not, and is then not asked on.

        Between the two answers somebody may press the tare key: then the value changes too, and
        the settling rule begins anew.
        """
        ask = self._dialect.tared
        if found.quantity is None or not ask or self._mute:
            return ""
        try:
            frame = self._exchange.ask(
                ask, lambda each: self._dialect.load(each) is not None, barrier=True
            )
        except DeviceFault as fault:
            self._owed = True
            if fault.code != "no-answer":
                raise
            self._mute = True
            return ""
        return self._dialect.load(frame) or ""

    def zero(self) -> None:
        """Set zero; waits for stability on the instrument's side."""
        self._act("zero")

    def tare(self) -> None:
        """Tare."""
        self._act("tare")

    def _act(self, act: Act) -> None:
        request = self._dialect.request(act)
        if not request:
            raise DeviceFault("unknown-command", act)
        self._before()
        try:
            self._exchange.ask(request, lambda frame: self._dialect.done(act, frame))
        except DeviceFault:
            self._owed = True
            raise

    def _is_value(self, frame: bytes) -> bool:
        return self._dialect.value(frame) is not None

    def _before(self) -> None:
        """Make sure that no old answer can pass for the next one."""
        if self._dialect.named:
            self._identify()
        elif self._owed:
            self._exchange.quiet()
        self._owed = False

    def _after(self) -> None:
        if not self._dialect.named:
            self._exchange.alone()

    def _identify(self) -> str:
        if not self._dialect.named:
            return ""
        frame = self._exchange.ask(
            self._dialect.who, lambda each: self._dialect.identity(each) is not None, barrier=True
        )
        found = self._dialect.identity(frame) or ""
        if self._options.serial_number not in ("", found):
            raise DeviceFault("wrong-instrument", found, frame)
        return found

    def _found(self, frame: bytes) -> Value:
        found = self._dialect.value(frame)
        if found is None:  # cannot be: the same frame was taken as an answer
            raise DeviceFault("garbled", raw=frame)
        unit = found.quantity.unit if found.quantity is not None else ""
        if unit and unit not in self._options.units:
            raise DeviceFault("unit-refused", unit, frame)
        return found


def _shape(frame: bytes) -> bytes:
    """The frame with every digit the same."""
    return frame.translate(_DIGITS)
