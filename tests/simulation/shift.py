"""What a shift brings besides its work: troubles that come at an hour, and what people do then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.simulation.machine import Machine
from tests.simulation.sample import GOOD_LOTS, JOBS
from tests.simulation.troubles import Trouble
from tests.simulation.world import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.plant import Plant


class Shift:
    """Plans the hours of one run."""

    def __init__(self, plant: Plant, span_ns: int) -> None:
        """A shift of so many nanoseconds."""
        self._plant, self._span = plant, span_ns
        self._troubles, self._random = plant.troubles, plant.chance.stream("shift")

    def plan(self) -> None:
        """Put everything into the world's queue."""
        each = {
            Trouble.CLOG: self._clog,
            Trouble.SERVER_DOWN: self._server_down,
            Trouble.CLOCK_STEP: self._clock_step,
            Trouble.CLOCK_DRIFT: self._clock_drift,
            Trouble.DEAD_BATTERY: self._dead_battery,
            Trouble.DAYLIGHT_SAVING: self._daylight_saving,
            Trouble.PERSON_REVOKED: self._revoke,
            Trouble.LOT_HELD: self._hold,
            Trouble.ROLLBACK: self._roll_back,
            Trouble.CLONE: self._clone,
            Trouble.WIPE: self._wipe,
            Trouble.SERVER_ROLLBACK: self._server_roll_back,
        }
        for kind, happen in each.items():
            for _ in range(self._troubles.times(kind, 1 if kind in ONCE else 3)):
                self._somewhen(happen)
        for _ in range(3):
            self._somewhen(self._release)

    def _somewhen(self, happen: Callable[[], None], first: float = 0.0) -> None:
        """At any time from the part ``first`` of the shift on."""
        self._plant.world.after(self._random.randint(int(first * self._span), self._span), happen)

    def _for_a_while(self) -> int:
        """Up to half a shift, in nanoseconds."""
        return self._random.randint(self._span // 48, self._span // 2)

    def _machine(self) -> Machine:
        return self._random.choice(self._plant.machines)

    # --- line and server -----------------------------------------------------------------------

    def _clog(self) -> None:
        """Lines clog one by one and are unclogged in any order."""
        machine = self._machine()
        self._troubles.happened(Trouble.CLOG, machine.name)
        machine.wire.clogged = True
        wire = machine.wire

        def unclog() -> None:
            wire.clogged = False

        self._plant.world.after(self._for_a_while(), unclog)

    def _server_down(self) -> None:
        self._troubles.happened(Trouble.SERVER_DOWN, "server")
        self._plant.site.hold_down(self._for_a_while())

    # --- clocks --------------------------------------------------------------------------------

    def _clock_step(self) -> None:
        machine = self._machine()
        seconds = self._random.choice((3, 130, 3_600, 86_400, 10 * 365 * 86_400))
        by = timedelta(seconds=seconds * self._random.choice((-1, 1)))
        self._troubles.happened(Trouble.CLOCK_STEP, machine.name, str(by))
        machine.clock.step(by)

    def _clock_drift(self) -> None:
        machine, ppm = self._machine(), self._random.randint(-200, 200)
        self._troubles.happened(Trouble.CLOCK_DRIFT, machine.name, f"{ppm} ppm")
        machine.clock.drift(ppm)

    def _dead_battery(self) -> None:
        machine = self._machine()
        if machine.capture is None:
            return
        self._troubles.happened(Trouble.DEAD_BATTERY, machine.name)
        machine.off()
        machine.clock.battery_dies()
        machine.on()
        self._plant.world.after(self._random.randint(MINUTE, 2 * HOUR), machine.clock.set_right)

    def _daylight_saving(self) -> None:
        machine = self._machine()
        self._troubles.happened(Trouble.DAYLIGHT_SAVING, machine.name)
        machine.clock.save_daylight()

    # --- old and doubled images ----------------------------------------------------------------

    def _roll_back(self) -> None:
        machine = self._machine()
        if machine.capture is None:
            return
        image, size = machine.image(), machine.saved
        told = self._plant.tampering.told(machine)

        def put_back() -> None:
            self._plant.tampering.roll_back(machine, image, size, told)

        self._plant.world.after(self._for_a_while(), put_back)

    def _clone(self) -> None:
        machine = self._machine()
        if machine.capture is not None:
            self._plant.add_clone(machine, machine.image(), machine.saved)

    def _wipe(self) -> None:
        self._plant.tampering.wipe(self._machine())

    def _server_roll_back(self) -> None:
        site = self._plant.site
        if not site.up:
            return
        tampering = self._plant.tampering
        size, before, image = site.parts.book.size, tampering.of_office(), site.image()

        def put_back() -> None:
            tampering.roll_back_server(image, size, before)

        self._plant.world.after(self._for_a_while(), put_back)

    # --- people elsewhere ----------------------------------------------------------------------

    def _revoke(self) -> None:
        self._plant.oracle.revoked = self._plant.world.now_ns
        if self._plant.office.revoke("P-OP1"):
            self._troubles.happened(Trouble.PERSON_REVOKED, "office")

    def _hold(self) -> None:
        lot = self._random.choice(GOOD_LOTS).lot
        self._plant.oracle.perhaps_held.add(lot)
        hold = self._plant.office.hold(lot, "supplier's recall")
        if hold:
            self._troubles.happened(Trouble.LOT_HELD, "office", lot)
            self._plant.oracle.held.add(lot)

    def _release(self) -> None:
        self._plant.try_release(self._random.choice(JOBS))


ONCE = frozenset(
    {
        Trouble.PERSON_REVOKED,
        Trouble.LOT_HELD,
        Trouble.ROLLBACK,
        Trouble.CLONE,
        Trouble.WIPE,
        Trouble.SERVER_ROLLBACK,
        Trouble.SERVER_DOWN,
    }
)
"""What a shift has at most once."""
