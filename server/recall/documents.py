"""Documents that a case's steps name by digest: frozen scopes and notices, kept as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.store.protocol import Store


class Documents:
    """Keeps and finds them."""

    def __init__(self, store: Store) -> None:
        """In that store."""
        self._store = store

    def get(self, kind: str, digest: str) -> bytes | None:
        """The bytes; None if there is none of that kind and digest."""
        row = self._store.one("documents", sha256=digest, kind=kind)
        return None if row is None else bytes(row["data"])

    def keep(self, kind: str, digest: str, data: bytes) -> None:
        """Keep it, unless it is kept already."""
        if self._store.one("documents", sha256=digest) is None:
            self._store.add("documents", {"sha256": digest, "kind": kind, "data": data})


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()
