"""A machine's clocks: skewed, drifting, set by hand, or back in 1970 with a dead battery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tests.simulation.world import BEGIN

if TYPE_CHECKING:
    from tests.simulation.world import World

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLION = 1_000_000


class MachineClock:
    """:class:`sync.clock.Clock` of one machine."""

    def __init__(self, world: World, name: str, zone_hours: int = 8) -> None:
        """Right, and running at the right speed, until something happens to it."""
        self._world, self._name = world, name
        self._zone = timedelta(hours=zone_hours)
        self._offset = timedelta(0)
        self._ppm = 0
        self._since_ns, self._local_ns = world.now_ns, world.now_ns
        self._boots, self._booted_ns = 1, world.now_ns

    def wall(self) -> datetime:
        """Local time with offset."""
        passed = timedelta(microseconds=self._local() // 1000)
        return (BEGIN + passed + self._offset).astimezone(timezone(self._zone))

    def monotonic_ns(self) -> int:
        """Nanoseconds since this machine was switched on."""
        return self._local() - self._booted_ns

    def boot(self) -> str:
        """Names the time since it was switched on."""
        return f"{self._name}-{self._boots}"

    def _local(self) -> int:
        """What its quartz has counted since the run began."""
        passed = self._world.now_ns - self._since_ns
        return self._local_ns + passed + passed * self._ppm // MILLION

    # --- what happens to it --------------------------------------------------------------------

    def boot_again(self) -> None:
        """Switched on (again): the monotonic clock begins anew."""
        self._boots += 1
        self._booted_ns = self._local()

    def step(self, by: timedelta) -> None:
        """Somebody sets the wall clock."""
        self._offset += by

    def drift(self, ppm: int) -> None:
        """Its quartz is so many millionths too fast from now on; nothing jumps."""
        self._local_ns, self._since_ns = self._local(), self._world.now_ns
        self._ppm = ppm

    def battery_dies(self) -> None:
        """At the next start it is 1970 again; call while switched off."""
        self._offset += EPOCH - self.wall()

    def set_right(self) -> None:
        """A time server sets it right."""
        true = BEGIN + timedelta(microseconds=self._world.now_ns // 1000)
        self._offset += true - self.wall()

    def save_daylight(self) -> None:
        """An hour more from UTC: another reading, the same time."""
        self._zone += timedelta(hours=1)
