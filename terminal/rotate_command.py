"""``lotbook-terminal rotate``: what a person at the machine reads about a change of key."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sync.client import HttpSyncService
from sync.clock import SystemClock
from sync.faults import Fault
from sync.keys import BadKey, Verifier
from terminal import enrol as steps
from terminal.rotate import Rotation

if TYPE_CHECKING:
    from sync.keys import Signer
    from terminal.config import StationConfig


def rotate(config: StationConfig, secret: bytes) -> int:
    """Change the key; 0 when the server knows the new one, 1 with a reason otherwise."""
    try:
        server = steps.server_verifier(config)
        if server is None:
            raise Fault("server-key-unknown", "no server key")  # noqa: TRY301  told below

        def service(signer: Signer) -> HttpSyncService:
            return HttpSyncService(config.server.url, signer, server=server)

        new = Rotation(config, SystemClock(), secret, server, service).run()
    except (Fault, BadKey) as error:
        hint = f" {error.hint['en']} {error.hint['zh_CN']}" if isinstance(error, Fault) else ""
        sys.stderr.write(f"{error}.{hint}\n")
        return 1
    sys.stdout.write(f"The key was changed. 密钥已更换。\nvkey: {Verifier.of(new).vkey}\n")
    return 0
