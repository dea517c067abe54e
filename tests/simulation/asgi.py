"""Asking an ASGI application in this thread, as a server process would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it arrives."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


@dataclass
class Answered:
    """A response as it leaves."""

    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


async def call(app: Any, asked: Asked, arrives: int | None = None) -> Answered:  # noqa: ANN401 - ASGI
    """The application's answer. ``arrives``: the line breaks after so many bytes of the body."""
    answer = Answered()
    messages = _body(asked.body, arrives)

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = tuple((bytes(k), bytes(v)) for k, v in message.get("headers", ()))
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(_scope(asked), receive, send)
    return answer


def _body(body: bytes, arrives: int | None) -> list[dict[str, Any]]:
    if arrives is None:
        return [{"type": "http.request", "body": body, "more_body": False}]
    return [{"type": "http.request", "body": body[:arrives], "more_body": True}]


def _scope(asked: Asked) -> dict[str, Any]:
    path, _, _ = asked.path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": asked.query,
        "headers": [(name.lower(), value) for name, value in asked.headers],
        "client": ("127.0.0.1", 40_000),
        "server": ("server", 80),
    }
