"""Whether a server would serve from what lies here: not left by a move, nor older than signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from server.log.memory import FILE as MEMORY
from server.log.memory import Memory
from server.mirrors import FILE as MIRRORS
from server.mirrors import read_mirrors
from server.recovery.target import MARK
from server.store.seals import check_served
from server.words import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from server.store.protocol import Store


def look(store: Store) -> Finding:
    """One line; nothing is written."""
    try:
        check_served(store)
    except Refusal as refusal:
        return bad("serving", "broken", (refusal.words("en"), refusal.words("zh_CN")),
                   (refusal.hint("en"), refusal.hint("zh_CN")))  # fmt: skip
    return good("serving", "A server may serve from it.", "可由服务器使用。")


def in_recovery(store: Store, folder: Path) -> bool:
    """Whether a server that starts here signs nothing at first, as it would find out itself."""
    if (folder / MARK).exists() or store.rows("recovery", limit=1):
        return True
    remembered = Memory(folder / MEMORY, _mirrors(folder)).recall()
    if remembered is None:
        return False
    row = store.one("checkpoints", size=remembered[0])
    return row is None or row["root"] != remembered[1]


def _mirrors(folder: Path) -> tuple[Path, ...]:
    """None where their file is wrong, which another line says."""
    try:
        return read_mirrors(folder / MIRRORS)
    except Refusal:
        return ()
