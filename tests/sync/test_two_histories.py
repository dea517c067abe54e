"""Two installations of one station, older images of both put back, and so is the server: whatever
the order in which they work and call in, every record that still exists ends in the server's log
or beside it, byte for byte, and of one shown as accepted that is gone somebody is told."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from sync.engine import Connection
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash
from sync.outbox import FROZEN, Outbox
from sync.testing import ManualClock, MemoryServer, Trouble
from sync.witness import Witness
from tests.databases import WrittenOneWay
from tests.sync.plant import ORIGIN

KEY = TestSigner(ORIGIN, "station")
PARTED = {"journal-rolled-back", *FROZEN.values()}
SAID = {"server-log-rolled-back", "server-log-forked"}
SERVER = ("logs", "receipts", "global_leaves", "evidence", "forks")
"""What a backup of the server holds."""
OTHER = TestSigner("lotbook.test/S1/ST-02/1", "other")
Shown = dict[int, str]


class Refusing(WrittenOneWay):
    """A database in memory that refuses so many of the coming statements, then works again."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"), None)
        self.refusals = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            if self.refusals:
                self.refusals -= 1
                raise Fault("write-failed", "the disk refused")


class Installation:
    """A machine with the station's key: its log, and what its people were shown."""

    def __init__(self, server: MemoryServer, clock: ManualClock) -> None:
        self.server, self.clock = server, clock
        self.database = Refusing()
        self.shown: Shown = {}
        self.accepted: set[str] = set()
        """Refs of what its people were shown as accepted; an image put back does not undo that."""
        self.unaware = False
        """The server was put back, and it does not know yet."""
        self.start()

    def start(self) -> None:
        self.journal = Journal(self.database, ORIGIN, KEY, self.clock)
        self.outbox = Outbox(self.journal, self.server, Verifier.of(self.server.signer))

    def close(self) -> None:
        self.database.close()

    def record(self, what: str, count: int) -> None:
        with suppress(Fault):  # shown as not saved
            made = self.journal.append_many([("test.entry", {"by": what})] * count)
            self.shown |= {entry.index: entry.ref for entry in made}

    def copy(self) -> Installation:
        """A block image of this machine, as another one starts from it."""
        other = Installation.__new__(Installation)
        other.server, other.clock, other.shown = self.server, self.clock, dict(self.shown)
        other.accepted, other.unaware = set(self.accepted), self.unaware
        other.database = Refusing()
        cast("Any", self.database.connection).backup(other.database.connection)
        other.start()
        return other

    def drain(self) -> str:
        """One drain; the fault's code, empty if it went through."""
        code = ""
        try:
            self.outbox.drain()
        except Fault as fault:
            code = fault.code
        accepted = self.journal.counts().accepted
        self.accepted |= {ref for index, ref in self.shown.items() if index < accepted}
        return code

    def holds(self, refs: set[str]) -> bool:
        """Whether all of these are in its log."""
        return refs <= {one.ref for one in self.journal.entries(0, self.journal.size)}


class Neighbour:
    """Another station, whose own records are of no interest here: it is the server's witness."""

    def __init__(self, server: MemoryServer, clock: ManualClock) -> None:
        database, verifier = Refusing(), Verifier.of(server.signer)
        server.enrol(Verifier.of(OTHER))
        self.journal = Journal(database, OTHER.name, OTHER, clock)
        witness = Witness(database, verifier, OTHER, clock)
        self.outbox, self.close = (
            Outbox(self.journal, server, verifier, witness=witness),
            database.close,
        )

    def drain(self) -> str:
        try:
            self.outbox.drain()
        except Fault as fault:
            return fault.code
        return ""


class TwoHistories(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.server = MemoryServer(TestSigner("lotbook.test/S1/log", "server"), self.clock)
        self.server.enrol(Verifier.of(KEY))
        self.machines = [Installation(self.server, self.clock)]
        self.log: list[bytes] = []
        self.neighbour = Neighbour(self.server, self.clock)
        self.image: tuple[int, Installation] | None = None
        self.backup: dict[str, object] | None = None
        self.set_back: set[int] = set()
        """Machines that an older image was put back on."""
        self.server_lost = False
        self.accepted: set[str] = set()
        self.witnessed: set[str] = set()
        """Of these, what the neighbour saw the server's log commit to."""

    @rule(which=st.integers(0, 1), count=st.integers(1, 3))
    def record(self, which: int, count: int) -> None:
        self.clock.pass_(1)
        machine = self.machines[which % len(self.machines)]
        machine.record(f"machine {which % len(self.machines)}", count)

    @rule(which=st.integers(0, 1), refusals=st.integers(1, 2))
    def disk_refuses(self, which: int, refusals: int) -> None:
        self.machines[which % len(self.machines)].database.refusals = refusals

    @rule(which=st.integers(0, 1))
    def power_cut(self, which: int) -> None:
        machine = self.machines[which % len(self.machines)]
        machine.database.refusals = 0
        machine.start()

    @precondition(lambda self: len(self.machines) == 1)
    @rule()
    def copied(self) -> None:
        self.machines[0].database.refusals = 0
        self.machines.append(self.machines[0].copy())

    @rule(
        which=st.integers(0, 1),
        trouble=st.lists(
            st.sampled_from([None, "lose-request", "lose-reply", "twice"]), max_size=8
        ),
    )
    def call_in(self, which: int, trouble: list[Trouble | None]) -> None:
        self.server.trouble = list(trouble)
        machine = self.machines[which % len(self.machines)]
        told = not machine.database.refusals and trouble[:1] in ([], [None], ["twice"])
        code = machine.drain()
        machine.unaware = machine.unaware and not told
        self.server.trouble = []
        self.accepted |= machine.accepted
        if len(self.machines) == 1 and not self.set_back:
            assert code not in PARTED, "nobody doubled this station"
        if not trouble and not machine.holds(self.accepted & self.in_log()):
            assert code in PARTED, "its disk lost what the server holds, and it is not told"

    @rule(which=st.integers(0, 1))
    def imaged(self, which: int) -> None:
        machine = self.machines[which % len(self.machines)]
        if not machine.database.refusals:
            self.image = which % len(self.machines), machine.copy()

    @precondition(lambda self: self.image is not None)
    @rule()
    def station_put_back(self) -> None:
        assert self.image is not None
        which, image = self.image
        before, self.machines[which] = self.machines[which], image.copy()
        before.database.close()
        self.machines[which].unaware |= self.server_lost
        self.set_back.add(which)

    @rule()
    def backed_up(self) -> None:
        self.backup = copy.deepcopy({name: getattr(self.server, name) for name in SERVER})

    @precondition(lambda self: self.backup is not None)
    @rule()
    def server_put_back(self) -> None:
        for name, value in copy.deepcopy(self.backup or {}).items():
            setattr(self.server, name, value)
        self.log, self.server_lost = list(self.server.logs[ORIGIN]), True
        for machine in self.machines:
            machine.unaware = True

    @rule()
    def neighbour_calls_in(self) -> None:
        code = self.neighbour.drain()
        if code:
            assert code in SAID
            assert self.server_lost, "nobody put the server back"
        else:
            self.witnessed |= self.in_log()

    def in_log(self) -> set[str]:
        return {leaf_hash(data).hex() for data in self.server.logs[ORIGIN]}

    @invariant()
    def the_log_only_grows(self) -> None:
        log = self.server.logs[ORIGIN]
        assert log[: len(self.log)] == self.log
        self.log = list(log)

    @invariant()
    def nobody_claims_what_the_server_has_not(self) -> None:
        for machine in self.machines:
            counts = machine.journal.counts()
            assert counts.accepted <= counts.saved
            if not machine.unaware:
                assert counts.accepted <= len(self.server.logs[ORIGIN])

    def teardown(self) -> None:
        for machine in self.machines:
            machine.database.refusals = 0
        codes = [[machine.drain() for machine in self.machines] for _ in range(3)][-1]
        self.accepted.update(*(machine.accepted for machine in self.machines))
        said = [self.neighbour.drain() for _ in range(2)][-1]
        self.the_log_only_grows()
        beside = [data for _, held in self.server.evidence.get(ORIGIN, []) for data in held]
        everywhere = self.in_log() | {leaf_hash(data).hex() for data in beside}
        for machine, code in zip(self.machines, codes, strict=True):
            assert set(machine.shown.values()) <= everywhere
            assert machine.holds(self.accepted & self.in_log()) or code in PARTED
        self.nothing_accepted_is_silently_gone(everywhere, said)
        for machine in self.machines:
            machine.close()
        self.neighbour.close()
        parted = [code for code in codes if code in PARTED]
        assert len({code for code in codes if code}) <= len(parted), codes
        if not (self.set_back or self.server_lost):
            assert len(parted) <= 1, "one of two histories is the log"

    def nothing_accepted_is_silently_gone(self, everywhere: set[str], said: str) -> None:
        """Both the station and the server may have lost it; then who saw the server's log says."""
        gone = self.accepted - everywhere
        assert not gone or (self.set_back and self.server_lost)
        assert not gone & self.witnessed or said in SAID


TestTwoHistories = TwoHistories.TestCase
TestTwoHistories.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


@pytest.mark.covers("A26", "T08")
def test_a_copy_that_worked_on_is_told_and_loses_nothing() -> None:
    clock = ManualClock()
    server = MemoryServer(TestSigner("lotbook.test/S1/log", "server"), clock)
    server.enrol(Verifier.of(KEY))
    first = Installation(server, clock)
    first.record("before", 3)
    second = first.copy()
    first.record("first", 2)
    second.record("second", 4)
    assert first.drain() == ""
    assert second.drain() == "journal-forked"
    beside = {leaf_hash(data).hex() for data in server.evidence[ORIGIN][0][1]}
    assert {ref for index, ref in second.shown.items() if index > 3} <= beside


@pytest.mark.covers("A26", "A10", "F41")
def test_what_both_lost_is_told_by_who_saw_it_in_the_servers_log() -> None:
    machine = TwoHistories()
    machine.begin()
    machine.call_in(0, [])
    machine.imaged(0)
    machine.backed_up()
    machine.record(0, 9)
    machine.call_in(0, [])
    machine.neighbour_calls_in()
    assert machine.accepted & machine.witnessed
    machine.station_put_back()
    machine.server_put_back()
    machine.record(0, 2)
    machine.call_in(0, [])
    assert machine.accepted - machine.in_log(), "nobody has them any more"
    assert machine.neighbour.drain() == "server-log-rolled-back"
    machine.teardown()


@pytest.mark.covers("F41", "A10")
def test_a_station_that_heard_of_the_servers_loss_claims_no_more() -> None:
    machine = TwoHistories()
    machine.begin()
    machine.backed_up()
    machine.record(0, 5)
    machine.call_in(0, [])
    machine.server_put_back()
    machine.call_in(0, [None, "lose-request"])
    machine.nobody_claims_what_the_server_has_not()
    assert machine.machines[0].journal.counts().accepted == 0
    machine.teardown()
