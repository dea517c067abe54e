"""The outbox as a state machine: whatever is lost or doubled, the server ends with the log."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash
from sync.outbox import Outbox
from sync.sqlite import open_database
from sync.testing import ManualClock, MemoryServer, Trouble
from sync.witness import Witness
from tests.sync.plant import ORIGIN
from tests.sync.test_outbox import drain_or_wait


class Carrying(RuleBasedStateMachine):
    """Any order of work, trouble, restarts and drains ends with every entry there exactly once."""

    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.station = TestSigner(ORIGIN, "station")
        self.server = MemoryServer(TestSigner("lotbook.test/S1/log", "server"), self.clock)
        self.server.enrol(Verifier.of(self.station))
        self.database = open_database(":memory:")
        self.saved: list[str] = []
        self.restart()

    @rule()
    def restart(self) -> None:
        self.journal = Journal(self.database, ORIGIN, self.station, self.clock)
        key = Verifier.of(self.server.signer)
        witness = Witness(self.database, key, self.station, self.clock)
        self.outbox = Outbox(self.journal, self.server, key, witness=witness)

    @rule(count=st.integers(1, 5))
    def capture(self, count: int) -> None:
        self.clock.pass_(1)
        made = self.journal.append_many([("test.entry", {"n": n}) for n in range(count)])
        self.saved += [entry.ref for entry in made]

    @rule(data=st.binary(min_size=1, max_size=3))
    def photo(self, data: bytes) -> None:
        self.journal.attachments.put(data)

    @rule(seconds=st.integers(-5000, 5000))
    def turn_clock(self, seconds: int) -> None:
        self.clock.now = self.clock.now.replace(year=2026 + seconds % 3)

    @rule(
        trouble=st.lists(
            st.sampled_from([None, "lose-request", "lose-reply", "twice"]), max_size=6
        ),
        offline=st.booleans(),
    )
    def drain_in_trouble(self, trouble: list[Trouble | None], *, offline: bool) -> None:
        self.server.trouble = trouble
        self.server.offline = offline
        drain_or_wait(self.outbox)
        self.server.trouble, self.server.offline = [], False

    @rule(size=st.integers(1, 5))
    def smaller_batches(self, size: int) -> None:
        self.outbox._most_entries = size

    @precondition(lambda self: len(self.server.logs[ORIGIN]) > 1)
    @rule(data=st.data())
    def server_restored(self, data: st.DataObject) -> None:
        kept = data.draw(st.integers(0, len(self.server.logs[ORIGIN])))
        self.server.restore(ORIGIN, kept)

    @rule()
    def drain(self) -> None:
        self.outbox.drain()
        stored = self.journal.entries(0, self.journal.size)
        assert self.server.logs[ORIGIN] == [entry.data for entry in stored]
        counts = self.journal.counts()
        assert counts.saved == counts.accepted == counts.witnessed
        assert self.journal.attachments.waiting() == 0

    @invariant()
    def nothing_lost_and_nothing_overclaimed(self) -> None:
        stored = [entry.ref for entry in self.journal.entries(0, self.journal.size)]
        assert [ref for ref in stored if ref in set(self.saved)] == self.saved
        kept = [leaf_hash(data).hex() for data in self.server.logs[ORIGIN]]
        assert kept == stored[: len(kept)]
        counts = self.journal.counts()
        assert counts.witnessed <= counts.accepted <= counts.sent <= counts.saved

    def teardown(self) -> None:
        self.outbox.drain()
        self.journal.verify()
        self.database.close()


TestCarrying = Carrying.TestCase
TestCarrying.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
