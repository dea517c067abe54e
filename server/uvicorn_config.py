"""How uvicorn answers for us, whoever answers: plain, quiet, and by TLS as ours alone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import uvicorn

from server.line import bounded
from server.tls import LEAST
from server.words import Refusal

if TYPE_CHECKING:
    from server.api.peers import Limits
    from server.tls import Tls


def bounded_config(
    app: Any,  # noqa: ANN401 - as below
    host: str,
    port: int,
    tls: Tls | None,
    limits: Limits,
) -> uvicorn.Config:
    """The same with the bounds that a server has who is asked by stations and people."""
    return configured(
        app,
        host,
        port,
        tls,
        http=bounded(limits.connections),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        backlog=1_024,
    )


def configured(
    app: Any,  # noqa: ANN401 - an ASGI application, as uvicorn takes it
    host: str,
    port: int,
    tls: Tls | None,
    **more: Any,  # noqa: ANN401 - uvicorn's own
) -> uvicorn.Config:
    """The configuration for ``app``, loaded; ``more``: uvicorn's, beside what is always so."""
    certificate, key = tls.files() if tls else (None, None)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=1_200,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        **more,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = LEAST
    return config


def listen(host: str, port: int) -> socket.socket:
    """The socket to answer on; Refusal ``port-taken`` when there is none to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio does not send small answers at once and each waits 40 ms for an ACK.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise Refusal("port-taken", host=host, port=port, why=str(error)) from error
    return taken
