from __future__ import annotations

import base64
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import cast

import httpx
import pytest

from sync import protocol
from sync.answers import STATUS_FAULTS
from sync.client import DEADLINE_S, HttpSyncService
from sync.faults import FAULTS, Fault
from sync.journal import Journal
from sync.keys import BadKey, TestSigner, Verifier
from sync.outbox import Outbox
from sync.protocol import Enrolment, Fork, Gap, Head, SessionRequest
from sync.testing import ManualClock, MemoryServer
from sync.witness import Witness
from tests.sync.plant import ORIGIN

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STATION = TestSigner(ORIGIN, "station")
JSON = {"content-type": "application/json"}
Handler = Callable[[httpx.Request], httpx.Response]


def json_of(message: protocol.Message, status: int = 200) -> httpx.Response:
    headers = {"content-type": "application/json"}
    return httpx.Response(status, content=protocol.encode(message), headers=headers)


class Site:
    """A server's HTTP face over MemoryServer."""

    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.tokens = 0
        self.requests: list[str] = []
        self.trick: Handler | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        if path == "/station-sessions/challenge":
            return json_of(protocol.Challenge("bm9uY2Vub25jZW5vbmNl", NOW))
        if path == "/station-sessions":
            asked = protocol.decode(request.content, SessionRequest)
            assert asked.good(self.server.verifiers[asked.origin])
            self.tokens += 1
            return json_of(protocol.SessionToken(f"token-{self.tokens}", NOW))
        if request.headers.get("authorization") != f"Bearer token-{self.tokens}":
            return httpx.Response(401)
        if self.trick is not None:
            return self.trick(request)
        return self.answer(request, path)

    def about_the_log(self, path: str, at: httpx.QueryParams) -> httpx.Response:
        if path == "/checkpoint":
            return httpx.Response(200, text=self.server.checkpoint())
        if path == "/checkpoint/consistency":
            sizes = int(at["first"]), int(at["second"])
            return json_of(protocol.Proof.of(*sizes, list(self.server.consistency(*sizes))))
        start, stop, size = (int(at[name]) for name in ("start", "stop", "size"))
        proof = self.server.inclusion(start, stop, size)
        return json_of(protocol.Proof.of(start, stop, list(proof)))

    def answer(  # noqa: PLR0911  one for each route
        self, request: httpx.Request, path: str
    ) -> httpx.Response:
        at = request.url.params
        if path.endswith("/head"):
            return json_of(self.server.head(ORIGIN))
        if path.endswith("/entries") and request.method == "POST":
            body = protocol.unpack_push(request.content)
            answer = self.server.push(ORIGIN, int(at["from"]), body.entries, body.head)
            return json_of(answer, 409 if isinstance(answer, Gap | Fork) else 200)
        if path.endswith("/entries"):
            entries = self.server.pull(ORIGIN, int(at["start"]), int(at["stop"]))
            headers = {"content-type": protocol.ENTRIES_TYPE}
            return httpx.Response(200, content=protocol.pack_entries(entries), headers=headers)
        if path.startswith("/checkpoint"):
            return self.about_the_log(path, at)
        if path == "/cosignatures":
            self.server.cosign(request.content.decode())
            return httpx.Response(204)
        if path == "/work-pack":
            return httpx.Response(304)
        assert path.startswith("/attachments/")
        digest, size, start = path.rpartition("/")[2], int(at["size"]), int(at["from"])
        have = self.server.put_piece(digest, size, start, request.content)
        return json_of(protocol.Arrived(have))


@pytest.fixture
def site(server: MemoryServer) -> Site:
    return Site(server)


@pytest.fixture
def service(site: Site) -> Iterator[HttpSyncService]:
    service = HttpSyncService("http://server", STATION, transport=httpx.MockTransport(site))
    yield service
    service.close()


def service_of(handler: Handler, clock: ManualClock | None = None) -> HttpSyncService:
    transport = httpx.MockTransport(handler)
    service = HttpSyncService("http://server", STATION, transport=transport, clock=clock)
    service._token = "token"
    return service


def test_a_drain_over_http(
    journal: Journal, server: MemoryServer, service: HttpSyncService, site: Site
) -> None:
    witness = Witness(journal._database, Verifier.of(server.signer), STATION, server.clock)
    outbox = Outbox(journal, service, Verifier.of(server.signer), witness=witness)
    for _ in range(3):
        journal.append_many([("test.entry", {"n": n}) for n in range(10)])
        journal.attachments.put(b"photo")
        outbox.drain()
    assert list(service.pull(ORIGIN, 0, 100)) == server.logs[ORIGIN]
    assert len(server.logs[ORIGIN]) == journal.size == journal.counts().witnessed
    assert len(server.cosigned) == 3
    assert site.tokens == 1
    assert service.work_pack("") is None


def test_gap_and_fork_are_answers(journal: Journal, service: HttpSyncService) -> None:
    journal.append("test.entry", {"n": 1})
    batch = journal.batch(1)
    gap = service.push(ORIGIN, 1, batch.entries, batch.head)
    assert isinstance(gap, Gap)
    assert gap.have == 0


def test_a_session_that_ended_is_opened_again(service: HttpSyncService, site: Site) -> None:
    service.head(ORIGIN)
    site.tokens += 1
    service.head(ORIGIN)
    assert site.tokens == 3


@pytest.mark.covers("F33")
@pytest.mark.parametrize("status", [*STATUS_FAULTS, 400, 418, 500, 502, 504])
def test_every_status_has_its_fault(status: int) -> None:
    service = service_of(lambda _: httpx.Response(status, headers={"retry-after": "7"}))
    service._open_session = lambda: "token"  # type: ignore[method-assign]
    with pytest.raises(Fault) as caught:
        service.head(ORIGIN)
    expected = STATUS_FAULTS.get(status, "server-error" if status >= 500 else "request-refused")
    assert caught.value.code == expected
    assert caught.value.code in FAULTS
    if status in (429, 503):
        assert caught.value.retry_after_s == 7


def test_a_problem_in_the_body_is_kept_for_the_log() -> None:
    service = service_of(lambda _: json_of(protocol.Problem("bad-head", "why"), 422))
    with pytest.raises(Fault, match="bad-head why"):
        service.push(ORIGIN, 0, (b"x",), "head")
    service = service_of(lambda _: httpx.Response(409, text="<html>"))
    with pytest.raises(Fault, match="batch-refused"):
        service.push(ORIGIN, 0, (b"x",), "head")


@pytest.mark.covers("F30", "F39")
@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, html="<h1>Please sign in</h1>"),
        httpx.Response(200, text=protocol.encode(Head(0, "", NOW)).decode()),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"answer": "received", "receipt": 1}),
        httpx.Response(200, content=b'{"answer":"received",', headers=JSON),
        httpx.Response(200, content=b"[" * 100_000, headers=JSON),
        httpx.Response(200, content=b" " * 300_000, headers=JSON),
        httpx.Response(200),
        httpx.Response(204),
        httpx.Response(206, json={}),
        httpx.Response(200, content=b"x", headers={"content-encoding": "identity, gzip"}),
        httpx.Response(302, headers={"location": "http://portal/"}),
    ],
)  # fmt: skip
def test_nothing_odd_is_taken_for_an_answer(response: httpx.Response) -> None:
    service = service_of(lambda _: httpx.Response(
        response.status_code, content=response.content, headers=response.headers
    ))  # fmt: skip
    for call in (
        lambda: service.head(ORIGIN),
        lambda: service.push(ORIGIN, 0, (b"x",), "head"),
        lambda: service.pull(ORIGIN, 0, 1),
        lambda: service.consistency(1, 2),
        lambda: service.work_pack(""),
    ):
        with pytest.raises(Fault) as caught:
            cast("Callable[[], object]", call)()
        assert caught.value.code == "answer-not-understood"


def test_a_question_is_answered_in_json_and_goes_nowhere_else() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path.decode())
        return httpx.Response(200, content=b'{"any":1}', headers=JSON)

    service = service_of(answer)
    assert service.ask("/jobs/a%2Fb/readiness") == b'{"any":1}'
    assert asked == ["/jobs/a%2Fb/readiness"]
    for path in ("http://elsewhere.example/", "jobs", ""):
        with pytest.raises(ValueError, match="server itself"):
            service.ask(path)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.Response(200, text="x"), "answer-not-understood"),
        (httpx.Response(200, content=b" " * 300_000, headers=JSON), "answer-not-understood"),
        (httpx.Response(302, headers={"location": "http://portal/"}), "answer-not-understood"),
        (httpx.Response(404), "request-refused"),
        (httpx.Response(503), "server-busy"),
    ],
)
def test_a_question_without_a_good_answer_is_a_fault(response: httpx.Response, code: str) -> None:
    service = service_of(lambda _: httpx.Response(
        response.status_code, content=response.content, headers=response.headers
    ))  # fmt: skip
    with pytest.raises(Fault) as caught:
        service.ask("/jobs/JO-1/readiness")
    assert caught.value.code == code


def test_text_that_is_not_utf8_and_damaged_frames_are_refused() -> None:
    service = service_of(
        lambda _: httpx.Response(200, content=b"\xff", headers={"content-type": "text/plain"})
    )
    with pytest.raises(Fault, match="answer-not-understood"):
        service.checkpoint()
    kind = {"content-type": protocol.ENTRIES_TYPE}
    service = service_of(lambda _: httpx.Response(200, content=b"x", headers=kind))
    with pytest.raises(Fault, match="answer-not-understood"):
        service.pull(ORIGIN, 0, 1)
    service = service_of(lambda _: json_of(protocol.Proof(1, 2, ("!",))))
    with pytest.raises(Fault, match="answer-not-understood"):
        service.consistency(1, 2)
    service = service_of(lambda _: json_of(protocol.SessionToken("bad\ntoken", NOW)))
    service._token = None
    with pytest.raises(Fault, match="answer-not-understood"):
        service.head(ORIGIN)


@pytest.mark.covers("F31", "F34")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectError("refused"), "server-unreachable"),
        (httpx.ConnectTimeout("slow"), "server-unreachable"),
        (httpx.PoolTimeout("busy"), "server-unreachable"),
        (httpx.ConnectError(str(ssl.SSLError("CERTIFICATE_VERIFY_FAILED"))), "server-not-trusted"),
        (httpx.ReadTimeout("slow"), "answer-lost"),
        (httpx.RemoteProtocolError("stale keep-alive"), "answer-lost"),
        (httpx.WriteError("gone"), "answer-lost"),
    ],
)
def test_network_errors_are_worth_another_try(error: httpx.HTTPError, code: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(Fault) as caught:
        service_of(fail).head(ORIGIN)
    assert caught.value.code == code
    assert caught.value.kind != "permanent"


def test_an_answer_that_drips_for_ever_is_cut(clock: ManualClock) -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.pass_(DEADLINE_S / 10)
                yield b" "

    headers = {"content-type": "application/json"}
    service = service_of(lambda _: httpx.Response(200, stream=Drip(), headers=headers), clock)
    with pytest.raises(Fault, match="too long"):
        service.head(ORIGIN)


@pytest.mark.covers("A19", "A22")
def test_an_enrolment_proves_that_the_key_is_held(server: MemoryServer) -> None:
    sent: list[bytes] = []

    def take(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(202)

    service_of(take).enrol("ST-01")
    request = protocol.decode(sent[0], Enrolment)
    assert request.verifier() == Verifier.of(STATION)
    other = base64.b64encode(TestSigner(ORIGIN, "other").public_key).decode()
    small = base64.b64encode(bytes(32)).decode()
    for wrong in (
        Enrolment("ST-02", ORIGIN, request.public_key, request.signature),
        Enrolment("ST-01", ORIGIN, other, request.signature),
        Enrolment("ST-01", ORIGIN, small, request.signature),
        Enrolment("ST-01", ORIGIN, "!", request.signature),
    ):
        with pytest.raises(BadKey):
            wrong.verifier()
    assert not SessionRequest(ORIGIN, "n", "!").good(Verifier.of(STATION))
    with pytest.raises(protocol.BadAnswer):
        protocol.decode(b" " * 300_000, Head)
