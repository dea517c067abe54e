"""``lotbook-server run``: answers stations and people until told to stop."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.api.peers import Limits
from server.serve import serve
from server.tls import Tls
from sync.reserve import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.folder import DataFolder

RESERVE_MIB = 64
"""Kept back on the disk unless told otherwise."""
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


def run(given: argparse.Namespace, folder: DataFolder) -> int:
    """Answer until told to stop."""
    tls = None
    if given.tls_certificate or given.tls_key:
        tls = Tls(given.tls_certificate, given.tls_key)
    limits = Limits(given.address_connections, given.address_requests, given.bodies_mib * MIB)
    with folder.open(reserve_mib=given.disk_reserve_mib) as parts:
        if tls is not None:
            tls.check(parts.clock())
        parts.office.drain()
        scheme = "https" if tls else "http"
        sys.stdout.write(
            f"lotbook-server: {parts.verifier.name} on {scheme}://{given.host}:{given.port}\n"
        )
        sys.stdout.flush()
        return serve(parts, given.host, given.port, tls, limits)
