"""Chance from a seed: streams by name, so that one more draw here moves nothing there."""

from __future__ import annotations

import hashlib
from random import Random


class Chance:
    """All the random numbers of a run."""

    def __init__(self, seed: int | str) -> None:
        """The same seed gives the same numbers, on every machine."""
        self.seed = seed

    def stream(self, name: str) -> Random:
        """A stream of its own under ``name``, from its beginning."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return Random(int.from_bytes(digest, "big"))


class Bytes:
    """Random bytes for what asks for a source of them (keys, nonces, tokens)."""

    def __init__(self, stream: Random) -> None:
        """From one stream."""
        self._stream = stream

    def __call__(self, count: int) -> bytes:
        """``count`` bytes."""
        return self._stream.randbytes(count)
