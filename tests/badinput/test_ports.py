"""Garbage on every port: instruments, the instruments' pipe, HTTP. Said, bounded, nothing lost."""

from __future__ import annotations

import json
import random
import re
import socket
import subprocess
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest

from devices.faults import FAULTS
from tests.badinput.plant import Screen, Site, environment, program

if TYPE_CHECKING:
    from collections.abc import Callable

CHANCE = random.Random(7)
NOISE = (
    b"\x00" * 64,
    b"\xff" * 64,
    bytes(CHANCE.randrange(256) for _ in range(400)),
    b"S S      " + "\u00b5\U0001f600".encode() * 20 + b"\r\n",
    b"A" * 5_000,
    b"\r\n" * 50,
    b"01A-99999999999999999999.99\r",
    b"LB:DO:release:decision=released\x00\r",
)
ZH = re.compile("[\u4e00-\u9fff]")


@pytest.mark.covers("F57", "T17", "T21")
def test_noise_on_every_instrument_line_is_said_with_its_cure_and_the_kiosk_works_on(
    site: Site,
) -> None:
    with site.kiosk(bench=True) as kiosk:
        assert kiosk.bench is not None
        kiosk.ready()
        for name in ("scanner", "balance", "caliper"):
            line = kiosk.bench.line(name)
            kiosk.bench.balance.garbage = b"\xff\x00 garbage \xfe\r\n"
            for noise in NOISE:
                line.send(noise)
            kiosk.once("a fault in words", _told(name, "en"), 8)
        kiosk.switch_language()
        kiosk.bench.line("caliper").send(b"\xff\xfe\r")
        kiosk.once("a fault in Chinese", _told("caliper", "zh_CN"), 8)
        kiosk.switch_language()
        kiosk.sign_in()
        assert kiosk.shown()[-1]["name"] == "work-list"
    kept = [json.loads(one) for one in site.kept()]
    faulted = {
        (one["body"]["instrument"], one["body"]["code"])
        for one in kept
        if one["kind"] == "instrument.faulted"
    }
    assert {name for name, _ in faulted} >= {"SCN-01", "BAL-01", "CAL-01"}
    assert not [one for one in kept if one["kind"] == "release.decided"]
    assert len(kept) < 60, "noise does not fill the log"


def _told(name: str, language: str) -> Callable[[Screen], bool]:
    """A notice about that instrument with one of the catalogue's hints."""
    hints = {known.hint[language] for known in FAULTS.values()}
    floor = {
        "en": {"scanner": "Scanner", "balance": "Balance", "caliper": "Caliper"},
        "zh_CN": {"caliper": "卡尺"},
    }[language][name]

    def holds(screen: Screen) -> bool:
        notice = screen["notice"]
        return bool(notice) and floor in notice["word"] and notice["detail"] in hints

    return holds


@pytest.mark.covers("F57")
def test_the_instruments_pipe_answers_noise_with_faults_and_goes_on() -> None:
    lines = [
        b'{"instruments": []}',
        b"\x00\xff garbage",
        b"[" * 2_000,
        b"x" * 100_000,
        b'{"type":"take_photo"}',
        '{"type": "打印"}'.encode(),
        b"",
    ]
    done = subprocess.run(
        [*program("lotbook-terminal"), "instruments"], input=b"\n".join(lines) + b"\n",
        capture_output=True, timeout=20, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert len(events) >= 5
    assert {one["code"] for one in events} <= {"unknown-command", "frame-too-long", "garbled"}
    assert done.stderr == b""


@pytest.mark.parametrize("first", [b"", b"\xff\x00\n", b'{"instruments": 7}\n', b"{}\n"])
def test_a_first_line_that_is_no_setup_is_refused(first: bytes) -> None:
    from io import BytesIO  # noqa: PLC0415 - small

    from devices.clock import SystemClock  # noqa: PLC0415
    from devices.process import serve  # noqa: PLC0415

    out = BytesIO()
    assert serve(BytesIO(first), out, SystemClock()) == 2
    assert msgspec.json.decode(out.getvalue().splitlines()[0])["code"] == "bad-config"


RAW = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
    b"\x00" * 2_000,
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST /api/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    (
        b"POST /api/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
)
BODIES = (
    b"",
    b"\xff\xfe\x00",
    b"{",
    b"[" * 50_000,
    b"null",
    b'{"badge": 7, "secret": []}',
    b'{"badge": "\\ud800", "secret": "x"}',
    b'{"badge": "' + b"9" * 100_000 + b'", "secret": "x"}',
)


@pytest.mark.covers("F30")
def test_noise_on_the_http_port_gets_a_clear_refusal_and_the_server_lives(running: Site) -> None:
    url = running.url
    for raw in RAW:
        said = _raw(running.port, raw)
        assert said[:1] in (b"", b"H")
        assert b" 500 " not in said[:40]
    for path in ("/api/sessions", "/enrolments", "/station-sessions"):
        for body in BODIES:
            for tag in ("en", "zh-CN"):
                answer = httpx.post(
                    f"{url}{path}", content=body,
                    headers={"content-type": "application/json", "accept-language": tag},
                )  # fmt: skip
                assert 400 <= answer.status_code < 500, (path, body[:40], answer.text[:200])
                told = answer.json()
                assert told["code"]
                assert told["hint"]
                assert bool(ZH.search(told["message"])) == (tag == "zh-CN"), told
    assert httpx.get(f"{url}/healthz").json()["status"] == "ok"


def _raw(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while piece := line.recv(4096):
                found += piece
        except ConnectionResetError:
            return found
        return found
