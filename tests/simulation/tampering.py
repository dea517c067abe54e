"""Old, doubled and lost images: what was done to whom, and what is due because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.disk import Image, put_back
from tests.simulation.machine import Machine
from tests.simulation.troubles import Trouble
from tests.simulation.world import HOUR

if TYPE_CHECKING:
    from tests.simulation.oracle import Branch
    from tests.simulation.plant import Plant


Told = tuple[int, int, frozenset[str] | None]
"""Contacts that came through; how many entries, and which newest mark, the server has."""


class Tampering:
    """At most one deed in a run."""

    def __init__(self, plant: Plant) -> None:
        """Nothing was done yet."""
        self._plant = plant
        self.kind: Trouble | None = None
        self.victim: Machine | None = None
        self.due = False
        """Whether an alarm must be raised: somebody outside had seen what is gone or doubled."""
        self._from = 0
        """Where the histories may part."""
        self._before: tuple[set[str], list[str]] = (set(), [])
        """What quality held and released when the copy of the server was made."""
        self._log = ""
        """The name of the server's log when it was put back, or gone on with."""
        self._lost: dict[Branch, int] = {}
        """From where on the records of a history exist nowhere, or cannot be handed over."""

    # --- deeds ---------------------------------------------------------------------------------

    def told(self, machine: Machine) -> Told:
        """What the server was told by a station: not that it called again and brought nothing.

        An image made while the answer to a sign-in was lost signs in as the machine would have.
        """
        contacts = self._plant.oracle.ledgers[self._plant.oracle.branch(machine)].contacts
        if not self._plant.site.up:
            return contacts, machine.saved, None
        store = self._plant.site.parts.store
        marks = {row["mark"] for row in store.rows("marks", origin=machine.origin, after="")}
        return contacts, store.count("entries", origin=machine.origin), frozenset(marks)

    def roll_back(self, machine: Machine, image: Image, size: int, told: Told) -> None:
        """An older image of a station's disk, with ``size`` records, is put back.

        ``told``: as it was when the image was made.
        """
        before, now = self._plant.oracle.branch(machine), self.told(machine)
        self._begin(Trouble.ROLLBACK, machine, size)
        self.due = now[0] > told[0] and (now[1] > size or now[2] != told[2])
        self._lost[before] = size
        machine.put_back(image)
        if machine.refused:  # its second medium knew better; the program does not open the log
            self.due = True
            self._lost[before] = 0

    def clone(self, machine: Machine, image: Image, size: int) -> Machine:
        """A second machine with the disk of the first."""
        self._begin(Trouble.CLONE, machine, size)
        self.due = True
        clone = Machine(self._plant, f"{machine.name}b", machine.station, machine.epoch)
        put_back(clone.folder, image)
        clone.on()
        return clone

    def wipe(self, machine: Machine) -> None:
        """A machine's disk is gone; it cannot go on with its log."""
        self._begin(Trouble.WIPE, machine, 0)
        self.due = True
        self._lost[self._plant.oracle.branch(machine)] = 0
        machine.off()
        put_back(machine.folder, {})
        machine.refused = "wiped"

    def of_office(self) -> tuple[set[str], list[str]]:
        """What quality holds and has released by now."""
        return set(self._plant.oracle.held), list(self._plant.oracle.released)

    def roll_back_server(self, image: Image, size: int, before: tuple[set[str], list[str]]) -> None:
        """The server is put back to a copy made when its log had ``size`` leaves.

        ``before``: what quality had held and released by then.
        """
        self._begin(Trouble.SERVER_ROLLBACK, None, 0)
        seen = [machine.seen() for machine in self._plant.machines if machine.capture]
        most = max((one.size for one in seen if one is not None), default=0)
        self._before, self._log = before, self._plant.server_key.name
        self._forgotten(most)
        site = self._plant.site
        site.restore(image)
        # The copy may hold more than the server knew of: a commit failed and was kept after all.
        self.due = most > (site.parts.book.size if site.up else size)
        for hours in (1, 2, 3):
            self._plant.world.after(hours * HOUR, self.go_on)

    def _forgotten(self, size: int) -> None:
        """What quality did since the copy, and no station's checkpoint commits to, is gone.

        Nobody but the server knew of it: no keeper can have it, no station can miss it.
        """
        site, oracle, (held, released) = self._plant.site, self._plant.oracle, self._before
        with self._plant.troubles.paused():
            rows = site.parts.store.rows("holds") if site.up else []
        oracle.held &= held | {row["lot"] for row in rows if row["placed"] < size}
        oracle.released[:] = released

    def go_on(self) -> None:
        """People give up on what the server lost, once no station has given it back."""
        site, oracle = self._plant.site, self._plant.oracle
        if not self.of_server:
            return
        if site.recovering:
            self._plant.office.go_on("nobody has what the server lost")
        if site.up and site.parts.book.origin != self._log:  # the answer may have been lost
            self._log = site.parts.book.origin
            oracle.scenarios["gone on by two persons' decision"] += 1
            held, released = self._before
            oracle.held &= held
            oracle.released[:] = released

    def _begin(self, kind: Trouble, machine: Machine | None, size: int) -> None:
        self.kind, self.victim, self._from = kind, machine, size
        self._plant.troubles.happened(kind, machine.name if machine else "server")

    # --- what follows --------------------------------------------------------------------------

    @property
    def of_server(self) -> bool:
        """Whether the server is the one put back: then stations take back claims."""
        return self.kind is Trouble.SERVER_ROLLBACK

    def harmed(self, branch: Branch) -> bool:
        """Whether this history may lie beside the log, or be gone with its disk."""
        origin, name, _ = branch
        victim = self.victim
        if victim is None or origin != victim.origin:
            return False
        return name in {victim.name, f"{victim.name}b"}

    def lost_from(self, branch: Branch) -> int | None:
        """From which record on a history exists nowhere; None if it is whole."""
        return self._lost.get(branch)

    def beside(self, origin: str) -> dict[str, int]:
        """Leaf hashes that the server keeps beside a log, with the branch they are of."""
        office, found = self._plant.office, {}
        for row in office.get("P-QA", "/api/branches") or ():
            if row["origin"] == origin:
                station, epoch = origin.split("/")[2:]
                path = f"/api/stations/{station}/{epoch}/branches/{row['branch']}"
                for entry in office.get("P-QA", path) or ():
                    found[entry["leaf"]] = row["branch"]
        return found

    def frozen_jobs(self) -> set[str]:
        """Job orders that a history beside the log touches: nobody may release them."""
        if self.victim is None:
            return set()
        beside = self.beside(self.victim.origin)
        return {
            job
            for branch, ledger in self._plant.oracle.ledgers.items()
            if self.harmed(branch)
            for index, job in ledger.jobs.items()
            if job and index >= self._from and ledger.refs[index] in beside
        }
