"""The command that gives a consistency proof to somebody who compares two packs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from server.evidence.proof import consistency

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from server.folder import DataFolder
    from server.integrate.remote import Remote
    from server.parts import Parts


def add_proof(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    remote: Callable[[argparse.Namespace], Remote],
    opened: Callable[[DataFolder | None], AbstractContextManager[Parts]],
) -> None:
    """``proof FIRST SECOND``; from a running server, or the folder of a stopped one."""
    proof = signed(verbs.add_parser("proof", help="that one checkpoint continues another"))
    proof.add_argument("first", type=int, help="size of the older")
    proof.add_argument("second", type=int, help="size of the newer")

    def run(given: argparse.Namespace, folder: DataFolder | None) -> int:
        if given.url:
            path = f"/api/consistency?first={given.first}&second={given.second}"
            text = remote(given).fetch(path).decode()
        else:
            with opened(folder) as parts:
                text = consistency(parts.book, given.first, given.second)
        sys.stdout.write(text)
        return 0

    proof.set_defaults(run=run)
