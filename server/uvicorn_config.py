"""How uvicorn answers for us, whoever answers: plain, quiet, and by TLS as ours alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn

from server.line import bounded
from server.tls import LEAST

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
