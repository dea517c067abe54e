"""A balance that speaks Mettler-Toledo MT-SICS: one request, its own answer, nothing older.

Before every request the balance is asked for its serial number (I4), and everything before that
answer is dropped: no old frame can be taken for an answer, and a swapped balance is seen at once.
"""

from __future__ import annotations

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.sics import FLAWS, SERIAL, meant, weight
from devices.faults import DeviceFault
from devices.framing import Broken, Framer
from devices.kinds import Clock, Reading
from devices.port import Line, Port


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``mt_sics``."""

    line: Line = Line()
    units: tuple[str, ...] = ("g", "mg", "kg")
    """Units accepted; another unit on the display is a fault."""
    serial_number: str = ""
    """The serial number this balance must have (I4); empty: any."""
    deadline_ms: int = 1500
    """Longest wait for an answer."""


class MtSics:
    """Driver ``mt_sics`` (kind Balance)."""

    def __init__(self, config: InstrumentConfig, clock: Clock) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._name, self._asset, self._clock = config.name, config.asset, clock
        self._port = Port(config.url, self._options.line)
        self._framer = Framer((b"\r\n",))

    def open(self) -> str:
        """Open the line and ask the balance who it is."""
        self._port.open()
        return self._identify()

    def close(self) -> None:
        """Close the line."""
        self._port.close()

    def read(self) -> Reading:
        """The weight now (SI): stable, unstable, overload, underload or error."""
        frame = self._ask(b"SI", b"S ")
        at = self._clock.monotonic_ns()
        found = weight(frame)
        if found.quantity is not None and found.quantity.unit not in self._options.units:
            raise DeviceFault("unit-refused", found.quantity.unit, frame)
        return Reading(
            name=self._name,
            quantity=found.quantity,
            state=found.state,
            raw=frame,
            instrument=self._asset,
            taken_at_ns=at,
            wall=self._clock.now(),
            detail=found.detail,
        )

    def zero(self) -> None:
        """Set zero (Z); waits for stability on the balance's side."""
        self._act(b"Z", {b"Z A"})

    def tare(self) -> None:
        """Tare (T)."""
        self._act(b"T", set())

    def _act(self, command: bytes, done: set[bytes]) -> None:
        frame = self._ask(command, command + b" ")
        if frame not in done and not frame.startswith(command + b" S "):
            code = "busy" if frame == command + b" I" else "refused"
            raise DeviceFault(code, raw=frame)

    def _identify(self) -> str:
        """Ask for the serial number: also a barrier, as everything before its answer is old."""
        frame = self._exchange(b"I4", b"I4 ", barrier=True)
        match = SERIAL.fullmatch(meant(frame))
        if match is None:
            raise DeviceFault("garbled", "no serial number", frame)
        found = match[1].decode()
        if self._options.serial_number not in ("", found):
            raise DeviceFault("wrong-instrument", found, frame)
        return found

    def _ask(self, command: bytes, answer: bytes) -> bytes:
        """The frame that answers this command, from the balance that is meant.

        Draining alone is not enough: an old frame may still be on its way. What comes after the
        answer to I4 was sent after it, so the barrier goes before every command.
        """
        self._identify()
        return self._exchange(command, answer, barrier=False)

    def _exchange(self, command: bytes, answer: bytes, *, barrier: bool) -> bytes:
        self._port.drain()
        self._framer.reset()
        self._port.write(command + b"\r\n")
        return self._answer(command, answer, barrier=barrier)

    def _answer(self, command: bytes, answer: bytes, *, barrier: bool) -> bytes:
        stop = self._clock.monotonic_ns() + self._options.deadline_ms * 1_000_000
        seen = b""
        while (now := self._clock.monotonic_ns()) < stop:
            frames = self._framer.feed(self._port.read(), now)
            for item in reversed(frames):  # several at once: the newest counts
                if isinstance(item, Broken):
                    raise DeviceFault(item.code, raw=item.raw)
                frame = meant(item)
                if frame.startswith(answer):
                    return item
                seen = item
                if frame != command and not barrier:  # an echo of the command is harmless
                    code = FLAWS.get(frame, "wrong-answer" if frame[:1].isalpha() else "garbled")
                    raise DeviceFault(code, raw=item)
        if self._framer.pending:
            raise DeviceFault("half-frame")
        raise DeviceFault("garbled" if seen not in (b"", command) else "no-answer", raw=seen)
