"""One run: a shift of chaos, then everything is healed, must drain, and is judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sync.keys import Verifier
from tests.simulation import verdict
from tests.simulation.chance import Chance
from tests.simulation.disk import Image, put_back
from tests.simulation.floor import Floor
from tests.simulation.founding import ask_to_enrol, founded, scratch
from tests.simulation.machine import Machine
from tests.simulation.office import Office
from tests.simulation.oracle import Oracle
from tests.simulation.sample import JOBS, PREFIX, STATIONS
from tests.simulation.shift import Shift
from tests.simulation.site import Site, SiteGone
from tests.simulation.tampering import Tampering
from tests.simulation.troubles import Trouble, Troubles
from tests.simulation.world import HOUR, MINUTE, World

SHIFT = 8 * HOUR
WHOLE, SHORT = 100, 500
"""Seeds from 100 to 499 have a quarter of a shift: so `make test` plays them all in minutes."""
CALM_ROUNDS = 2
MOST_ROUNDS = 40
"""Rounds with the server in which everything must be through once all is healed."""


@dataclass(frozen=True)
class Outcome:
    """What came of a seed."""

    seed: int
    violations: tuple[str, ...]
    digest: str
    """Of every event: the same seed has the same digest."""
    last: tuple[str, ...]
    """The last events, readable."""
    events: int
    records: int
    checks: int
    troubles: Counter[Trouble]
    released: int
    scenarios: Counter[str]


class Plant:
    """A server, its stations, their people, and the oracle that watches."""

    def __init__(self, seed: int, folder: Path) -> None:
        """Everything switched off, in ``folder``."""
        self.folder, self.prefix = folder, PREFIX
        self.world, self.chance = World(), Chance(seed)
        self.troubles = Troubles(self.chance, self.world)
        data = folder / "server"
        data.mkdir()
        put_back(data, founded())
        self.site = Site(self.world, self.troubles, self.chance, data)
        self.office = Office(self.world, self.site)
        self.oracle = Oracle(self)
        self._random = self.chance.stream("plant")
        self.thinning = self._random.randint(250, 1_200)
        """One round with the server stands for so many: idle rounds are all alike."""
        self.tampering = Tampering(self)
        self.site.start()
        self.server_key = Verifier.of(self.site.parts.signer)
        self.machines = [Machine(self, name, name) for name in STATIONS]

    # --- phases --------------------------------------------------------------------------------

    def run(self, span_ns: int) -> None:
        """Chaos for so long, then heal, drain, judge."""
        for number, machine in enumerate(self.machines):
            machine.on()
            self.man(machine, number)
        Shift(self, span_ns).plan()
        self.world.pass_(span_ns)
        self.heal()
        self.drain()
        verdict.judge(self)

    def man(self, machine: Machine, number: int) -> None:
        """People come to a machine, and its rounds begin."""
        floor = Floor(machine, JOBS[number :: len(STATIONS)])
        self.world.after(self._random.randint(1, 10) * MINUTE, floor.act)
        self.world.after(self._random.randint(1, 10) * MINUTE, machine.round)

    def heal(self) -> None:
        """Nothing goes wrong any more, and people put right what was broken."""
        self.troubles.on = False
        self.world.say("plant", "--- everything heals ---")
        self.world.forget()
        self.site.let_up()
        for machine in self.machines:
            machine.clock.set_right()
            machine.on()
            machine.wire.clogged = False
            while machine.wire.late:
                machine.wire.arrive()

    def drain(self) -> None:
        """Rounds until all is through; stations that gave up begin a new epoch.

        It ends with two rounds of a whole server in which all was through: who met the log before
        it was gone on with, or before a copy of the station called, calls once more.
        """
        through = 0
        for _ in range(MOST_ROUNDS):
            whole = not self.site.recovering
            for machine in list(self.machines):
                if machine.refused:
                    self._replace(machine)
                machine.round()
                self.world.forget()
            whole = whole and not self.site.recovering
            self.tampering.go_on()
            drained = all(machine.drained for machine in self.machines)
            through = through + 1 if whole and drained else 0
            if through == CALM_ROUNDS:
                return
            self.world.pass_(MINUTE // 10)

    def _replace(self, machine: Machine) -> None:
        """A station that cannot go on with its log begins the next one, approved by two."""
        self.machines.remove(machine)
        if machine.name != machine.station:
            return  # a clone is taken away
        machine.off()
        fresh = Machine(self, machine.name, machine.station, machine.epoch + 1)
        try:
            ask_to_enrol(self.site, fresh.station, fresh.signer)
        except SiteGone:
            self.oracle.violated("the server is gone after the healing")
        self.oracle.demand(self.office.approve(fresh.station), f"{fresh.origin} is not enrolled")
        fresh.on()
        self.machines.append(fresh)

    # --- what the shift does -------------------------------------------------------------------

    def add_clone(self, machine: Machine, image: Image, size: int) -> None:
        """A second machine with the disk of the first comes to life, and is worked at."""
        clone = self.tampering.clone(machine, image, size)
        self.machines.append(clone)
        self.man(clone, self.machines.index(machine) % len(STATIONS))

    def try_release(self, job: str) -> None:
        """Quality tries to release a lot."""
        if self.office.release(job):
            self.oracle.released_now(job)

    def close(self) -> None:
        """Everything off."""
        for machine in self.machines:
            machine.off()
        self.site.stop()


def shift_of(seed: int) -> int:
    """How long the chaos of a seed lasts, in nanoseconds."""
    return SHIFT // 4 if WHOLE <= seed < SHORT else SHIFT


def play(seed: int, span_ns: int | None = None) -> Outcome:
    """Play a seed: its own shift, or one of ``span_ns``."""
    span_ns = shift_of(seed) if span_ns is None else span_ns
    with scratch() as root:
        plant = Plant(seed, Path(root))
        try:
            plant.run(span_ns)
            return Outcome(
                seed=seed,
                violations=tuple(plant.oracle.violations),
                digest=plant.world.digest(),
                last=tuple(plant.world.last()),
                events=plant.world.events,
                records=sum(ledger.saved for ledger in plant.oracle.ledgers.values()),
                checks=plant.oracle.checks,
                troubles=plant.troubles.counts,
                released=len(plant.oracle.released),
                scenarios=plant.oracle.scenarios,
            )
        finally:
            plant.close()
