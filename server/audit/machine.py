"""Who runs a command, as this machine knows it."""

from __future__ import annotations

import getpass
import socket
from importlib.metadata import version
from typing import TYPE_CHECKING

from server.audit.program import Running
from server.store.address import told
from sync.time_source import time_quality

if TYPE_CHECKING:
    import argparse

HIDDEN = frozenset({"badge", "secret_stdin", "run", "language", "verb", "step"})
"""What a leaf does not repeat: a badge is half of what a person is known by."""
ADDRESSES = frozenset({"database", "to"})
"""May hold a password, which never comes into a leaf."""
LONGEST = 200


def running(given: argparse.Namespace) -> Running:
    """The command that was given, by this machine's account."""
    words = [str(getattr(given, name)) for name in ("verb", "step") if getattr(given, name, "")]
    arguments = {
        name: (told(str(value)) if name in ADDRESSES else str(value))[:LONGEST]
        for name, value in sorted(vars(given).items())
        if name not in HIDDEN and value not in (None, "", False)
    }
    return Running(
        command=" ".join(words),
        arguments=arguments,
        user=account(),
        host=socket.gethostname(),
        version=version("lotbook"),
        clock=time_quality(),
    )


def account() -> str:
    """The account's name; ``?`` where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "?"
