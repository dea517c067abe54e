"""The oracle's own ledger of what people were shown, and what must be true at every moment.

It believes the screen, not the database: what the strip called saved, what the board answered, what
the label's mark said of the log. The server's truth is looked at only to compare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from forms.entries import (
    Confirmed,
    Entry,
    Inspected,
    LabelAccounted,
    LabelPrinted,
    LabelRead,
    LotIdentified,
    MeasurementTaken,
)
from forms.terms import LotStatus

if TYPE_CHECKING:
    from terminal.snapshot import Change, Counted, Snapshot
    from tests.simulation.machine import Machine
    from tests.simulation.plant import Plant

DOING = (
    LotIdentified, MeasurementTaken, Inspected, Confirmed, LabelPrinted, LabelAccounted, LabelRead,
)  # fmt: skip
"""What makes a person the doer of a job order's work."""
Branch = tuple[str, str, int]
"""A history: the log's origin, the machine that wrote it, how often that was set back."""


class Ledger:
    """What was shown of one history."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.refs: dict[int, str] = {}
        self.jobs: dict[int, str] = {}
        """Job order by number, empty for what is of none."""
        self.heads: dict[int, str] = {}
        """Roots by size, as the station signed them while its people looked on."""
        self.saved = self.accepted = self.witnessed = 0
        self.most_accepted = 0
        """What was once called accepted, though a server put back to a copy had lost it since."""
        self.contacts = 0
        """Rounds that went through."""
        self.photos: set[str] = set()


class Oracle:
    """Remembers and judges."""

    def __init__(self, plant: Plant) -> None:
        """For one run."""
        self._plant = plant
        self.ledgers: defaultdict[Branch, Ledger] = defaultdict(Ledger)
        self.violations: list[str] = []
        self.given_up: dict[str, str] = {}
        """Machines that gave up their log, and the code they showed."""
        self.codes: set[str] = set()
        """Every code a station's link ever showed."""
        self.doers: defaultdict[tuple[Branch, str], set[str]] = defaultdict(set)
        """Who did work, by log and job order: a station knows only what was done at it."""
        self.used: defaultdict[str, set[tuple[Branch, int, str]]] = defaultdict(set)
        """Records by job order of lots that were scanned and shown to be good, with the lot."""
        self.scenarios: Counter[str] = Counter()
        """What the seed really led to, by name."""
        self.released: list[str] = []
        self.held: set[str] = set()
        """Component lots that quality holds."""
        self.perhaps_held: set[str] = set()
        """The same, and those where no answer said whether the hold was placed."""
        self.revoked: int | None = None
        """When a person's rights were ended, or may have been: the answer can be lost."""
        self.checks = 0

    def violated(self, what: str) -> None:
        """Something that must never be true."""
        self._plant.world.say("ORACLE", f"VIOLATION {what}")
        self.violations.append(what)

    def demand(self, truth: object, what: str) -> None:
        """Count a check; a violation if it does not hold."""
        self.checks += 1
        if not truth:
            self.violated(what)

    # --- what is shown -------------------------------------------------------------------------

    def branch(self, machine: Machine) -> Branch:
        """The history this machine writes now."""
        return machine.origin, machine.name, machine.branch

    def shown(self, machine: Machine, change: Change) -> None:
        """A use case answered: its records are shown as saved from now on."""
        ledger = self.ledgers[self.branch(machine)]
        for one in change.recorded:
            known = ledger.refs.setdefault(one.index, one.ref)
            self.demand(known == one.ref, f"{machine.name} shows another record {one.index}")
            self._remember(machine, ledger, one.index, one.entry)
        if change.recorded and change.verdict is not None and change.verdict.passed:
            self._good(machine, change)
        self._people(machine, change.snapshot)
        counted = change.snapshot.counted
        newest = max((one.index for one in change.recorded), default=-1)
        self.demand(counted.saved > newest, f"{machine.name} has a record that is not saved")
        self._claims(machine, counted)
        if machine.capture is not None:
            head = machine.capture.journal.head().checkpoint
            ledger.heads[head.size] = head.root.hex()

    def _remember(self, machine: Machine, ledger: Ledger, index: int, entry: object) -> None:
        if isinstance(entry, Entry):
            ledger.jobs[index] = entry.context.job_order
        if isinstance(entry, DOING):
            self.doers[self.branch(machine), entry.context.job_order].add(entry.context.person)
        if isinstance(entry, Inspected) and entry.photo is not None:
            ledger.photos.add(entry.photo.sha256)

    def _good(self, machine: Machine, change: Change) -> None:
        """A lot that is scanned and called good is one that this station may use."""
        index, entry = change.recorded[0].index, change.recorded[0].entry
        if not isinstance(entry, LotIdentified):
            return
        self.used[entry.context.job_order].add((self.branch(machine), index, entry.lot))
        pack = change.snapshot.pack
        status = (
            next((lot.status for lot in pack.lots if lot.lot == entry.lot), None) if pack else None
        )
        self.demand(status == LotStatus.RELEASED, f"{machine.name} takes lot {entry.lot}: {status}")

    def _people(self, machine: Machine, snapshot: Snapshot) -> None:
        """Nobody works who may not, by the documents in force here."""
        who = snapshot.session.person.id if snapshot.session else ""
        people = snapshot.pack.people if snapshot.pack else ()
        active = all(person.active for person in people if person.id == who)
        self.demand(active, f"{who} works at {machine.name}, whose documents say otherwise")

    def _claims(self, machine: Machine, counted: Counted) -> None:
        """Four words, none of which claims more than the one before it, or ever takes back."""
        order = counted.witnessed <= counted.accepted <= counted.sent <= counted.saved
        self.demand(order, f"{machine.name} claims {counted}")
        ledger = self.ledgers[self.branch(machine)]
        self.demand(
            counted.saved >= ledger.saved, f"{machine.name} had {ledger.saved} saved: {counted}"
        )
        ledger.saved = counted.saved
        if not self._plant.tampering.of_server:
            kept = counted.accepted >= ledger.accepted and counted.witnessed >= ledger.witnessed
            self.demand(kept, f"{machine.name} takes back {ledger.accepted}: {counted}")
        ledger.accepted, ledger.witnessed = counted.accepted, counted.witnessed
        ledger.most_accepted = max(ledger.most_accepted, counted.accepted)

    def looked(self, machine: Machine) -> None:
        """After a round: the strip claims no more than the server durably has."""
        capture, link = machine.capture, machine.link
        if capture is None or link is None:
            return
        self.codes.add(link.link.code)
        counted = capture.snapshot().counted
        self._claims(machine, counted)
        self._people(machine, capture.snapshot())
        self.ledgers[self.branch(machine)].contacts += link.link.online
        if self._plant.site.up and (link.link.online or not self._plant.tampering.of_server):
            size = self._plant.site.parts.ingest.head(machine.origin).size
            self.demand(
                counted.accepted <= size,
                f"{machine.name} claims {counted.accepted} accepted, the server has {size}",
            )

    def not_saved(self, machine: Machine) -> None:
        """A person was told that nothing was saved, and does it again."""
        self.demand(machine.capture is not None, f"{machine.name} refuses though it is off")

    # --- what people try -----------------------------------------------------------------------

    def touched_again(self, machine: Machine, first: Change, second: Change) -> None:
        """The same touch twice makes one effective record."""
        if first.verdict is None or not first.verdict.passed:
            return
        late = second.what in {"stale", "unexpected"}
        self.demand(late, f"{machine.name} took one touch for two: {second.what}")

    def doer_signed(self, machine: Machine, change: Change, before: Snapshot) -> None:
        """Nobody signs off their own work."""
        who = before.session.person.id if before.session else ""
        own = who in self.doers[self.branch(machine), before.position.job]
        self.demand(
            not (own and change.what.startswith("signed")), f"{machine.name}: {who} signs own work"
        )

    def gave_up(self, machine: Machine, code: str) -> None:
        """A station says that its log cannot go on."""
        self.given_up[machine.name] = code
        self.codes.add(code)
        self.demand(self._plant.tampering.kind, f"{machine.name} gives up without a reason: {code}")

    def released_now(self, job: str) -> None:
        """A lot was released: not with a component that quality holds."""
        self.released.append(job)
        used = {lot for branch, index, lot in self.used[job] if not self._gone(branch, index)}
        held = used & self.held
        self.demand(not held, f"{job} is released with {sorted(held)}, which is held")
        self.demand(
            job not in self._plant.tampering.frozen_jobs(), f"{job} is released over two histories"
        )

    def _gone(self, branch: Branch, index: int) -> bool:
        """Whether that record went with its disk before the server had taken it."""
        lost = self._plant.tampering.lost_from(branch)
        return lost is not None and index >= max(lost, self.ledgers[branch].most_accepted)
