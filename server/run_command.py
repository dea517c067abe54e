"""``lotbook-server run``: answers stations and people until told to stop."""

from __future__ import annotations

import argparse
import re
import signal
import socket
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from server.api.peers import Limits
from server.audit.program import STARTED, STOPPED, clean, settings, state
from server.following import Reached, following
from server.serve import serve
from server.standby import in_turn, pause
from server.tls import Tls
from server.turn import InTurn, Term
from server.words import Refusal
from sync.faults import Fault
from sync.reserve import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.folder import DataFolder
    from server.parts import Parts
    from server.store.protocol import Store

RESERVE_MIB = 64
"""Kept back on the disk unless told otherwise."""
SETTINGS = ("keys.toml", "mirror.toml", "witnesses.toml", "timestamps.toml", "identity.toml")
"""Files that set the server up; their digests are in the leaf of every start."""
MOST = 1_000_000
"""No setting is greater."""


def add_run(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """The command and its options; ``data`` adds the data folder."""
    sub = data(verbs.add_parser("run", help="answer stations and people"))
    sub.add_argument("--host", default="127.0.0.1")
    sub.add_argument("--port", type=int, default=8080)
    sub.add_argument(
        "--standby", action="store_true", help="wait for one's turn while another server serves"
    )
    sub.add_argument(
        "--name", type=_name, default=None, help="this server among several (its host and port)"
    )
    sub.add_argument(
        "--advertise", type=_address, default=None, metavar="URL",
        help="where the other servers reach this one, https://host:port (what it listens on)",
    )  # fmt: skip
    sub.add_argument(
        "--peers-certificate", type=Path, default=None, metavar="FILE",
        help="PEM: certificates that the other servers show (this one's own)",
    )  # fmt: skip
    sub.add_argument("--tls-certificate", type=Path, default=None, help="PEM, the chain in order")
    sub.add_argument("--tls-key", type=Path, default=None, help="PEM, without a passphrase")
    usual = Limits()
    for name, count, what in (
        ("disk-reserve-mib", RESERVE_MIB, "MiB kept back for the day the disk is full; 0: none"),
        ("address-connections", usual.connections, "connections one address may have open"),
        ("address-requests", usual.requests, "requests a second from one address"),
        ("bodies-mib", usual.body_bytes // MIB, "MiB of request bodies in hand at a time"),
    ):
        least = 0 if name == "disk-reserve-mib" else 1
        sub.add_argument(
            f"--{name}", type=_count(least), default=count, metavar="N", help=f"{what} ({count})"
        )
    sub.set_defaults(run=run)


def _count(least: int) -> Callable[[str], int]:
    """A whole number from ``least`` on."""

    def count(text: str) -> int:
        if not text.isdecimal() or not text.isascii() or not least <= int(text) <= MOST:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {MOST}")
        return int(text)

    return count


def _name(text: str) -> str:
    """The name of a server."""
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name: 1 to 40 of A-Z a-z 0-9 . _ : -")
    return text


def _address(text: str) -> str:
    """Where a server is reached by others."""
    if not re.fullmatch(
        r"https?://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}", text
    ):
        raise argparse.ArgumentTypeError(f"{text!r} is not http(s)://host:port")
    return text


def _opened(
    given: argparse.Namespace, folder: DataFolder, stack: ExitStack, reached: Reached
) -> Parts:
    """The parts, now or when it is this server's turn."""

    def open_() -> Parts:
        return stack.enter_context(folder.open(reserve_mib=given.disk_reserve_mib))

    if not given.standby:
        return open_()
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
        parts.office.drain()
        scheme = "https" if tls else "http"
        sys.stdout.write(
            f"lotbook-server: {parts.verifier.name} on {scheme}://{given.host}:{given.port}\n"
        )
        sys.stdout.flush()
        term = Term(parts.store, folder.clock.monotonic_ns)
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
