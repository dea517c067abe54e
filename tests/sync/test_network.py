"""Every way a network fails: saved, sent, accepted and witnessed stay true; nothing is deleted."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sync.backoff import Backoff
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.outbox import Outbox
from sync.protocol import SERVER_HEADER, BadAnswer, BadFrame
from sync.sqlite import open_database
from sync.testing import ManualClock, MemoryServer
from sync.witness import Witness
from tests.sync.plant import ORIGIN
from tests.sync.test_client import Site
from tests.sync.wire import Wire, _answer_bytes, _served

STATION = TestSigner(ORIGIN, "station")


class Line:
    """A station, a server, and the wire between them."""

    def __init__(self, journal: Journal, server: MemoryServer, clock: ManualClock) -> None:
        self.journal, self.server = journal, server
        self.site = Site(server)
        self.wire = Wire(self.answer)
        self.service = HttpSyncService("http://server", STATION, transport=self.wire)
        self.clock, self.number = clock, 0
        self.start()

    def start(self) -> None:
        """The program starts, with what the disk has."""
        key, database = Verifier.of(self.server.signer), self.journal._database
        self.journal = Journal(database, ORIGIN, STATION, self.clock)
        witness = Witness(database, key, STATION, self.clock)
        self.outbox = Outbox(self.journal, self.service, key, witness=witness)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the server says, also to what it cannot read."""
        try:
            return self.site(request)
        except (BadFrame, BadAnswer, Fault, KeyError, ValueError):
            return httpx.Response(422)
        except AssertionError:
            return httpx.Response(404)

    def add(self, count: int = 1) -> None:
        for _ in range(count):
            self.number += 1
            self.journal.append("test.entry", {"n": self.number})

    def true(self) -> None:
        """The four words claim nothing that is not so, and nothing saved is gone."""
        kept, counts = self.server.logs[ORIGIN], self.journal.counts()
        start = max(0, len(kept) - 5)
        own = [one.data for one in self.journal.entries(start, self.journal.size)]
        assert counts.saved == start + len(own)
        assert kept[start:] == own[: len(kept) - start], "nothing else, nothing twice, in order"
        assert counts.accepted <= len(kept)
        assert counts.witnessed <= counts.accepted <= counts.sent <= counts.saved

    def push(self) -> None:
        """One push, without what surrounds it."""
        accepted = self.journal.counts().accepted
        batch = self.journal.batch(accepted)
        answer = self.outbox._push(batch)
        assert answer is not None
        self.outbox._keep(answer.receipt)  # type: ignore[union-attr]

    def drained(self) -> None:
        self.outbox.drain()
        self.true()
        counts = self.journal.counts()
        assert counts.saved == counts.accepted == counts.witnessed
        kept = self.server.logs[ORIGIN]
        assert root_of(map(leaf_hash, kept)) == self.journal.root_at(len(kept))


def tried(work: Callable[[], object]) -> list[Fault]:
    """The fault that came of it, if one did."""
    try:
        work()
    except Fault as fault:
        return [fault]
    return []


@pytest.fixture
def line(journal: Journal, server: MemoryServer, clock: ManualClock) -> Iterator[Line]:
    line = Line(journal, server, clock)
    line.drained()
    yield line
    line.service.close()


@pytest.mark.covers("F29", "F27", "F40", "A33", "A35")
def test_a_request_cut_after_any_byte_leaves_nothing_or_everything(line: Line) -> None:
    line.add()
    line.push()
    length = line.wire.carried[0]
    assert length > 400
    for size in range(length):
        line.add()
        before = len(line.server.logs[ORIGIN])
        line.wire.cut_request = size
        with pytest.raises(Fault) as caught:
            line.push()
        assert caught.value.kind in {"ambiguous", "transient"}
        line.wire.cut_request = None
        line.true()
        assert len(line.server.logs[ORIGIN]) == before
        line.push()
        line.true()
    line.drained()


@pytest.mark.covers("F30", "F27", "F40", "A33", "A35")
def test_an_answer_cut_after_any_byte_is_no_receipt_and_the_next_one_is_the_same(
    line: Line,
) -> None:
    line.add()
    line.push()
    length = line.wire.carried[1]
    assert length > 300
    for size in range(length):
        line.add()
        line.wire.cut_answer = size
        accepted = line.journal.counts().accepted
        with pytest.raises(Fault) as caught:
            line.push()
        assert caught.value.code == "answer-lost"
        line.wire.cut_answer = None
        line.true()
        assert line.journal.counts().accepted == accepted
        if size % 50 == 0:  # killed before it marked anything
            line.start()
        line.push()
        line.true()
        assert line.journal.counts().accepted == accepted + 1
    line.drained()
    assert len(line.server.global_leaves) == line.journal.size, "each counted once"


@pytest.mark.covers("F44", "T14")
def test_a_bit_turned_anywhere_is_refused_and_the_records_go_again(line: Line) -> None:
    """Also where a proxy that ends TLS turns it: the signatures do not depend on the line."""
    line.add()
    line.push()
    sizes = line.wire.carried
    chance, faults = random.Random(1), []
    for way, size in (("flip_request", sizes[0]), ("flip_answer", sizes[1])):
        for _ in range(150):
            line.add()
            setattr(line.wire, way, chance.randrange(8 * size))
            faults += tried(line.push)
            setattr(line.wire, way, None)
            line.true()
            line.outbox.drain()
            line.true()
    line.drained()
    assert len(faults) > 150
    assert "journal-forked" not in {fault.code for fault in faults}


JSON = {"content-type": "application/json"}
PORTAL = httpx.Response(200, html="<html>Please sign in to the network</html>")
ODD: list[httpx.Response] = [
    PORTAL,
    httpx.Response(204),
    httpx.Response(200, content=b"\x00\xff garbage", headers=JSON),
    httpx.Response(200, content=b'{"answer":"received","rec', headers=JSON),
    httpx.Response(200, text="{}"),
    httpx.Response(200, json={"answer": "received", "receipt": "", "server_time": "x"}),
    httpx.Response(302, headers={"location": "http://portal.example/"}),
]  # fmt: skip


@pytest.mark.covers("F30", "F39")
@pytest.mark.parametrize("odd", ODD)
def test_no_odd_answer_is_taken_for_a_receipt(line: Line, odd: httpx.Response) -> None:
    line.add(3)
    before = line.journal.counts()
    line.site.trick = lambda _: httpx.Response(
        odd.status_code, headers=odd.headers, content=odd.content
    )
    for _ in range(3):
        with pytest.raises(Fault, match="answer-not-understood"):
            line.outbox.drain()
        line.true()
    assert line.journal.counts() == before
    line.site.trick = None
    line.drained()


STATUSES: list[tuple[int, str, float]] = [
    (429, "server-busy", 30),
    (503, "server-busy", 30),
    (408, "server-busy", 30),
    (413, "batch-too-large", 0),
    (401, "session-refused", 0),
    (403, "station-not-enrolled", 0),
    (409, "batch-refused", 0),
    (422, "batch-refused", 0),
    (426, "upgrade-needed", 0),
    (500, "server-error", 30),
    (502, "server-error", 30),
]


@pytest.mark.covers("F33", "A38", "F36")
@pytest.mark.parametrize(("status", "code", "wait"), STATUSES)
def test_a_week_of_refusals_deletes_and_skips_nothing(
    line: Line, status: int, code: str, wait: float, clock: ManualClock
) -> None:
    backoff = Backoff(lambda: 0.5)
    before = line.journal.counts()
    for _ in range(7):
        line.add(2)
        clock.pass_(86_400)
        line.site.trick = lambda request: (
            httpx.Response(status, headers={"retry-after": "30"})
            if "entries" in request.url.path
            else line.site.answer(request, request.url.path)
        )
        with pytest.raises(Fault) as caught:
            line.outbox.drain()
        assert caught.value.code == code
        assert backoff.failed(caught.value) >= wait
        line.true()
    counts = line.journal.counts()
    assert counts.accepted == before.accepted
    assert counts.saved >= before.saved + 14
    line.site.trick = None
    line.drained()


@pytest.mark.covers("F35", "F38", "F28")
@pytest.mark.parametrize("loss", [0.01, 0.1, 0.4])
def test_a_lossy_line_drains_all_the_same(line: Line, loss: float) -> None:
    chance, faults = random.Random(int(loss * 100)), []
    for _ in range(40):
        line.add(3)
        for _ in range(2):
            line.wire.cut_request = chance.randrange(900) if chance.random() < loss else None
            line.wire.cut_answer = chance.randrange(900) if chance.random() < loss else None
            faults += tried(line.outbox.drain)
            line.true()
    line.wire.cut_request = line.wire.cut_answer = None
    line.drained()
    assert {fault.kind for fault in faults} <= {"transient", "ambiguous"}


@pytest.mark.covers("F38")
def test_stations_clogged_one_by_one_and_freed_in_any_order_all_drain(
    tmp_path: Path, clock: ManualClock
) -> None:
    server = MemoryServer(TestSigner("lotbook.test/S1/log", "server"), clock)
    chance, key = random.Random(7), Verifier.of(server.signer)
    stations = []
    for number in range(5):
        signer = TestSigner(f"lotbook.test/S1/ST-0{number}/1")
        server.enrol(Verifier.of(signer))
        database = open_database(tmp_path / f"{number}.db")
        journal = Journal(database, signer.name, signer, clock)
        stations.append((database, journal, Outbox(journal, server, key)))
    clogged: set[int] = set()
    order = chance.sample(range(5), 5)
    for step in [*order, *chance.sample(range(5), 5)]:
        clogged ^= {step}
        for number, (_, journal, outbox) in enumerate(stations):
            journal.append("test.entry", {"step": step})
            if number not in clogged:
                outbox.drain()
                assert journal.counts().accepted >= journal.size - 1
    for database, journal, outbox in stations:
        outbox.drain()
        outbox.drain()
        kept = server.logs[journal.origin]
        assert kept == [one.data for one in journal.entries(0, journal.size)]
        database.close()


@contextmanager
def closing_server(site: Callable[[httpx.Request], httpx.Response]) -> Iterator[str]:
    """A real socket that answers each request whole and then closes without a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                data, request = b"", None
                while not isinstance(request, httpx.Request):
                    piece = peer.recv(65_536)
                    if not piece:
                        break
                    data += piece
                    request = _served(data, url)
                if isinstance(request, httpx.Request):
                    peer.sendall(_answer_bytes(site(request)))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.covers("F31")
def test_a_connection_the_server_closed_while_idle_is_retried(line: Line) -> None:
    """httpx keeps the connection for the next request, which then meets a closed one."""
    with closing_server(line.site) as url:
        service = HttpSyncService(url, STATION)
        line.outbox._service = line.outbox._handover._service = service
        line.add(5)
        faults = []
        for _ in range(40):
            faults += tried(line.outbox.drain)
            line.true()
        service.close()
    counts = line.journal.counts()
    assert counts.saved == counts.accepted
    assert root_of(map(leaf_hash, line.server.logs[ORIGIN])) == line.journal.root_at(counts.saved)
    assert len(faults) < 40
    assert {fault.code for fault in faults} <= {"answer-lost"}


@pytest.mark.covers("T14", "F39")
def test_another_server_at_the_address_gets_nothing(line: Line) -> None:
    other = TestSigner("lotbook.test/S1/log", "another")
    seen: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json={}, headers={SERVER_HEADER: other.public_key.hex()})

    transport = httpx.MockTransport(elsewhere)
    server = Verifier.of(line.server.signer)
    service = HttpSyncService("http://server", STATION, transport=transport, server=server)
    line.outbox._service = service
    line.add(2)
    with pytest.raises(Fault, match="server-key-unknown"):
        line.outbox.drain()
    line.true()
    assert seen == ["GET /station-sessions/challenge"], "no record left"
