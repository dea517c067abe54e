"""The bytes between client and server: cut, flipped, lost or answered by somebody else.

A transport for httpx that speaks real HTTP/1.1 through two h11 machines, without sockets, so that
every byte of a request and of its answer can be the last one that arrives.
"""

from __future__ import annotations

from collections.abc import Callable

import h11
import httpx

Handler = Callable[[httpx.Request], httpx.Response]


class Wire(httpx.BaseTransport):
    """Carries requests to ``handler`` with what ``trick`` does to them."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.cut_request: int | None = None
        """The line goes dead after this many bytes of the next request."""
        self.cut_answer: int | None = None
        self.flip_request: int | None = None
        """The bit that is turned on its way, counted from the first byte."""
        self.flip_answer: int | None = None
        self.carried = (0, 0)
        """Bytes of the last request and answer, whole."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sent = _request_bytes(request)
        arrived = _flipped(sent[: self.cut_request], self.flip_request)
        found = _served(arrived, str(request.url))
        if found is None:
            raise httpx.ReadError("the line went dead")
        if isinstance(found, int):
            return httpx.Response(found)
        answer = self.handler(found)
        back = _answer_bytes(answer)
        self.carried = len(sent), len(back)
        return _read(_flipped(back[: self.cut_answer], self.flip_answer))


def _flipped(data: bytes, bit: int | None) -> bytes:
    if bit is None or bit >= 8 * len(data):
        return data
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _request_bytes(request: httpx.Request) -> bytes:
    line = h11.Connection(h11.CLIENT)
    head = h11.Request(
        method=request.method, target=request.url.raw_path, headers=list(request.headers.raw)
    )
    parts = [line.send(head)]
    body = request.read()
    if body:
        parts.append(line.send(h11.Data(body)))
    parts.append(line.send(h11.EndOfMessage()))
    return b"".join(part or b"" for part in parts)


def _served(data: bytes, url: str) -> httpx.Request | int | None:
    """The request as a server reads it; a status if it is malformed, None if it is not whole."""
    line = h11.Connection(h11.SERVER)
    line.receive_data(data)
    head, body = None, b""
    try:
        while True:
            event = line.next_event()
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return None
    except h11.RemoteProtocolError:
        return 400
    assert head is not None
    try:
        target = httpx.URL(url).join(head.target.decode())
        method = head.method.decode()
        return httpx.Request(method, target, headers=list(head.headers), content=body)
    except (UnicodeDecodeError, httpx.InvalidURL, KeyError):
        return 400


def _answer_bytes(answer: httpx.Response) -> bytes:
    line = h11.Connection(h11.SERVER)
    line.receive_data(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    line.next_event()
    line.next_event()
    content = answer.content
    headers = [(k, v) for k, v in answer.headers.raw if k.lower() != b"content-length"]
    headers.append((b"content-length", str(len(content)).encode()))
    parts = [line.send(h11.Response(status_code=answer.status_code, headers=headers))]
    if content:
        parts.append(line.send(h11.Data(content)))
    parts.append(line.send(h11.EndOfMessage()))
    return b"".join(part or b"" for part in parts)


def _read(data: bytes) -> httpx.Response:
    line = h11.Connection(h11.CLIENT)
    line.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
    line.send(h11.EndOfMessage())
    head, body = None, b""
    try:
        line.receive_data(data)
        ended = False
        while True:
            event = line.next_event()
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
            elif isinstance(event, h11.InformationalResponse):
                continue
            elif event is h11.NEED_DATA and not ended:
                line.receive_data(b"")
                ended = True
            else:
                raise httpx.RemoteProtocolError("the server went away")
    except h11.RemoteProtocolError as error:
        raise httpx.RemoteProtocolError(str(error)) from error
    assert head is not None
    return httpx.Response(head.status_code, headers=list(head.headers), content=body)
