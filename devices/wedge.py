"""The last resort: a scanner that plays keyboard to whatever program is in front. Pure but a clock.

Its keys come through the system's layout and Caps Lock, so less can be told than of a scanner of
our own. Nobody sees whether a person types; such a code is marked ``wedge`` in the record.
"""

from __future__ import annotations

from devices.faults import DeviceFault
from devices.keystream import KeyStream, Stroke
from devices.kinds import Clock, CodeRead, Faulted
from devices.shots import KEYS_QUIET_MS, Origin, ScanRules, Shots

NAME = "wedge"
"""Its name in events; it is no instrument of the rig."""

_SAME_FAULT_NS = 2_000_000_000


class WedgeRules(ScanRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table ``[wedge]`` of a station file."""

    listen: bool = True
    """False: keys lead nowhere."""
    asset: str = ""
    """PhysicalAsset id of the scanner, if the station has one of its own."""


class Wedge:
    """Strokes from anywhere to codes and faults."""

    def __init__(self, rules: WedgeRules, clock: Clock) -> None:
        """Nothing was typed."""
        self._rules, self._clock = rules, clock
        self._stream = KeyStream(rules.keys)
        origin = Origin(NAME, rules.asset, source="wedge", keyed=True)
        self._shots = Shots(rules, origin, clock)
        self._found: list[CodeRead | DeviceFault] = []
        self._last_ns = 0
        self._told = ("", 0)

    def strike(self, stroke: Stroke) -> None:
        """A key went down or up."""
        if not self._rules.listen:
            return
        now = self._clock.monotonic_ns()
        if now - self._last_ns > KEYS_QUIET_MS * 1_000_000:
            self._stream.reset()
            self._found += self._shots.take(b"")  # also where nobody looked in time
        self._last_ns = now
        data = self._stream.feed(stroke)
        if data:
            self._found += self._shots.take(data)

    def poll(self) -> list[CodeRead | Faulted]:
        """What is complete; to be called while nothing is typed."""
        found, self._found = [*self._found, *self._shots.take(b"")], []
        told = [each if isinstance(each, CodeRead) else self._fault(each) for each in found]
        return [each for each in told if each is not None]

    @property
    def pending(self) -> bool:
        """Whether :meth:`poll` must be called again."""
        return self._shots.pending

    def _fault(self, fault: DeviceFault) -> Faulted | None:
        """The event of a fault; none if the same was told just now (somebody plays with keys)."""
        now, (code, at) = self._clock.monotonic_ns(), self._told
        if code == fault.code and now - at < _SAME_FAULT_NS:
            return None
        self._told = (fault.code, now)
        return Faulted(
            name=NAME,
            code=fault.code,
            kind=fault.kind,
            detail=fault.detail,
            raw=fault.raw,
            instrument=self._rules.asset,
        )
