"""The witness over HTTP: two routes, everything from outside bounded in size and time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.faults import Fault
from sync.tlog_witness import BODY_LIMIT, PATH
from witness.desk import Answer, Desk

BODY_SECONDS = 10.0
_MOST_HEADERS = 64


class _Refusal(Exception):
    """The request is not even looked at."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.answer = Answer(status, f"{why}\n".encode())


def application(desk: Desk, body_seconds: float = BODY_SECONDS) -> Starlette:
    """The application; a body must be complete within ``body_seconds``."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            _check_headers(request)
            body = await _body(request, body_seconds)
            return _response(desk.add_checkpoint(body))
        except _Refusal as refusal:
            return _response(refusal.answer)
        except Fault as fault:
            return _response(Answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{fault.code}\n".encode()))

    async def newest(request: Request) -> Response:
        return _response(desk.newest(request.query_params.get("origin", "")))

    return Starlette(
        routes=[
            Route(PATH, add_checkpoint, methods=["POST"]),
            Route("/checkpoint", newest, methods=["GET"]),
        ]
    )


def _response(answer: Answer) -> Response:
    headers = {
        "content-type": answer.type,  # as the protocol spells it: no charset added
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
    return Response(answer.body, answer.status, headers)


def _check_headers(request: Request) -> None:
    names = [name for name, _ in request.headers.items()]
    lengths = request.headers.getlist("content-length")
    if len(names) > _MOST_HEADERS or names.count("host") != 1:
        raise _Refusal(HTTPStatus.BAD_REQUEST, "one Host header and at most 64 in all")
    if len(lengths) > 1 or (lengths and "transfer-encoding" in names):
        raise _Refusal(HTTPStatus.BAD_REQUEST, "one way of saying how long the body is")


async def _body(request: Request, seconds: float) -> bytes:
    """The whole body, bounded."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > BODY_LIMIT:
                    raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long")
                parts.append(part)
    except TimeoutError as error:
        raise _Refusal(HTTPStatus.REQUEST_TIMEOUT, "too slow") from error
    except ClientDisconnect as error:
        raise _Refusal(HTTPStatus.BAD_REQUEST, "the sender went away") from error
    return b"".join(parts)
