"""Documents that a case's steps name by digest: frozen scopes and notices, kept as they are."""

from __future__ import annotations

import asyncio
import hashlib
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.store.protocol import Store


T = TypeVar("T")
FEW = 4
"""Documents in a transaction: beside one of a whole plant each may take some milliseconds."""


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

    async def keep_many(self, kind: str, many: Iterable[tuple[str, bytes]]) -> None:
        """Keep these, by digest, a few in a transaction; whoever else waits is served in between.

        None is of use before a step names it, so what a crash leaves of them says nothing.
        """
        for some in batched(many, FEW):
            with self._store.transaction():
                for digest, data in some:
                    self.keep(kind, digest, data)
            await asyncio.sleep(0)


def batched(many: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many of them, the last of what is left."""
    source = iter(many)
    while some := list(islice(source, size)):
        yield some


def digest_of(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()
