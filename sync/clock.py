"""Time as a station knows it: what the clock says, and how far it may be believed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import msgspec

Quality = Literal["anchored", "free", "unknown"]

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A wall clock before this is a dead battery, not a time."""
STEP_LIMIT = timedelta(seconds=2)
"""A wall clock that moves this much against the monotonic one has been set."""
ANCHOR_AGE = timedelta(hours=24)
"""How long after the server's time was heard a time counts as anchored."""
RUN_NS = 2**52
"""52 days: a machine that is up for longer counts on as ``boot+1``. An entry holds no number of
2^53 or more, which nanoseconds reach after 104 days."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """The three things asked of a machine's clocks."""

    def wall(self) -> datetime:
        """Local time with offset."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that only go up while ``boot`` is the same."""

    def boot(self) -> str:
        """Names the run of the machine within which ``monotonic_ns`` counts."""


class Stamp(msgspec.Struct, frozen=True):
    """The time fields of an entry (``at``)."""

    wall: str
    """RFC 3339 with offset, milliseconds."""
    mono_ns: int
    boot: str
    offset_ms: int | None
    """Server's time minus wall, by the last anchor of this boot; None if there is none."""
    sync_age_s: int | None
    """Seconds since the server's time was last heard in this boot; None if never."""
    quality: Quality

    def when(self) -> datetime:
        """``wall`` as a datetime."""
        return datetime.fromisoformat(self.wall)

    def corrected(self) -> datetime:
        """``wall`` put right by the server's time where that was heard; never out of range."""
        try:
            return self.when() + timedelta(milliseconds=self.offset_ms or 0)
        except OverflowError:  # a station may claim any offset
            return self.when()


class Step(msgspec.Struct, frozen=True):
    """The wall clock was set: where it should have been and where it was."""

    expected: str
    found: str
    step_ms: int
    boot_changed: bool


class SystemClock:
    """This machine's clocks; to be made in composition roots only."""

    def __init__(self, boot: str = "") -> None:
        """``boot`` is used where the machine has no boot id (a random id of this process)."""
        try:
            self._boot = _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            self._boot = boot

    def wall(self) -> datetime:
        """Local time with offset."""
        return datetime.now(UTC).astimezone()  # noqa: TID251  this is the clock

    def monotonic_ns(self) -> int:
        """Nanoseconds since boot, counting sleep where the system can."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return time.monotonic_ns()  # noqa: TID251  this is the clock

    def boot(self) -> str:
        """The machine's boot id."""
        return self._boot


class Timekeeper:
    """Makes stamps, remembers the anchor to the server's time, notices a clock that was set."""

    def __init__(self, clock: Clock, last: Stamp | None = None) -> None:
        """``last`` is the newest stamp in the log, so that a step over a restart is seen."""
        self._clock = clock
        self._last = last
        self._anchor: tuple[datetime, int] | None = None

    def heard(self, server_time: datetime) -> None:
        """Take the server's time as now."""
        self._anchor = (server_time, self._clock.monotonic_ns())

    def stamp(self) -> Stamp:
        """The time now, with all that is known about it."""
        wall, mono, boot = self._clock.wall(), self._clock.monotonic_ns(), self._clock.boot()
        offset, age = self._anchored(wall, mono)
        run, mono = divmod(mono, RUN_NS)
        return Stamp(
            wall=wall.isoformat(timespec="milliseconds"),
            mono_ns=mono,
            boot=f"{boot}+{run}" if run else boot,
            offset_ms=offset,
            sync_age_s=age,
            quality=_quality(wall, age),
        )

    def _anchored(self, wall: datetime, mono: int) -> tuple[int | None, int | None]:
        if self._anchor is None:
            return None, None
        server, at = self._anchor
        passed = timedelta(microseconds=(mono - at) // 1000)
        return (server + passed - wall) // _MILLISECOND, passed // timedelta(seconds=1)

    def step(self, now: Stamp) -> Step | None:
        """What happened to the wall clock since the last stamp kept, if it was set."""
        last = self._last
        if last is None:
            return None
        same_boot = now.boot == last.boot
        passed = timedelta(microseconds=(now.mono_ns - last.mono_ns) // 1000 if same_boot else 0)
        expected = last.when() + passed
        moved = now.when() - expected
        # Over a reboot only going back is proof: the machine may have been off for any time.
        if (abs(moved) if same_boot else -moved) <= STEP_LIMIT:
            return None
        return Step(
            expected=expected.isoformat(timespec="milliseconds"),
            found=now.wall,
            step_ms=moved // _MILLISECOND,
            boot_changed=not same_boot,
        )

    def keep(self, stamp: Stamp) -> None:
        """Remember the stamp of an entry that is now in the log."""
        self._last = stamp


def _quality(wall: datetime, age: int | None) -> Quality:
    if age is not None and age <= ANCHOR_AGE.total_seconds():
        return "anchored"
    return "free" if wall >= EARLIEST else "unknown"
