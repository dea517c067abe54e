"""The oracle's own ledger of what people were shown, and what must be true at every moment.

It believes the screen, not the database: what the strip called saved, what the board answered, what
the label's mark said of the log. The server's truth is looked at only to compare.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forms.entries import (
    Confirmed,
    Inspected,
    LabelPrinted,
    LabelRead,
    LotIdentified,
    MeasurementTaken,
)

if TYPE_CHECKING:
    from terminal.snapshot import Change, Counted, Snapshot
    from tests.simulation.machine import Machine
    from tests.simulation.plant import Plant

DOING = (LotIdentified, MeasurementTaken, Inspected, Confirmed, LabelPrinted, LabelRead)
"""What makes a person the doer of a job order's work."""
Branch = tuple[str, str, int]
"""A history: the log's origin, the machine that wrote it, how often that was set back."""


class Ledger:
    """What was shown of one history."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.refs: dict[int, str] = {}
        self.heads: dict[int, str] = {}
        """Roots by size, as the station signed them while its people looked on."""
        self.saved = self.accepted = self.witnessed = 0
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
        self.doers: defaultdict[str, set[str]] = defaultdict(set)
        self.released: list[str] = []
        self.held: set[str] = set()
        """Component lots that quality holds."""
        self.revoked: int | None = None
        """When a person's rights were ended."""
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
            self._remember(ledger, one.entry)
        counted = change.snapshot.counted
        newest = max((one.index for one in change.recorded), default=-1)
        self.demand(counted.saved > newest, f"{machine.name} has a record that is not saved")
        self._claims(machine, counted)
        if machine.capture is not None:
            head = machine.capture.journal.head().checkpoint
            ledger.heads[head.size] = head.root.hex()

    def _remember(self, ledger: Ledger, entry: object) -> None:
        if isinstance(entry, DOING):
            self.doers[entry.context.job_order].add(entry.context.person)
        if isinstance(entry, Inspected) and entry.photo is not None:
            ledger.photos.add(entry.photo.sha256)

    def _claims(self, machine: Machine, counted: Counted) -> None:
        """Four words, none of which claims more than the one before it, or ever takes back."""
        order = counted.witnessed <= counted.accepted <= counted.sent <= counted.saved
        self.demand(order, f"{machine.name} claims {counted}")
        ledger = self.ledgers[self.branch(machine)]
        self.demand(
            counted.saved >= ledger.saved, f"{machine.name} had {ledger.saved} saved: {counted}"
        )
        ledger.saved = counted.saved
        if not self._plant.set_back:
            kept = counted.accepted >= ledger.accepted and counted.witnessed >= ledger.witnessed
            self.demand(kept, f"{machine.name} takes back {ledger.accepted}: {counted}")
        ledger.accepted, ledger.witnessed = counted.accepted, counted.witnessed

    def looked(self, machine: Machine) -> None:
        """After a round: the strip claims no more than the server durably has."""
        capture, link = machine.capture, machine.link
        if capture is None or link is None:
            return
        self.codes.add(link.link.code)
        counted = capture.snapshot().counted
        self._claims(machine, counted)
        if self._plant.site.up and (link.link.online or not self._plant.set_back):
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
        own = who in self.doers[before.position.job]
        self.demand(
            not (own and change.what.startswith("signed")), f"{machine.name}: {who} signs own work"
        )

    def gave_up(self, machine: Machine, code: str) -> None:
        """A station says that its log cannot go on."""
        self.given_up[machine.name] = code
        self.codes.add(code)
        self.demand(self._plant.tampered, f"{machine.name} gives up without a reason: {code}")
