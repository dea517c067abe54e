"""``lotbook-server run``: the command and its options."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from server.api.peers import Limits
from sync.reserve import MIB

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.folder import DataFolder

RESERVE_MIB = 64
"""Kept back on the disk unless told otherwise."""
MOST = 1_000_000
"""No setting is greater."""


def data(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """``sub`` with the options of every command on a data folder."""
    sub.add_argument("--data", type=Path, required=True, help="the server's data folder")
    sub.add_argument(
        "--database", default="", metavar="URL", help="postgresql://role@host/name; init keeps it"
    )
    return sub


def add_run(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and its options."""
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
    sub.set_defaults(run=_run)


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


def _run(given: argparse.Namespace, folder: DataFolder) -> int:
    """Answer until told to stop."""
    from server.run import run  # noqa: PLC0415  no other command waits for the web framework

    return run(given, folder)
