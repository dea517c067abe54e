"""Serving with uvicorn: h11, one process, bounded, graceful when told to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import uvicorn

from server.app import application

if TYPE_CHECKING:
    from server.parts import Parts

STOPPED = 0


def settings(parts: Parts, host: str, port: int) -> uvicorn.Config:
    """One event loop, one thread: the store is used from nowhere else."""
    return uvicorn.Config(
        application(parts),
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        limit_concurrency=200,
        backlog=256,
        h11_max_incomplete_event_size=16 * 1024,
    )


def _told(_number: int, _frame: object) -> None:
    """Stopping was asked for and is done."""


def serve(parts: Parts, host: str, port: int) -> int:
    """Run until SIGTERM or SIGINT; requests in work are finished first."""
    server = uvicorn.Server(settings(parts, host, port))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops by the signal and raises it again afterwards: being told is no failure.
        signal.signal(number, _told)
    server.run()
    return STOPPED if server.started else 1
