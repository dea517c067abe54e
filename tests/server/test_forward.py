"""A server that stands by passes requests on, and claims nothing that it does not know."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.api.guard import Guard
from server.api.peers import Limits
from server.hop import HEADER, Hop, HopKey
from server.integrate import forward
from server.integrate.forward import Forwarder, Line
from server.reached import Reached
from server.store.fleet import Serving
from server.tls import Tls
from server.words import Refusal
from tests.server.test_tls import made

KEY = HopKey(b"k" * 32)
NOW = datetime(2026, 11, 26, tzinfo=UTC)
ONE = Serving(7, "one", "http://10.0.0.1:8080", NOW)


class Body(httpx.AsyncByteStream):
    """Comes in parts; ends in an error if told so."""

    def __init__(self, *parts: bytes, end: Exception | None = None) -> None:
        self.parts, self.end, self.closed = parts, end, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.end is not None:
            raise self.end

    async def aclose(self) -> None:
        self.closed = True


class Holder(httpx.AsyncBaseTransport):
    """The line to who serves: gives one outcome after the other, the last again and again."""

    def __init__(self, *outcomes: Exception | httpx.Response | None) -> None:
        self.outcomes = list(outcomes)
        self.asked: list[httpx.Request] = []
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if outcome is None:
            await asyncio.sleep(60)
        if isinstance(outcome, Exception):
            raise outcome
        assert outcome is not None
        return outcome

    async def aclose(self) -> None:
        self.closed = True


def says(body: bytes = b"well", **headers: str) -> httpx.Response:
    return httpx.Response(200, headers=headers, stream=Body(body))


def ask(
    holder: Holder,
    method: str = "GET",
    target: str = "/x",
    *,
    serving: Callable[[], Serving | None] = lambda: ONE,
    tls: ssl.SSLContext | None = None,
    **more: Any,  # noqa: ANN401 - httpx's own
) -> httpx.Response:
    forwarder = Forwarder(Line(serving, KEY, "two", tls), holder)
    app = Guard(forwarder, limits=Limits())

    async def carry() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=("10.9.9.9", 5))
        async with httpx.AsyncClient(transport=transport, base_url="https://plant:8443") as client:
            return await client.request(method, target, **more)

    return asyncio.run(carry())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "WAIT_S", 0.05)
    monkeypatch.setattr(forward, "LOOK_S", 0.01)


@pytest.mark.covers("F43")
def test_request_and_answer_go_through_as_they_are() -> None:
    holder = Holder(
        httpx.Response(
            201,
            headers=[("set-cookie", "a=1"), ("set-cookie", "b=2"), ("content-length", "4"),
                     ("connection", "x-own"), ("x-own", "1"), ("date", "then")],
            stream=Body(b"we", b"ll"),
        )
    )  # fmt: skip
    answer = ask(
        holder, "POST", "/logs/a%2Fb/entries?from=3", content=b"body",
        headers={"cookie": "s=1", "connection": "x-mine", "x-mine": "1", "te": "trailers"},
    )  # fmt: skip
    assert (answer.status_code, answer.content) == (201, b"well")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "x-own" not in answer.headers
    assert "date" not in answer.headers
    assert answer.headers["via"] == "1.1 two"
    asked = holder.asked[0]
    assert (asked.method, asked.content) == ("POST", b"body")
    assert asked.headers["host"] == "plant:8443"
    assert asked.headers["cookie"] == "s=1"
    assert not {"x-mine", "te"} & set(asked.headers)
    target = asked.extensions["target"]
    assert target == b"/logs/a%2Fb/entries?from=3"
    hop = KEY.open(asked.headers["lotbook-hop"].encode(), "POST", target)
    assert hop == Hop(7, "10.9.9.9")


@pytest.mark.covers("F43")
def test_a_client_cannot_name_its_own_hop() -> None:
    holder = Holder(says())
    for value in (b"7;10.0.0.1;00", KEY.seal(Hop(7, ""), "GET", b"/x")):
        answer = ask(holder, headers=[(HEADER, value)])
        assert (answer.status_code, answer.json()["code"]) == (503, "stands-by")
    assert not holder.asked, "one hop, no loops"


@pytest.mark.covers("F43")
def test_what_is_too_large_or_odd_never_leaves() -> None:
    holder = Holder(says())
    assert ask(holder, "POST", content=b"x" * 200_000).status_code == 413
    odd = {"content-encoding": "gzip"}
    assert ask(holder, "POST", content=b"x", headers=odd).status_code == 415
    assert not holder.asked


@pytest.mark.covers("F43")
def test_nobody_serves() -> None:
    lost = [None, Serving(7, "", "", NOW)]
    for now in lost:
        answer = ask(Holder(says()), serving=lambda now=now: now)  # type: ignore[misc]
        assert (answer.status_code, answer.json()["code"]) == (503, "stands-by")
        assert answer.headers["retry-after"] == "2"


@pytest.mark.covers("F43")
def test_a_request_that_has_not_left_waits_for_the_next_one() -> None:
    seen = [None, ONE, ONE]
    holder = Holder(httpx.ConnectError("refused"), says())
    answer = ask(holder, "POST", content=b"x", serving=lambda: seen.pop(0) if seen else ONE)
    assert answer.text == "well"
    assert len(holder.asked) == 2


@pytest.mark.covers("F43")
@pytest.mark.parametrize(("method", "tries"), [("POST", 1), ("PUT", 1), ("DELETE", 1), ("GET", 2)])
def test_an_answer_that_is_lost_is_said_to_be(method: str, tries: int) -> None:
    holder = Holder(httpx.ReadError("reset"))
    answer = ask(holder, method)
    assert (answer.status_code, answer.json()["code"]) == (503, "answer-lost")
    assert len(holder.asked) == tries
    again = Holder(httpx.RemoteProtocolError("closed"), says())
    assert ask(again, "GET").text == "well"


@pytest.mark.covers("F43")
def test_who_hangs_is_not_waited_for_once_another_serves() -> None:
    other = Serving(8, "three", "http://10.0.0.3:8080", NOW)
    seen = [ONE, ONE, other]
    answer = ask(Holder(None), "POST", serving=lambda: seen.pop(0) if len(seen) > 1 else seen[0])
    assert answer.json()["code"] == "answer-lost"


@pytest.mark.covers("F43")
@pytest.mark.parametrize("end", [httpx.ReadError("reset"), TimeoutError()])
def test_a_body_cut_off_there_is_cut_off_here(end: Exception) -> None:
    body = Body(b"ha", end=end)
    sent: list[dict[str, Any]] = []
    forwarder = Forwarder(Line(lambda: ONE, KEY, "two"), Holder(httpx.Response(200, stream=body)))
    asyncio.run(passed(forwarder, sent))
    assert sent[-1] == {"type": "http.response.body", "body": b"ha", "more_body": True}
    assert body.closed


async def passed(forwarder: Forwarder, sent: list[dict[str, Any]]) -> None:
    scope = {"type": "http", "method": "GET", "raw_path": b"/x", "query_string": b"",
             "headers": [(b"host", b"plant")], "client": None}  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    await forwarder(scope, receive, send)
    await forwarder.close()
    await forwarder({"type": "lifespan"}, receive, send)


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "MOST_ANSWER", 3)
    sent: list[dict[str, Any]] = []
    holder = Holder(httpx.Response(200, stream=Body(b"ab", b"cd", b"ef")))
    asyncio.run(passed(Forwarder(Line(lambda: ONE, KEY, "two"), holder), sent))
    assert [one.get("body") for one in sent] == [None, b"ab"]
    assert holder.closed


@pytest.mark.covers("F43")
@pytest.mark.parametrize("serving", [None, ONE])
def test_who_is_about_to_serve_lets_nobody_wait(
    monkeypatch: pytest.MonkeyPatch, serving: Serving | None
) -> None:
    """Whether nobody is known to serve, or one who hangs."""
    monkeypatch.setattr(forward, "WAIT_S", 60.0)
    forwarder = Forwarder(Line(lambda: serving, KEY, "two"), Holder(None))
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        asking = asyncio.create_task(passed(forwarder, sent))
        await asyncio.sleep(0.02)
        forwarder.ends = True
        with pytest.raises(Refusal, match="stands by"):
            await asking

    asyncio.run(run())
    assert not sent


@pytest.mark.covers("T14")
def test_nothing_goes_in_the_clear_that_came_by_tls(tmp_path: Path) -> None:
    reached = Reached("127.0.0.1", 8443, "two", tls=made(tmp_path))
    holder = Holder(says())
    assert ask(holder, tls=reached.trusted()).json()["code"] == "stands-by"
    assert not holder.asked
    one = Serving(7, "one", "https://10.0.0.1:8443", NOW)
    assert ask(holder, tls=reached.trusted(), serving=lambda: one).text == "well"


@pytest.mark.covers("T14")
def test_only_the_known_certificate_is_taken(tmp_path: Path) -> None:
    own, other = made(tmp_path), made(tmp_path, "other")
    assert own.certificate is not None
    assert other.certificate is not None
    plain = Reached("127.0.0.1", 8443, "two", tls=own)
    both = tmp_path / "both.crt"
    both.write_text(own.certificate.read_text() + other.certificate.read_text())
    renewed = Reached("127.0.0.1", 8443, "two", tls=own, peers=both)
    assert shakes_hands(plain, own)
    assert not shakes_hands(plain, other)
    assert shakes_hands(renewed, other)
    with pytest.raises(Refusal, match="no PEM"):
        Reached("127.0.0.1", 1, "two", tls=own, peers=own.key).trusted()
    assert Reached("127.0.0.1", 1, "two").trusted() is None


def shakes_hands(client: Reached, server: Tls) -> bool:
    """Whether that client takes that server, in memory."""
    to, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusted = client.trusted()
    assert trusted is not None
    asking = trusted.wrap_bio(back, to, server_side=False)
    answering = server.context().wrap_bio(to, back, server_side=True)
    try:
        for _ in range(4):
            for one in (asking, answering):
                with suppress(ssl.SSLWantReadError):
                    one.do_handshake()
        return asking.version() == "TLSv1.3"
    except ssl.SSLError:
        return False


def test_where_the_others_reach_it() -> None:
    tls = Tls(Path("x"), Path("y"))
    assert Reached("10.0.0.1", 80, "a").address == "http://10.0.0.1:80"
    assert Reached("fd00::1", 443, "a", tls=tls).address == "https://[fd00::1]:443"
    assert Reached("0.0.0.0", 443, "a").address == ""
    assert Reached("::", 443, "a", advertised="https://a:1").address == "https://a:1"
