"""Bytes of a scanner to codes: one shot, one code; half, doubled and glued ones are told. Pure.

Several codes in one shot are refused by default: a hostile code may carry its own suffix and a
second "code" behind it, and no person scans twice within the pause that tells them apart.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

import msgspec

from devices.faults import DeviceFault
from devices.framing import Broken, Framer
from devices.keystream import CAPS, UNKNOWN
from devices.kinds import Clock, CodeRead, Source

KEYS_QUIET_MS = 150
"""A scanner that plays keyboard pauses 1 to 50 ms between characters; longer is no scan."""
LEAST_TYPED = 3
"""Fewer characters from a keyboard are stray keys, not a scan."""

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_ALLOWED_CONTROLS = frozenset(b"\x04\x1c\x1d\x1e")
"""EOT, FS, GS and RS occur inside real codes (GS1, ISO/IEC 15434); nothing else may."""
_GS = b"\x1d"
_KEY = re.compile(r"[Ff]([1-9]|1[0-9]|2[0-4])")

_SHOT_NS = 2_000_000_000
"""Longest shot: a scanner that is never quiet for one read (50 ms) is not scanning."""
_SHOT_CODES = 16
_MOST_TYPED = 4_096


class ScanRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a scanner is set, and what is taken from it; the same for every way it is connected."""

    aim: Literal["auto", "required", "none"] = "auto"
    """``required``: a code without AIM prefix is a fault (the scanner was re-programmed)."""
    prefix: str = ""
    """A fixed prefix the scanner is set to, before the AIM identifier; removed."""
    symbologies: tuple[str, ...] = ()
    """AIM identifiers allowed; empty: any."""
    gs: tuple[str, ...] = ()
    """What this scanner sends for a separator if it cannot send 0x1D: a text such as ``<GS>``, or
    a key such as ``F8``. Only in GS1 symbols, and only where no 0x1D arrived."""
    burst: Literal["refuse", "split"] = "refuse"
    """Several different codes in one shot: fault, or each in order."""
    blanking_ms: int = 300
    """The same code again within this time is the scanner's double fire, not a second scan."""

    @property
    def keys(self) -> frozenset[str]:
        """The keys that stand for a separator."""
        return frozenset(each.lower() for each in self.gs if _KEY.fullmatch(each))

    @property
    def spellings(self) -> tuple[bytes, ...]:
        """The texts that stand for one."""
        return tuple(each.encode() for each in self.gs if each and not _KEY.fullmatch(each))


class Origin(NamedTuple):
    """Whose codes they are."""

    name: str
    asset: str
    source: Source = "scanner"
    keyed: bool = False
    """Whether it plays keyboard: then silence counts, and stray keys are nothing."""


class Shots:
    """Collects what arrives and gives the codes of a shot when it has ended."""

    def __init__(self, rules: ScanRules, origin: Origin, clock: Clock) -> None:
        """Nothing has arrived."""
        self._rules, self._origin, self._clock = rules, origin, clock
        self._framer = (
            Framer((b"\r", b"\n", b"\t"), limit=_MOST_TYPED, deadline_ms=KEYS_QUIET_MS, idle=True)
            if origin.keyed
            else Framer((b"\r", b"\n"))
        )
        self._last = (b"", 0)
        self.reset()

    def reset(self) -> None:
        """Forget what is half there."""
        self._framer.reset()
        self._shot: list[bytes] = []
        self._shot_ns = 0

    @property
    def pending(self) -> bool:
        """Whether something waits for its end or for its shot's."""
        return self._framer.pending or bool(self._shot)

    def take(self, data: bytes) -> list[CodeRead | DeviceFault]:
        """What is complete now that ``data`` came; call it with none while nothing comes."""
        now = self._clock.monotonic_ns()
        found: list[CodeRead | DeviceFault] = []
        for item in self._framer.feed(data, now):
            if isinstance(item, Broken):
                found += self._broken(item)
            elif not self._stray(item):
                self._shot_ns = self._shot_ns if self._shot else now
                self._shot = [*self._shot, item][:_SHOT_CODES]
        broken = None if data else self._framer.expire(now)
        found += [] if broken is None else self._broken(broken)
        if self._shot and now - self._shot_ns > _SHOT_NS:
            self._shot = []
            found.append(DeviceFault("frame-too-long", "codes without a pause"))
        if self._shot and not data and not self._framer.pending:
            frames, self._shot = self._shot, []
            found += self._codes(frames, now)
        return found

    def _broken(self, broken: Broken) -> list[DeviceFault]:
        return [] if self._stray(broken.raw) else [DeviceFault(broken.code, raw=broken.raw)]

    def _stray(self, frame: bytes) -> bool:
        return self._origin.keyed and len(_CONTROL.sub(b"", frame)) < LEAST_TYPED

    def _codes(self, frames: list[bytes], now: int) -> list[CodeRead | DeviceFault]:
        different = list(dict.fromkeys(frames))
        if len(different) > 1 and self._rules.burst == "refuse":
            return [DeviceFault("several-codes", raw=b"\r".join(different))]
        found: list[CodeRead | DeviceFault] = []
        for place, frame in enumerate(frames):
            try:
                found.append(self._code(frame, now, again=frame in frames[:place]))
            except DeviceFault as fault:
                found.append(fault)
        return found

    def _code(self, frame: bytes, now: int, *, again: bool) -> CodeRead:
        aim, raw = self._split(frame)
        self._demand_text(frame, raw)
        last, at = self._last
        self._last = (frame, now)
        soon = frame == last and now - at < self._rules.blanking_ms * 1_000_000
        return CodeRead(
            name=self._origin.name,
            raw=self._separated(raw, aim),
            symbology=aim,
            source=self._origin.source,
            instrument=self._origin.asset,
            taken_at_ns=now,
            wall=self._clock.now(),
            frame=frame,
            repeat=again or soon,
        )

    def _demand_text(self, frame: bytes, raw: bytes) -> None:
        """Fault if the code holds a control character that no code holds, or nothing."""
        strange = {each[0] for each in _CONTROL.findall(raw)} - _ALLOWED_CONTROLS
        if self._origin.keyed and ord(CAPS) in strange:
            raise DeviceFault("scan-caps-lock", raw=frame)
        if self._origin.keyed and ord(UNKNOWN) in strange:
            raise DeviceFault("scan-key", raw=frame)
        if strange or not raw:
            raise DeviceFault("garbled", "control characters" if raw else "an empty code", frame)

    def _separated(self, raw: bytes, aim: str) -> bytes:
        """The code with real separators in place of those the scanner is known to send."""
        from forms.identifiers import GS1_AIMS  # noqa: PLC0415 - loads tables no first screen needs

        if _GS in raw or (aim and aim not in GS1_AIMS):
            return raw
        for spelling in self._rules.spellings:
            raw = raw.replace(spelling, _GS)
        return raw

    def _split(self, frame: bytes) -> tuple[str, bytes]:
        """AIM identifier and content."""
        prefix = self._rules.prefix.encode()
        if not frame.startswith(prefix):
            raise DeviceFault("scan-prefix", raw=frame)
        rest = frame[len(prefix) :]
        match = None if self._rules.aim == "none" else _AIM.match(rest)
        if match is None and self._rules.aim == "required":
            raise DeviceFault("scan-prefix", raw=frame)
        aim = match.group().decode() if match else ""
        if self._rules.symbologies and aim not in self._rules.symbologies:
            raise DeviceFault("scan-symbology", raw=frame)
        return aim, rest[len(aim) :]
