"""http/raw.jsonl at a real socket: 18 requests that parsers let through; and slow clients."""

from __future__ import annotations

import base64
import json
import socket
import time
from typing import Any

import pytest

from tests.corpora.conftest import Rows
from tests.corpora.wire import exchange, get

CASES = 18
ALLOWED: dict[str, set[int]] = {
    "400+close": {400}, "400/501": {400, 501}, "400": {400}, "400/413": {400, 413},
    "400 or folded": {400, 200}, "414/400/404": {414, 400, 404}, "400/404": {400, 404},
    "415/400": {415, 400}, "400/404/426": {400, 404, 426}, "401/404/405": {401, 404, 405},
    "100 then final status within the read timeout, or 417": {408, 417},
}  # fmt: skip
"""What the corpus expects, as statuses."""


def well(port: int) -> dict[str, Any]:
    """The server answers a well-formed request at once; its state."""
    back = exchange(port, get("/healthz"))
    assert back.final == 200
    return dict(json.loads(back.data.partition(b"\r\n\r\n")[2]))


@pytest.mark.covers("T16")
def test_every_raw_request_is_answered_right(port: int, corpus: Rows) -> None:
    found = corpus("http/raw.jsonl")
    assert len(found) == CASES
    before = well(port)
    size = before.pop("size")
    for case in found:
        raw = base64.b64decode(case["raw_b64"]).replace(b"/api/v1/records", b"/api/sessions")
        back = exchange(port, raw)
        assert back.final in ALLOWED[case["expect"]], (case["id"], back)
        assert max(back.statuses) < 500 or back.final == 501, case["id"]
        assert b"Traceback" not in back.data, case["id"]
        if "close" in case["expect"]:
            assert back.closed, case["id"]
        if case["id"] == "expect":
            assert back.statuses[0] == 100
        after = well(port)
        # that nobody in particular was refused is a leaf of the trail, at most one for each case
        assert 0 <= after.pop("size") - size <= 1, f"{case['id']}: something was stored"
        size = well(port)["size"]
        assert after == before, case["id"]


@pytest.mark.covers("T16")
def test_a_smuggled_second_request_is_not_answered(port: int) -> None:
    """What follows a request of two lengths is nobody's request: the connection is closed."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    back = exchange(port, head + b"Content-Length: 4\r\n\r\n0\r\n\r\n" + hidden)
    assert back.statuses == (400,)
    assert back.closed


@pytest.mark.covers("T16")
def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    back = exchange(port, one + one + b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + get("/healthz"))
    assert back.statuses == (200, 200, 404, 200)


@pytest.mark.covers("T16")
def test_headers_a_byte_at_a_time_hold_no_connection(port: int) -> None:
    slow = [bytes((one,)) for one in b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40]
    back = exchange(port, *slow, pause_s=0.05)
    assert back.closed
    assert back.final == 0
    assert exchange(port, b"").closed, "a silent connection is closed too"
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in line.recv(65_536)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost")
        assert _ends(line), "the second request of a connection has the same deadline"
    well(port)


def _ends(line: socket.socket) -> bool:
    """Whether the server closes, whatever is left of the answer before."""
    try:
        while line.recv(65_536):
            continue
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.covers("T16")
def test_a_body_a_byte_at_a_time_is_refused(port: int) -> None:
    head = b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n"
    back = exchange(port, head, *[b"x"] * 5, pause_s=0.06)
    assert back.final == 408
    assert back.closed


@pytest.mark.covers("T16")
def test_many_idle_connections_do_not_keep_others_out(port: int) -> None:
    """More than the server takes at once: within the header deadline they are all gone."""
    held = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(220)]
    try:
        time.sleep(2)
        well(port)
    finally:
        for one in held:
            one.close()
