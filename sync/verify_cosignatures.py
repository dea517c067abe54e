"""Verifying the witnesses' lines under a server's checkpoints, in one reading of both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, cosigned_at
from sync.server_source import COSIGNATURES, Cosigned

if TYPE_CHECKING:
    from sync.keyring import Keyring
    from sync.keys import Verifier
    from sync.verify_marks import Findings


class CosignatureCheck:
    """Lines by size against checkpoints by size; remembers how far each witness came."""

    def __init__(self, lines: Iterator[Cosigned], ring: Keyring, findings: Findings) -> None:
        """Witnesses are the stations and the witnesses of ``ring``."""
        self.newest: dict[str, int] = {}
        """Size of the newest checkpoint that each known witness cosigned."""
        self.unknown: set[str] = set()
        """Names under lines whose key nobody knows here."""
        self._findings = findings
        self._known: dict[str, list[Verifier]] = {}
        for purpose in ("station", "witness"):
            for key in ring.all(purpose):
                self._known.setdefault(key.name, []).append(key)
        self._lines = enumerate(lines, start=1)
        self._next = next(self._lines, None)

    def checkpoint(self, size: int, note: str) -> None:
        """Check the lines under the checkpoint of that size."""
        while self._next is not None and self._next[1].size <= size:
            number, one = self._next
            self._next = next(self._lines, None)
            self._check(number, one, note if one.size == size else "")

    def end(self) -> None:
        """No checkpoint comes any more: lines left over are under none."""
        self.checkpoint(1 << 62, "")

    def _check(self, number: int, one: Cosigned, note: str) -> None:
        name = one.line.removeprefix("— ").partition(" ")[0]
        keys = self._known.get(name, [])
        if not keys and note:
            self.unknown.add(name[:100])
            return
        for key in keys:
            try:
                cosigned_at(f"{note}{one.line.rstrip()}\n", key)
            except BadNote:
                continue
            self.newest[name] = one.size
            return
        self._findings.find("cosignature", f"{COSIGNATURES}:{number}", name=name[:100])
