"""Two installations of one station: whatever order they work, copy, cut out and call in, every
record either of them showed as saved ends in the server's log or beside it, byte for byte."""

from __future__ import annotations

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

from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash
from sync.outbox import FROZEN, Outbox
from sync.sqlite import Connection
from sync.testing import ManualClock, MemoryServer, Trouble
from tests.databases import WrittenOneWay
from tests.sync.plant import ORIGIN

KEY = TestSigner(ORIGIN, "station")
PARTED = {"journal-rolled-back", *FROZEN.values()}
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
        self.start()

    def start(self) -> None:
        self.journal = Journal(self.database, ORIGIN, KEY, self.clock)
        self.outbox = Outbox(self.journal, self.server, Verifier.of(self.server.signer))

    def record(self, what: str, count: int) -> None:
        with suppress(Fault):  # shown as not saved
            made = self.journal.append_many([("test.entry", {"by": what})] * count)
            self.shown |= {entry.index: entry.ref for entry in made}

    def copy(self) -> Installation:
        """A block image of this machine, as another one starts from it."""
        other = Installation.__new__(Installation)
        other.server, other.clock, other.shown = self.server, self.clock, dict(self.shown)
        other.database = Refusing()
        cast("Any", self.database.connection).backup(other.database.connection)
        other.start()
        return other

    def drain(self) -> str:
        """One drain; the fault's code, empty if it went through."""
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
        self.server.trouble = trouble
        code = self.machines[which % len(self.machines)].drain()
        self.server.trouble = []
        if len(self.machines) == 1:
            assert code not in PARTED, "nobody doubled this station"

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
            assert counts.accepted <= len(self.server.logs[ORIGIN])

    def teardown(self) -> None:
        codes = []
        for machine in self.machines:
            machine.database.refusals = 0
            codes.append([machine.drain() for _ in range(3)][-1])
        self.the_log_only_grows()
        kept = {leaf_hash(data).hex() for data in self.server.logs[ORIGIN]}
        beside = self.server.evidence.get(ORIGIN, (0, []))[1]
        everywhere = kept | {leaf_hash(data).hex() for data in beside}
        for machine in self.machines:
            assert set(machine.shown.values()) <= everywhere
            machine.database.close()
        parted = [code for code in codes if code in PARTED]
        assert len(parted) <= 1, "one of two histories is the log"
        assert len({code for code in codes if code}) == len(parted), codes


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
    beside = {leaf_hash(data).hex() for data in server.evidence[ORIGIN][1]}
    assert {ref for index, ref in second.shown.items() if index > 3} <= beside
