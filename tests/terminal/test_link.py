"""The link: records leave, work documents come, and the screen says only what is true."""

from __future__ import annotations

import pytest

from forms.codec import canonical
from sync.backoff import Backoff
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.protocol import Head
from sync.signed_pack import seal_pack
from sync.testing import MemoryServer
from sync.witness import Witness
from sync.writer import directly
from terminal.link import POLL_S, LinkLoop
from tests.terminal.documents import make_pack
from tests.terminal.plant import Bench


def link_of(bench: Bench) -> LinkLoop:
    verifier = Verifier.of(bench.server_key)
    witness = Witness(bench.database, verifier, bench.signer, bench.clock)
    outbox = Outbox(bench.journal, bench.server, verifier, witness=witness)
    backoff = Backoff(lambda: 1.0, 1.0, 4.0)
    packs = bench.station.packs
    return LinkLoop(bench.server, outbox, packs, directly, backoff, bench.clock.wall)


def test_a_round_sends_and_fetches() -> None:
    bench = Bench()
    bench.begin()
    pack = make_pack(2)
    content = canonical(pack)
    bench.server.pack = seal_pack(content, 2, pack.issued_at, pack.expires_at, bench.server_key)
    link, told = link_of(bench), []
    assert link.once(lambda: told.append(1), lambda: False) == POLL_S
    assert told
    assert link.link.online
    counted = bench.station.snapshot().counted
    assert counted.saved == counted.accepted == counted.witnessed
    assert counted.oldest_unsent is None
    latest = bench.station.packs.latest()
    assert latest is not None
    assert latest[1].number == 2


@pytest.mark.covers("F36")
def test_without_a_server_the_work_goes_on_and_drains_later() -> None:
    bench = Bench()
    link = link_of(bench)
    bench.server.offline = True
    assert link.once(lambda: None, lambda: False) == 1.0
    since = link.link.since
    bench.clock.pass_(30)
    assert link.once(lambda: None, lambda: False) == 2.0
    assert (link.link.online, link.link.code) == (False, "server-unreachable")
    assert link.link.since == since
    bench.begin()
    bench.kit()
    bench.check()
    assert bench.station.snapshot().counted.accepted == 0
    bench.server.offline = False
    assert link.once(lambda: None, lambda: False) == POLL_S
    counted = bench.station.snapshot().counted
    assert counted.saved == counted.accepted == counted.witnessed > 10


def test_being_told_to_stop_ends_the_round() -> None:
    bench = Bench()
    assert link_of(bench).once(lambda: None, lambda: True) == 0.0


def test_a_refused_pack_does_not_cut_the_link() -> None:
    bench = Bench()
    pack = make_pack(2)
    stranger = TestSigner("stranger.example/S1/log", "stranger")
    sealed = seal_pack(canonical(pack), 2, pack.issued_at, pack.expires_at, stranger)

    class Stranger(MemoryServer):
        """Hands over documents of another server."""

        def work_pack(self, have: str) -> bytes | None:
            return sealed

    bench.server.__class__ = Stranger
    link = link_of(bench)
    link.once(lambda: None, lambda: False)
    assert link.link.online
    assert bench.station.packs.problem == "pack-not-signed"


def test_a_server_with_another_key_is_not_believed() -> None:
    bench = Bench()
    bench.server.signer = TestSigner("stranger.example/S1/log", "stranger")
    bench.begin()
    link = link_of(bench)
    link.once(lambda: None, lambda: False)
    assert not link.link.online
    assert link.link.code == "receipt-wrong"
    assert bench.station.snapshot().counted.accepted == 0


class Counting(MemoryServer):
    """Notes what a round asks the server."""

    asked: list[str]

    def head(self, origin: str, saved: int = 0) -> Head:
        self.asked.append("head")
        return super().head(origin, saved)

    def checkpoint(self) -> str:
        self.asked.append("checkpoint")
        return super().checkpoint()


def test_between_rounds_a_new_record_leaves_at_once_and_nothing_else_is_asked() -> None:
    bench = Bench()
    bench.begin()
    bench.server.__class__ = Counting
    asked: list[str] = []
    bench.server.asked = asked  # type: ignore[attr-defined]
    link = link_of(bench)
    link.once(lambda: None, lambda: False)
    assert asked == ["head", "checkpoint"]
    bench.kit()
    told: list[int] = []
    assert link.once(lambda: told.append(1), lambda: False) == POLL_S
    assert asked == ["head", "checkpoint"]
    counted = bench.station.snapshot().counted
    assert told
    assert counted.saved == counted.accepted
    bench.clock.pass_(POLL_S)
    link.once(lambda: None, lambda: False)
    assert asked == ["head", "checkpoint"] * 2
    assert bench.station.snapshot().counted.witnessed == counted.saved
