"""A bar code scanner on a serial line (USB-CDC): suffix CR or LF, optional AIM prefix, GS as 0x1D.

Several codes in one shot are refused by default: a hostile code may carry its own suffix and a
second "code" behind it, and no person scans twice within the pause that tells them apart.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Literal

import msgspec

from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.framing import Broken, Framer
from devices.kinds import Clock, CodeRead
from devices.port import Line, Port, Wire

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_ALLOWED_CONTROLS = b"\x04\x1c\x1d\x1e"
"""EOT, FS, GS and RS occur inside real codes (GS1, ISO/IEC 15434); nothing else may."""

_SHOT_NS = 2_000_000_000
"""Longest shot: a scanner that is never quiet for one read (50 ms) is not scanning."""

_SHOT_CODES = 16


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``scanner_serial``."""

    line: Line = Line()
    aim: Literal["auto", "required", "none"] = "auto"
    """``required``: a code without AIM prefix is a fault (the scanner was re-programmed)."""
    prefix: str = ""
    """A fixed prefix the scanner is set to, before the AIM identifier; removed."""
    symbologies: tuple[str, ...] = ()
    """AIM identifiers allowed; empty: any."""
    burst: Literal["refuse", "split"] = "refuse"
    """Several different codes in one shot: fault, or each in order."""
    blanking_ms: int = 300
    """The same code again within this time is the scanner's double fire, not a second scan."""


class Scanner:
    """Driver ``scanner_serial`` (kind Reader)."""

    def __init__(self, config: InstrumentConfig, clock: Clock) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._name, self._asset, self._clock = config.name, config.asset, clock
        self.wire: Wire = Port(config.url, self._options.line)
        """The line itself, for the scanner test."""
        self._framer = Framer((b"\r", b"\n"))
        self._shot: list[bytes] = []
        self._shot_ns = 0
        self._waiting: deque[DeviceFault] = deque(maxlen=16)
        self._last = (b"", 0)

    def open(self) -> str:
        """Open the line; a scanner does not say who it is."""
        self._framer.reset()
        self._shot.clear()
        self.wire.open()
        return ""

    def close(self) -> None:
        """Close the line."""
        self.wire.close()

    def poll(self) -> list[CodeRead]:
        """The codes of the shot that just ended, if one did."""
        if self._waiting:
            raise self._waiting.popleft()
        data = self.wire.read()
        now = self._clock.monotonic_ns()
        for item in self._framer.feed(data, now):
            self._keep(item, now)
        broken = None if data else self._framer.expire(now)
        if broken is not None:
            raise DeviceFault(broken.code, raw=broken.raw)
        if not self._shot:
            return []
        if now - self._shot_ns > _SHOT_NS:
            self._shot.clear()
            raise DeviceFault("frame-too-long", "codes without a pause")
        if data or self._framer.pending:
            return []
        frames, self._shot = self._shot, []
        return self._codes(frames, now)

    def _keep(self, item: bytes | Broken, now: int) -> None:
        if isinstance(item, Broken):
            self._waiting.append(DeviceFault(item.code, raw=item.raw))
            return
        self._shot_ns = self._shot_ns if self._shot else now
        if item not in self._shot and len(self._shot) < _SHOT_CODES:
            self._shot.append(item)

    def _codes(self, frames: list[bytes], now: int) -> list[CodeRead]:
        if len(frames) > 1 and self._options.burst == "refuse":
            raise DeviceFault("several-codes", raw=b"\r".join(frames))
        found: list[CodeRead] = []
        for frame in frames:
            try:
                found.extend(self._code(frame, now))
            except DeviceFault as fault:
                self._waiting.append(fault)
        return found

    def _code(self, frame: bytes, now: int) -> list[CodeRead]:
        aim, raw = self._split(frame)
        if any(control not in _ALLOWED_CONTROLS for control in b"".join(_CONTROL.findall(raw))):
            raise DeviceFault("garbled", "control characters", frame)
        last, at = self._last
        self._last = (frame, now)
        if frame == last and now - at < self._options.blanking_ms * 1_000_000:
            return []
        return [
            CodeRead(
                name=self._name,
                raw=raw,
                symbology=aim,
                instrument=self._asset,
                taken_at_ns=now,
                wall=self._clock.now(),
                frame=frame,
            )
        ]

    def _split(self, frame: bytes) -> tuple[str, bytes]:
        prefix = self._options.prefix.encode()
        if not frame.startswith(prefix):
            raise DeviceFault("scan-prefix", raw=frame)
        rest = frame[len(prefix) :]
        match = None if self._options.aim == "none" else _AIM.match(rest)
        if match is None and self._options.aim == "required":
            raise DeviceFault("scan-prefix", raw=frame)
        aim = match.group().decode() if match else ""
        if self._options.symbologies and aim not in self._options.symbologies:
            raise DeviceFault("scan-symbology", raw=frame)
        raw = rest[len(aim) :]
        if not raw:
            raise DeviceFault("garbled", "an empty code", frame)
        return aim, raw
