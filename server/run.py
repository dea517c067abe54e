"""A server's life: its turn, its parts, what it answers, until it is told to stop."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from server.api.peers import Limits
from server.app import prepare
from server.audit.program import STARTED, STOPPED, clean, settings, state
from server.reached import Reached
from server.serve import serve
from server.standby import in_turn, pause
from server.tls import Tls
from server.turn import InTurn, Term
from server.words import Refusal
from sync.faults import Fault
from sync.reserve import MIB

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from server.folder import DataFolder
    from server.parts import Parts
    from server.store.protocol import Store

SETTINGS = ("keys.toml", "mirror.toml", "witnesses.toml", "timestamps.toml", "identity.toml")
"""Files that set the server up; their digests are in the leaf of every start."""


def _opened(
    given: argparse.Namespace, folder: DataFolder, stack: ExitStack, reached: Reached
) -> Parts:
    """The parts, now or when it is this server's turn."""

    def open_() -> Parts:
        return stack.enter_context(folder.open(reserve_mib=given.disk_reserve_mib))

    if not given.standby:
        return open_()
    from server.following import following  # noqa: PLC0415  only who stands by needs its client

    prepare()
    looking = partial(folder.onlooker, reached.name) if folder.several() else None
    return in_turn(open_, partial(following, reached, folder.hop_key(), looking), pause)


def run(given: argparse.Namespace, folder: DataFolder) -> int:
    """Answer until told to stop."""
    tls = None
    if given.tls_certificate or given.tls_key:
        tls = Tls(given.tls_certificate, given.tls_key)
    limits = Limits(given.address_connections, given.address_requests, given.bodies_mib * MIB)
    name = given.name or f"{socket.gethostname()}:{given.port}"[-40:]
    reached = Reached(
        given.host,
        given.port,
        name,
        given.advertise or "",
        tls,
        given.peers_certificate,
        limits,
    )
    signal.signal(signal.SIGTERM, _leave)  # who stands by ends what it is passing on
    with ExitStack() as stack:
        parts = _opened(given, folder, stack, reached)
        if tls is not None:
            tls.check(parts.clock())
        if not parts.book.recovery:  # then what the log has of it is put back first
            parts.office.drain()
        scheme = "https" if tls else "http"
        sys.stdout.write(
            f"lotbook-server: {parts.verifier.name} on {scheme}://{given.host}:{given.port}\n"
        )
        sys.stdout.flush()
        term = Term(parts.store, folder.clock.monotonic_ns)
        term.outlast(pause)
        front = partial(InTurn, term=term, key=folder.hop_key())
        with in_the_trail(parts, folder, tls, scheme), _announced(parts.store, reached):
            return serve(parts, given.host, given.port, tls, limits, front)


def _leave(_number: int, _frame: object) -> None:
    """Told to stop while another serves."""
    raise SystemExit(0)


@contextmanager
def _announced(store: Store, reached: Reached) -> Iterator[None]:
    """Servers that stand by are told who answers and where, and when that is over."""
    store.announce(reached.name, reached.address)
    try:
        yield
    finally:
        with suppress(Refusal, Fault):  # the lease is lost: the next one said its own
            store.announce(reached.name, "")


@contextmanager
def in_the_trail(parts: Parts, folder: DataFolder, tls: Tls | None, scheme: str) -> Iterator[None]:
    """Start and stop are leaves: version, settings, certificate, whether the last run was cut.

    Before the stop stands what was counted of strangers and not said yet.
    """
    running = folder.running
    if running is None:
        yield
        return
    body = running.body() | {"scheme": scheme, "clean": clean(parts.book)}
    body |= {"settings": settings(folder.path, SETTINGS)}
    if tls is not None:
        body |= {"certificate_until": tls.until().isoformat()}
    state(parts.book, STARTED, body)
    try:
        yield
    finally:
        parts.oversight.strangers.flush()
        state(parts.book, STOPPED, {"place": running.host, "user": running.user})
